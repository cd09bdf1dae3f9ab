//! Commands by their stored names, with JSON for a body: for what knows no types, as a web page or a queue.

use super::asked::{Typed, Untyped};
use super::event_sourced::recorded_untyped;
use super::{Bus, Dispatch, DispatchError, DispatchOptions, OpenError, Receipt, Route, Run};
use crate::aggregate::{Apply, Direct, DynResources, Emit, EventSourced, Resources, Target};
use crate::log::MAX_EVENT_BYTES;
use crate::message::{Addressed, Command, Handled};
use crate::registry::{Kind, Missing, Registration, registered};
use crate::store::{BoxFuture, DynStore, EventStore};
use std::any::type_name;
use std::collections::BTreeMap;
use std::error::Error;
use std::fmt;
use std::sync::Arc;

/// The commands of the program by their stored names: the same bus, found by [`Bus::by_name`].
///
/// A clone is another handle on the same commands.
#[derive(Clone)]
pub struct ByName {
    bus: Bus<DynStore, DynResources>,
    commands: Arc<BTreeMap<&'static str, &'static Registration>>,
}

impl<S: EventStore, R: Resources> Bus<S, R> {
    /// Opens the commands of the program by their stored names, for callers that know no types.
    ///
    /// They go the same way as typed ones, one virtual call apart: their instances' commands queue
    /// together, and their options and promises are the same.
    ///
    /// ```standalone_crate
    /// # use cqrs_core::prelude::*;
    /// # use cqrs_core::bus::Outcome;
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
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let bus = Bus::open(Memory::new()).await?;
    /// let commands = bus.by_name()?; // every resource that a handler asks for is there, or this says which is not
    ///
    /// let body = r#"{ "account": "a-1", "amount": 50 }"#;
    /// let outcome = commands.dispatch("account.deposit", body).actor("ada").await?;
    /// assert!(matches!(outcome, Outcome::Recorded(receipt) if receipt.version.get() == 1));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`OpenError::MissingResources`] when a registered handler asks for a resource that the bus
    /// does not provide: it names each, who needs it, and where. [`OpenError::DuplicateName`] when
    /// two commands bear one name.
    pub fn by_name(&self) -> Result<ByName, OpenError> {
        let commands: BTreeMap<_, _> = registered()?
            .into_iter()
            .filter(|entry| entry.kind() == Kind::Command)
            .map(|entry| (entry.name(), entry))
            .collect();
        let missing: Vec<Missing> = commands
            .values()
            .flat_map(|entry| entry.missing(&*self.resources))
            .collect();
        if !missing.is_empty() {
            return Err(OpenError::MissingResources { missing });
        }
        Ok(ByName {
            bus: Bus {
                store: Arc::new(self.core.store.clone()),
                resources: Arc::new(DynResources::new(Arc::clone(&self.resources))),
                core: Arc::clone(&self.core),
            },
            commands: Arc::new(commands),
        })
    }
}

impl ByName {
    /// Takes the command of that stored name to its handler; `body` is its JSON.
    ///
    /// The options stand between the call and the `.await`, as with [`Bus::dispatch`]: all those of
    /// an aggregate's command, though which of them a service takes shows when it is awaited.
    ///
    /// # Errors
    /// When awaited: see [`ByNameError`].
    pub fn dispatch(
        &self,
        name: &str,
        body: impl Into<Vec<u8>>,
    ) -> Dispatch<CallByName, EventSourced> {
        let entry = self.commands.get(name);
        let call = entry.and_then(|entry| entry.call());
        Dispatch::new(CallByName {
            call: call.ok_or_else(|| ByNameError::Unknown {
                name: name.to_owned(),
            }),
            bus: self.bus.clone(),
            body: body.into(),
        })
    }

    /// The stored names of all commands, sorted.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        self.commands.keys().copied()
    }
}

impl fmt::Debug for ByName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ByName({} commands)", self.commands.len())
    }
}

/// The call of a command that is known by its name alone, once its options are set.
#[derive(Debug)]
pub struct CallByName {
    call: Result<CallFn, ByNameError>,
    bus: Bus<DynStore, DynResources>,
    body: Vec<u8>,
}

impl Run<DispatchOptions> for CallByName {
    type Fut = BoxFuture<'static, Result<Outcome, ByNameError>>;

    fn run(self, options: DispatchOptions) -> Self::Fut {
        let Self { call, bus, body } = self;
        match call {
            Ok(call) => call(Call { bus, body, options }),
            Err(unknown) => Box::pin(std::future::ready(Err(unknown))),
        }
    }
}

/// What a command that was dispatched by its name came to.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Outcome {
    /// An aggregate's: where its events stand.
    Recorded(Receipt),
    /// A service's: what the method returned, `null` where that does not serialize.
    Returned(serde_json::Value),
}

/// A handler's own error, its type erased.
#[derive(Debug)]
pub struct Rejection(Refused);

#[derive(Debug)]
enum Refused {
    Said(Box<dyn Error + Send + Sync>),
    Mute(&'static str),
}

impl Rejection {
    pub(crate) fn said(error: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self(Refused::Said(error.into()))
    }

