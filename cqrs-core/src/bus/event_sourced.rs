//! The way of a command to an aggregate: load, decide, record, answer.

use super::cache::{Instance, Loaded};
use super::{Bus, DispatchError, DispatchOptions, Receipt, Route};
use crate::aggregate::{
    Aggregate, Apply, Context, Decision, Emit, EventSourced, Recording, Resources,
};
use crate::id::IdError;
use crate::log::{
    CommandId, Data, Fingerprint, Metadata, Name, Position, StreamId, Tenant, Version, now,
};
use crate::message::{Addressed, Handled};
use crate::panic::{catch, message_of};
use crate::store::{Append, Batch, CommandKey, CommitError, EventStore, Expect, StreamQuery};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

/// How many events of a stream are read at once.
const PAGE: usize = 1_000;

impl<A, C, S, R> Route<C, S, R, EventSourced> for A
where
    S: EventStore,
    R: Resources,
    C: Handled<R, By = A, Output: Emit<A>> + Addressed<Id = A::Id>,
    A: Apply,
{
    type Result = Result<Receipt, DispatchError<<C::Output as Emit<A>>::Error>>;

    async fn route(command: C, bus: &Bus<S, R>, options: DispatchOptions) -> Self::Result {
        let instance = bus.instance::<A>(command.id())?;
        let receipt = Call {
            bus,
            command,
            options,
            instance,
        }
        .run()
        .await?;
        if !options.wait_for.is_empty() {
            let patience = bus.0.settings.wait_timeout;
            bus.0
                .engine
                .reached(options.wait_for, receipt.position, patience)
                .await
                .map_err(|source| DispatchError::NotShown { receipt, source })?;
        }
        Ok(receipt)
    }
}

impl<S, R> Bus<S, R> {
    fn instance<A: Aggregate>(&self, id: &A::Id) -> Result<Arc<Instance<A>>, IdError> {
        self.0.caches.of::<A>().get_or_insert_with(id, || {
            let stream = StreamId::new(
                Tenant::default(),
                Name::from_static(A::NAME),
                id.to_string(),
            )?;
            Ok(Arc::new(Instance::new(stream)))
        })
    }
}

/// One command on its way.
struct Call<'a, S, R, C, A> {
    bus: &'a Bus<S, R>,
    command: C,
    options: DispatchOptions,
    instance: Arc<Instance<A>>,
}

/// What one attempt came to.
enum Attempt {
    Done(Receipt),
    /// The state was out of date: decide again.
    Outdated,
}

