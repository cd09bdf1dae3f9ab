//! The bus: takes commands to their handlers and questions to their read models, by type alone.

mod ahead;
mod asked;
mod builder;
mod by_name;
mod cache;
mod direct;
mod dispatch;
mod error;
mod event_sourced;
mod follow;
mod gate;
mod past;
mod read;
mod receipt;
mod recorded;
mod replay;
mod request;
mod routed;
mod snapshot;
mod subscription;
mod watch;

pub use builder::{Builder, OpenError};
#[doc(hidden)]
pub use by_name::Call;
pub use by_name::{ByName, ByNameError, CallByName, Outcome, Rejection};
pub(crate) use by_name::{CallFn, Told};
pub use dispatch::{Dispatch, DispatchOptions, Logged, ProjectionSet, Run};
pub use error::DispatchError;
pub use past::{History, Load};
pub use read::{Follows, Nothing, Read, ReadOptions, Reading, Source};
pub use receipt::Receipt;
pub use replay::{LoadError, Loaded};
pub use request::Request;
pub use routed::{Route, Routed};
pub use subscription::Subscription;
pub use watch::Watch;

use crate::aggregate::Resources;
use crate::log::Clock;
use crate::message::Answered;
use crate::projection::{
    Engine, KeyedProjection, QueryError, ReadError, ReadModel, Rows, ValueProjection,
};
use crate::store::{DynStore, EventStore, IntoStore};
use cache::Caches;
use gate::Gate;
use smallvec::SmallVec;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// Takes commands to their handlers and questions to their read models.
///
/// Name its type once, in the binary, with the store and the resources: `type Bank = Bus<Memory>;`.
/// A clone is another handle on the same bus; when the last is dropped, its projections stop where
/// they are committed.
///
/// ```standalone_crate
/// use cqrs_core::prelude::*;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let bus = Bus::open(Memory::new()).await?;
/// # let _ = bus;
/// # Ok(())
/// # }
/// ```
pub struct Bus<S, R = ()> {
    store: Arc<S>,
    resources: Arc<R>,
    core: Arc<Core>,
}

/// What a bus has of its own, whatever the types of its store and its resources.
struct Core {
    store: DynStore,
    caches: Caches,
    engine: Engine,
    gate: Gate,
    clock: Clock,
    settings: Settings,
}

/// What the builder sets.
#[derive(Debug, Clone)]
struct Settings {
    /// How many instances of each aggregate are kept in memory.
    cached_instances: usize,
    /// How many times a command is decided anew after a conflict with another process.
    retries: u32,
    /// How long is waited for a projection.
    wait_timeout: Duration,
    /// How long a handler may take to decide.
    handler_deadline: Duration,
}

impl<S: EventStore> Bus<S> {
    /// Opens a bus on `store` with the defaults: all registered projections run, and handlers need no resources.
    ///
    /// # Errors
    /// As [`Builder::open`].
    pub async fn open(store: impl IntoStore<Store = S>) -> Result<Self, OpenError> {
        Self::builder(store).open().await
    }

    /// Sets up a bus on `store`.
    pub fn builder<O: IntoStore<Store = S>>(store: O) -> Builder<O> {
        Builder::new(store)
    }
}

impl<S: EventStore, R: Resources> Bus<S, R> {
    /// Takes `command` to its handler, records the events that it decides on, and answers once they are durable.
    ///
    /// The options stand between the call and the `.await`:
    ///
    /// ```standalone_crate
    /// # use cqrs_core::prelude::*;
    /// # #[commands("account", account: String)]
    /// # pub enum AccountCommand { Deposit { amount: u64 } }
    /// # #[events("account")]
    /// # pub enum AccountEvent { Deposited { amount: u64 } }
    /// # #[derive(Aggregate, Default)]
    /// # #[aggregate("account", id = String)]
    /// # pub struct Account;
    /// # #[handle]
    /// # impl Account {
    /// #     fn deposit(&self, command: &Deposit) -> Deposited { Deposited { amount: command.amount } }
    /// # }
    /// # #[apply]
    /// # impl Account { fn deposited(&mut self, _: &Deposited) {} }
    /// # #[derive(Projection, Default, Serialize, Deserialize)]
    /// # #[projection(key = String)]
    /// # pub struct Balance { amount: u64 }
    /// # #[project]
    /// # impl Balance { fn deposited(&mut self, event: &Deposited) { self.amount += event.amount } }
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let bus = Bus::open(Memory::new()).await?;
    /// # let (account, yesterday, request) = (String::from("a"), Timestamp::UNIX_EPOCH, CommandId::generate());
    /// # let receipt = bus.dispatch(Deposit { account: account.clone(), amount: 1 }).await?;
    /// bus.dispatch(Deposit { account, amount: 50 })
    ///     .id(request)                     // the same id again has no second effect
    ///     .expect_version(receipt.version) // only if nothing happened since
    ///     .occurred_at(yesterday)          // business time
    ///     .wait_for::<Balance>()           // answers once the read model shows it
    ///     .await?;
    /// # Ok(())
    /// # }
    /// ```
    #[inline]
    pub fn dispatch<C, O, K>(
        &self,
        command: C,
    ) -> Dispatch<impl Run<DispatchOptions, Fut = impl Future<Output = O> + Send> + Send, K>
    where
        C: Routed<S, R, Result = O, Kind = K>,
        O: Send,
    {
        Dispatch::new(move |options| command.route(self, options))
    }