    pub(crate) fn mute<E>() -> Self {
        Self(Refused::Mute(type_name::<E>()))
    }

    /// The error, if it is an `E`.
    pub fn downcast_ref<E: Error + 'static>(&self) -> Option<&E> {
        match &self.0 {
            Refused::Said(error) => error.downcast_ref(),
            Refused::Mute(_) => None,
        }
    }
}

impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Refused::Said(error) => error.fmt(f),
            Refused::Mute(error) => {
                write!(
                    f,
                    "refused with a `{error}`, which is no `std::error::Error` that says more"
                )
            }
        }
    }
}

impl Error for Rejection {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match &self.0 {
            Refused::Said(error) => error.source(),
            Refused::Mute(_) => None,
        }
    }
}

/// Why a command that was dispatched by its name has no outcome.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ByNameError {
    /// No command of the program bears the name. Nothing was done.
    #[error(
        "no command of this program is stored as `{name}`: `ByName::names` lists those that are"
    )]
    Unknown {
        /// The name that was asked for.
        name: String,
    },
    /// The body is not the command's JSON. Nothing was done.
    #[error("the body is not the JSON of a `{command}`: {source}")]
    Body {
        /// The command's stored name.
        command: &'static str,
        /// What is wrong with it, and where.
        r#source: serde_json::Error,
    },
    /// The body is larger than any command may be: [`MAX_EVENT_BYTES`]. Nothing was done.
    #[error("the body of a `{command}` has {bytes} bytes, at most {MAX_EVENT_BYTES} are allowed")]
    TooLarge {
        /// The command's stored name.
        command: &'static str,
        /// Its length.
        bytes: usize,
    },
    /// An option that only a log can keep was set on the command of a service. Nothing was done.
    #[error(
        "`{command}` is handled by a service, which records no events: leave out `expect_version` and `wait_for`"
    )]
    NotLogged {
        /// The command's stored name.
        command: &'static str,
    },
    /// It was handled, but what the service returned does not go to JSON.
    #[error(
        "`{command}` was handled, but what its service returned does not encode as JSON: {source}"
    )]
    Untold {
        /// The command's stored name.
        command: &'static str,
        /// What the encoder said.
        r#source: serde_json::Error,
    },
    /// It was dispatched, and has no receipt.
    #[error(transparent)]
    Dispatched(#[from] DispatchError<Rejection>),
}

impl ByNameError {
    /// The handler's own error, if it was that.
    pub fn rejection(&self) -> Option<&Rejection> {
        match self {
            Self::Dispatched(error) => error.rejection(),
            _ => None,
        }
    }
}

/// A command on its way by name.
#[derive(Debug)]
pub struct Call {
    bus: Bus<DynStore, DynResources>,
    body: Vec<u8>,
    options: DispatchOptions,
}

/// How a registration calls its command.
pub(crate) type CallFn = fn(Call) -> BoxFuture<'static, Result<Outcome, ByNameError>>;

impl Call {
    /// Takes it to its aggregate; `refused` erases the type of the handler's own error.
    pub(crate) async fn recorded<A, C, E>(
        self,
        refused: fn(E) -> Rejection,
    ) -> Result<Outcome, ByNameError>
    where
        A: Apply,
        C: Handled<By = A, Output: Emit<A, Error = E> + 'static> + Addressed<Id = A::Id>,
        E: 'static,
    {
        let command: C = self.command()?;
        let id = command.id().clone();
        let asked = Untyped::new(Typed(command), refused);
        let receipt = recorded_untyped::<A>(&self.bus, &id, asked, self.options).await?;
        Ok(Outcome::Recorded(receipt))
    }

    /// Takes it to its service; `tell` makes JSON of what the method returned, or a rejection.
    pub(crate) async fn returned<T, C>(
        self,
        tell: fn(C::Output) -> Result<Told, Rejection>,
    ) -> Result<Outcome, ByNameError>
    where
        T: Target<Kind = Direct>,
        C: Handled<By = T>,
    {
        let command = C::NAME;
        if self.options.expected.is_some() || !self.options.wait_for.is_empty() {
            return Err(ByNameError::NotLogged { command });
        }
        let asked: C = self.command()?;
        let output =
            <T as Route<C, DynStore, DynResources, Direct>>::route(asked, &self.bus, self.options)
                .await;
        let told = tell(output).map_err(DispatchError::Rejected)?;
        told.map(Outcome::Returned)
            .map_err(|source| ByNameError::Untold { command, source })
    }

    #[expect(
        clippy::result_large_err,
        reason = "it is the error of the whole call, and made once"
    )]
    fn command<C: Command>(&self) -> Result<C, ByNameError> {
        let (command, bytes) = (C::NAME, self.body.len());
        if bytes > MAX_EVENT_BYTES {
            return Err(ByNameError::TooLarge { command, bytes });
        }
        C::STORED
            .read(&self.body)
            .map_err(|source| ByNameError::Body { command, source })
    }
}

/// The answer of a service as JSON; an error where its `Serialize` fails.
pub(crate) type Told = Result<serde_json::Value, serde_json::Error>;
