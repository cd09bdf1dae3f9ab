//! The way of a command to an aggregate: load, decide, record, answer.

use super::asked::{Asked, Typed, Untyped};
use super::cache::Instance;
use super::past::stream;
use super::replay::{Loaded, Until, catch_up};
use super::{Bus, DispatchError, DispatchOptions, Receipt, Rejection, Route};
use crate::aggregate::{
    Aggregate, Apply, Context, Decision, DynResources, Emit, EventSourced, Recording, Resources,
};
use crate::guarded::{Broken, guarded, message_of};
use crate::id::IdError;
use crate::log::{EncodeError, EventId, Metadata, Version};
use crate::message::{Addressed, Handled};
use crate::store::{Append, Batch, CommandKey, CommitError, DynStore, EventStore, Expect};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

impl<A, C, S, R> Route<C, S, R, EventSourced> for A
where
    S: EventStore,
    R: Resources,
    C: Handled<R, By = A, Output: Emit<A>> + Addressed<Id = A::Id>,
    A: Apply,
{
    type Result = Result<Receipt, DispatchError<<C::Output as Emit<A>>::Error>>;

    async fn route(command: C, bus: &Bus<S, R>, options: DispatchOptions) -> Self::Result {
        let instance = bus.instance::<A>(command.id());
        recorded(bus, instance, Typed(command), options).await
    }
}

/// The way of a command whose type is erased: one for all commands of `A`, so that each of them
/// costs the program little that is never called so.
pub(crate) async fn recorded_untyped<A: Apply>(
    bus: &Bus<DynStore, DynResources>,
    id: &A::Id,
    asked: Untyped<A>,
    options: DispatchOptions,
) -> Result<Receipt, DispatchError<Rejection>> {
    recorded(bus, bus.instance(id), asked, options).await
}

/// Takes what is asked to its instance, and waits for what is to be waited for.
async fn recorded<S, R, A, D>(
    bus: &Bus<S, R>,
    instance: Result<Arc<Instance<A>>, IdError>,
    asked: D,
    options: DispatchOptions,
) -> Result<Receipt, DispatchError<<D::Output as Emit<A>>::Error>>
where
    S: EventStore,
    R: Resources,
    A: Apply,
    D: Asked<A, R>,
{
    let core = &bus.core;
    let Some(_pass) = core.gate.enter() else {
        let command = asked.name();
        return Err(DispatchError::Closed { command });
    };
    let call = Call {
        bus,
        asked,
        options: &options,
        instance: instance?,
    };
    let receipt = call.run().await?;
    if !options.wait_for.is_empty() {
        core.engine
            .show(options.wait_for, &receipt, core.settings.wait_timeout)
            .await
            .map_err(|source| DispatchError::NotShown { receipt, source })?;
    }
    Ok(receipt)
}

impl<S, R> Bus<S, R> {
    fn instance<A: Aggregate>(&self, id: &A::Id) -> Result<Arc<Instance<A>>, IdError> {
        self.core.caches.of::<A>().get_or_insert_with(id, || {
            Ok(Arc::new(Instance::new(stream(A::NAME, id.to_string())?)))
        })
    }
}

/// One command on its way.
struct Call<'a, S, R, D, A> {
    bus: &'a Bus<S, R>,
    asked: D,
    options: &'a DispatchOptions,
    instance: Arc<Instance<A>>,
}

/// What one attempt came to.
enum Attempt {
    Done(Receipt),
    /// The state was out of date: decide again.
    Outdated,
}

impl<S, R, D, A> Call<'_, S, R, D, A>
where
    S: EventStore,
    R: Resources,
    D: Asked<A, R>,
    A: Apply,
{
    async fn run(self) -> Result<Receipt, DispatchError<<D::Output as Emit<A>>::Error>> {
        let context = self.options.context(&self.bus.core.clock);
        let key = self.key()?;
        let mut turn = self.instance.turn.lock().await;
        if let Some(key) = &key
            && let Some(receipt) = self.accepted_before(key).await?
        {
            return Ok(receipt);
        }
        let attempts = self.bus.core.settings.retries + 1;
        for _ in 0..attempts {
            if let Attempt::Done(receipt) = self.attempt(&mut turn, &context, key.as_ref()).await? {
                return Ok(receipt);
            }
        }
        Err(DispatchError::Conflict {
            stream: self.instance.stream.clone(),
            command: self.asked.name(),
            attempts,
        })
    }

    /// The key under which the command has its effect once, where the caller named the request.
    fn key(&self) -> Result<Option<CommandKey>, EncodeError> {
        let Some(id) = self.options.id else {
            return Ok(None);
        };
        let fingerprint = self.asked.fingerprint()?;
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
        match self.bus.store.command(&key.tenant, key.id).await? {
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
    ) -> Result<Attempt, DispatchError<<D::Output as Emit<A>>::Error>> {
        // from here on the state is ours: if we do not put it back, the next one loads it
        let cached = turn.is_some();
        let mut loaded = if let Some(loaded) = turn.take() {
            loaded
        } else {
            let mut loaded = Loaded::default();
            self.catch_up(&mut loaded).await?;
            loaded
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

        let first = match self.options.id {
            None => EventId::first_of(context.command_id()),
            Some(_) => EventId::generate(), // the id may come again, or be no random one
        };
        let mut recording = Recording::new(self.bus.store.keeping(), first);
        let decided = match self.decide(&mut loaded, context, &mut recording).await {
            Ok(decided) => decided,
            Err(Broken::Panicked(message)) => {
                return Err(DispatchError::Panicked {
                    command: self.asked.name(),
                    message,
                });
            }
            Err(Broken::Late) => {
                let deadline = self.bus.core.settings.handler_deadline;
                return Err(DispatchError::Late {
                    command: self.asked.name(),
                    deadline,
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
        match self.bus.store.commit(batch).await {
            Ok(committed) if committed.repeated => Ok(Attempt::Done(Receipt {
                command_id: context.command_id(),
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
                id: context.command_id(),
                source,
            }),
            Err(CommitError::Store(error)) => Err(error.into()),
            Err(source) => Err(DispatchError::Unrecordable { source }),
        }
    }

    /// Calls the handler, and applies and records what it decides.
    async fn decide(
        &self,
        loaded: &mut Loaded<A>,
        context: &Context,
        recording: &mut Recording,
    ) -> Result<Result<(), <D::Output as Emit<A>>::Error>, Broken> {
        let handled = async {
            self.asked
                .handle(&loaded.state, context, &self.bus.resources)
                .await
        };
        let output = guarded(handled, self.bus.core.settings.handler_deadline).await?;
        catch_unwind(AssertUnwindSafe(|| {
            output.emit(&mut Decision::new(&mut loaded.state, recording))
        }))
        .map_err(|panic| Broken::Panicked(message_of(&*panic)))
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
                occurred_at: context.given_time(),
                metadata: Metadata::of_call(context),
            }],
            ..Batch::default()
        }
    }

    async fn catch_up<E>(&self, loaded: &mut Loaded<A>) -> Result<bool, DispatchError<E>> {
        catch_up(&*self.bus.store, &self.instance.stream, loaded, Until::Head)
            .await
            .map_err(|error| error.of_command(self.asked.name()))
    }
}

fn receipt_of<A>(context: &Context, loaded: &Loaded<A>) -> Receipt {
    Receipt {
        command_id: context.command_id(),
        version: loaded.version,
        position: loaded.position,
        repeated: false,
    }
}