    /// Reads the row of `key` of a projection; `None` where there is none.
    pub fn find<P>(
        &self,
        key: &P::Key,
    ) -> Read<
        impl Run<ReadOptions, Fut = impl Future<Output = Result<Option<P>, ReadError>> + Send> + Send,
        Rows<P>,
    >
    where
        P: KeyedProjection,
    {
        Read::new(
            move |options| async move { self.opened::<Rows<P>>(options).await?.get(key).await },
        )
    }

    /// Reads the value of a projection without keys; the default before its first event.
    pub fn value<P>(
        &self,
    ) -> Read<
        impl Run<ReadOptions, Fut = impl Future<Output = Result<P, ReadError>> + Send> + Send,
        Rows<P>,
    >
    where
        P: ValueProjection,
    {
        Read::new(
            move |options| async move { self.opened::<Rows<P>>(options).await?.value().await },
        )
    }

    /// Takes `query` to the read model or the service that answers it.
    pub fn query<Q, V, E, F>(
        &self,
        query: Q,
    ) -> Read<
        impl Run<ReadOptions, Fut = impl Future<Output = Result<V, QueryError<E>>> + Send> + Send,
        F,
    >
    where
        Q: Answered<R, By: ReadModel<Source = F>, Value = V, Error = E>,
        F: Source,
        V: Send,
        E: Send,
    {
        Read::new(move |options| async move {
            let source = self.opened::<F>(options).await?;
            query.answer(&source, &self.resources).await
        })
    }

    /// Opens what is to be read, once it shows what it is to show.
    async fn opened<F: Source>(&self, options: ReadOptions) -> Result<F, ReadError> {
        let core = &self.core;
        if let Some(receipt) = &options.after {
            let patience = core.settings.wait_timeout;
            core.engine.show(F::READS, receipt, patience).await?;
        }
        let mut rebuilds = SmallVec::new();
        if !options.as_it_is {
            for projection in F::READS {
                let rebuild = core.engine.goes_on(&core.store, projection).await?;
                rebuilds.extend(rebuild.map(|rebuild| (*projection, rebuild)));
            }
        }
        Ok(F::open(&Reading {
            store: &core.store,
            engine: &core.engine,
            as_it_is: options.as_it_is,
            rebuilds,
        }))
    }

    /// Takes no more commands, waits until those under way are answered and the projections show
    /// what they did (for as long as reads wait for a projection), and stops the projections.
    ///
    /// A command that comes later gets [`DispatchError::Closed`]; reads go on. A service is called
    /// as before: its calls are its own affair. The store stays open, as others may use it: close it behind
    /// the bus if its files are to be copied or moved, as by `bus.store().clone().close().await` of a `Sqlite`.
    ///
    /// # Errors
    /// When a projection did not get to the end of the log. Nothing is lost: it goes on from its
    /// checkpoint when a bus is opened again.
    pub async fn close(&self) -> Result<(), ReadError> {
        self.core.gate.close().await;
        let head = self.core.store.head().await?;
        let caught_up = self
            .core
            .engine
            .all_reached(head, self.core.settings.wait_timeout)
            .await;
        self.core.engine.stop();
        caught_up
    }

    /// The store.
    pub fn store(&self) -> &S {
        &self.store
    }
}

impl<S, R> Clone for Bus<S, R> {
    fn clone(&self) -> Self {
        Self {
            store: Arc::clone(&self.store),
            resources: Arc::clone(&self.resources),
            core: Arc::clone(&self.core),
        }
    }
}

impl<S: fmt::Debug, R> fmt::Debug for Bus<S, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Bus({:?})", self.store)
    }
}