impl<S, R, C, A> Call<'_, S, R, C, A>
where
    S: EventStore,
    R: Resources,
    C: Handled<R, By = A, Output: Emit<A>> + Addressed<Id = A::Id>,
    A: Apply,
{
    async fn run(self) -> Result<Receipt, DispatchError<<C::Output as Emit<A>>::Error>> {
        let now = now();
        let context = Context {
            command_id: self.options.id.unwrap_or_else(CommandId::generate),
            now,
            occurred_at: self.options.occurred_at.unwrap_or(now),
        };
        let key = self.key()?;
        let mut turn = self.instance.turn.lock().await;
        if let Some(key) = &key
            && let Some(receipt) = self.accepted_before(key).await?
        {
            return Ok(receipt);
        }
        let attempts = self.bus.0.settings.retries + 1;
        for _ in 0..attempts {
            if let Attempt::Done(receipt) = self.attempt(&mut turn, &context, key.as_ref()).await? {
                return Ok(receipt);
            }
        }
        Err(DispatchError::Conflict {
            stream: self.instance.stream.clone(),
            command: C::NAME,
            attempts,
        })
    }

    /// The key under which the command has its effect once, where the caller named the request.
    fn key(&self) -> Result<Option<CommandKey>, crate::log::EncodeError> {
        let Some(id) = self.options.id else {
            return Ok(None);
        };
        let body = Data::encode(C::NAME, &self.command)?;
        let fingerprint = Fingerprint::of(C::NAME, C::VERSION, body.as_bytes().unwrap_or_default());
        Ok(Some(CommandKey {
            tenant: self.instance.stream.tenant().clone(),
            id,
            fingerprint,
        }))
    }

    async fn accepted_before<E>(
        &self,
        key: &CommandKey,
    ) -> Result<Option<Receipt>, DispatchError<E>> {
        match self.bus.0.store.command(&key.tenant, key.id).await? {
            None => Ok(None),
            Some(record) if record.fingerprint == key.fingerprint => Ok(Some(Receipt {
                command_id: key.id,
                version: record.version,
                position: record.position,
                repeated: true,
            })),
            Some(_) => Err(DispatchError::CommandIdReused { id: key.id }),
        }
    }

    async fn attempt(
        &self,
        turn: &mut Option<Loaded<A>>,
        context: &Context,
        key: Option<&CommandKey>,
    ) -> Result<Attempt, DispatchError<<C::Output as Emit<A>>::Error>> {
        // from here on the state is ours: if we do not put it back, the next one loads it
        let cached = turn.is_some();
        let mut loaded = match turn.take() {
            Some(loaded) => loaded,
            None => self.load().await?,
        };
        if let Some(expected) = self.options.expected
            && expected != loaded.version
        {
            if cached {
                self.catch_up(&mut loaded).await?;
            }
            let actual = loaded.version;
            if expected != actual {
                *turn = Some(loaded);
                let stream = self.instance.stream.clone();
                return Err(DispatchError::WrongVersion {
                    stream,
                    expected,
                    actual,
                });
            }
        }

        let mut recording = Recording::new(self.bus.0.store.keeping());
        let decided = match self.decide(&mut loaded, context, &mut recording).await {
            Ok(decided) => decided,
            Err(message) => {
                return Err(DispatchError::Panicked {
                    command: C::NAME,
                    message,
                });
            }
        };
        if let Some(error) = recording.failed {
            return Err(error.into());
        }
        let nothing_new = decided.is_err() || (recording.events.is_empty() && key.is_none());
        if nothing_new {
            // no append validates what this was decided on
            if cached && self.catch_up(&mut loaded).await? {
                *turn = Some(loaded);
                return Ok(Attempt::Outdated);
            }
            let receipt = receipt_of(context, &loaded);
            *turn = Some(loaded);
            return decided
                .map(|()| Attempt::Done(receipt))
                .map_err(DispatchError::Rejected);
        }

        let batch = self.batch(context, key, loaded.version, recording);
        let grown = batch
            .appends
            .first()
            .map_or(0, |append| append.events.len());
        match self.bus.0.store.commit(batch).await {
            Ok(committed) if committed.repeated => Ok(Attempt::Done(Receipt {
                command_id: context.command_id,
                version: committed.version,
                position: committed.position,
                repeated: true,
            })),
            Ok(committed) => {
                loaded.version = committed.version;
                if grown > 0 {
                    loaded.position = committed.position;
                }
                let receipt = receipt_of(context, &loaded);
                *turn = Some(loaded);
                Ok(Attempt::Done(receipt))
            }
            Err(CommitError::Conflict { .. }) => Ok(Attempt::Outdated),
            Err(CommitError::CommandIdReused { id }) => Err(DispatchError::CommandIdReused { id }),
            Err(CommitError::OutcomeUnknown { source }) => Err(DispatchError::OutcomeUnknown {
                id: context.command_id,
                source,
            }),
            Err(CommitError::Store(error)) => Err(error.into()),
            Err(other) => Err(DispatchError::Store(crate::store::StoreError::Backend {
                doing: "appending events",
                source: Box::new(other),
            })),
        }
    }

    /// Calls the handler, and applies and records what it decides. The outer error is a panic.
    async fn decide(
        &self,
        loaded: &mut Loaded<A>,
        context: &Context,
        recording: &mut Recording,
    ) -> Result<Result<(), <C::Output as Emit<A>>::Error>, String> {
        let resources = &self.bus.0.resources;
        let output =
            catch(async { self.command.handle(&loaded.state, context, resources).await }).await?;
        catch_unwind(AssertUnwindSafe(|| {
            output.emit(&mut Decision::new(&mut loaded.state, recording))
        }))
        .map_err(|panic| message_of(&*panic))
    }

    fn batch(
        &self,
        context: &Context,
        key: Option<&CommandKey>,
        version: Version,
        recording: Recording,
    ) -> Batch {
        Batch {
            command: key.cloned(),
            appends: vec![Append {
                stream: self.instance.stream.clone(),
                expect: Expect::Version(version),
                events: recording.events,
                occurred_at: self.options.occurred_at,
                metadata: Metadata::of(context.command_id),
            }],
            ..Batch::default()
        }
    }

    async fn load<E>(&self) -> Result<Loaded<A>, DispatchError<E>> {
        let mut loaded = Loaded {
            state: A::default(),
            version: Version::ZERO,
            position: Position::ZERO,
        };
        self.catch_up(&mut loaded).await?;
        Ok(loaded)
    }

    /// Applies what the stream has beyond the state, and says whether there was anything.
    async fn catch_up<E>(&self, loaded: &mut Loaded<A>) -> Result<bool, DispatchError<E>> {
        let before = loaded.version;
        loop {
            let page = self
                .bus
                .0
                .store
                .stream(StreamQuery {
                    stream: self.instance.stream.clone(),
                    after: loaded.version,
                    limit: PAGE,
                })
                .await?;
            let last = page.len() < PAGE;
            catch_unwind(AssertUnwindSafe(|| {
                page.iter().try_for_each(|event| loaded.state.apply(event))
            }))
            .map_err(|panic| DispatchError::Panicked {
                command: C::NAME,
                message: message_of(&*panic),
            })??;
            if let Some(event) = page.last() {
                loaded.version = event.recorded().version;
                loaded.position = event.recorded().position;
            }
            if last {
                return Ok(loaded.version > before);
            }
        }
    }
}

fn receipt_of<A>(context: &Context, loaded: &Loaded<A>) -> Receipt {
    Receipt {
        command_id: context.command_id,
        version: loaded.version,
        position: loaded.position,
        repeated: false,
    }
}
