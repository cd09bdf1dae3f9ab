//! The way of a command to an aggregate: load, decide, record, answer.

use super::ahead::{Flight, InFlight, Outcome, Turn};
use super::asked::{Asked, Typed, Untyped};
use super::cache::Instance;
use super::past::stream;
use super::replay::{Loaded, Until, catch_up, load};
use super::snapshot;
use super::{Bus, DispatchError, DispatchOptions, Receipt, Rejection, Route};
use crate::aggregate::{
    Aggregate, Apply, Context, Decision, DynResources, Emit, EventSourced, Recording, Resources,
};
use crate::guarded::{Broken, guarded, message_of};
use crate::id::IdError;
use crate::log::{CommandId, EncodeError, EventId, Position, Version};
use crate::message::{Addressed, Handled};
use crate::store::{
    Append, Batch, CommandKey, CommitError, Committed, DynStore, EventStore, Expect, NewEvent,
    NewSnapshot,
};
use smallvec::SmallVec;
use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::Poll;
use tokio::sync::MutexGuard;
use tokio::task::coop::consume_budget;

impl<A, C, S, R> Route<C, S, R, EventSourced> for A
where
    S: EventStore,
    R: Resources,
    C: Handled<R, By = A, Output: Emit<A>> + Addressed<Id = A::Id>,
    A: Apply,
{
    type Result = Result<Receipt, DispatchError<<C::Output as Emit<A>>::Error>>;

    #[inline]
    fn route(
        command: C,
        bus: &Bus<S, R>,
        options: DispatchOptions,
    ) -> impl Future<Output = Self::Result> + Send {
        let instance = bus.instance::<A>(command.id());
        recorded(bus, instance, Typed(command), options)
    }
}

/// The way of a command whose type is erased: one for all commands of `A`, so that each of them
/// costs the program little that is never called so.
pub(super) fn recorded_untyped<A: Apply>(
    bus: &Bus<DynStore, DynResources>,
    id: &A::Id,
    asked: Untyped<A>,
    options: DispatchOptions,
) -> impl Future<Output = Result<Receipt, DispatchError<Rejection>>> + Send {
    recorded(bus, bus.instance(id), asked, options)
}

/// Takes what is asked to its instance, and waits for what is to be waited for.
#[inline]
#[allow(
    clippy::manual_async_fn,
    reason = "an `async fn` moves its arguments once more"
)]
fn recorded<S, R, A, D>(
    bus: &Bus<S, R>,
    instance: Result<Arc<Instance<A>>, IdError>,
    asked: D,
    options: DispatchOptions,
) -> impl Future<Output = Result<Receipt, DispatchError<<D::Output as Emit<A>>::Error>>> + Send
where
    S: EventStore,
    R: Resources,
    A: Apply,
    D: Asked<A, R>,
{
    async move {
        let core = &bus.core;
        let Some(_pass) = core.gate.enter() else {
            let command = asked.name();
            return Err(DispatchError::Closed { command });
        };
        let id = options.id.unwrap_or_else(CommandId::generate);
        let takes_context = asked.takes_context();
        let context = takes_context.then(|| options.context(&core.clock, Some(id)));
        let call = Call {
            bus,
            asked: &asked,
            id: &id,
            options: &options,
            context: context.as_ref().unwrap_or(Context::unasked()),
            instance: &*instance?,
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
    asked: &'a D,
    id: &'a CommandId,
    options: &'a DispatchOptions,
    /// What the handler is told, where it asks.
    context: &'a Context,
    instance: &'a Instance<A>,
}

/// What the stream must be like for what is decided on the state.
#[inline]
fn expect<A>(loaded: &Loaded<A>, ahead: Option<&Flight>) -> Expect {
    let version = loaded.version;
    match ahead {
        None => Expect::Version(version),
        Some(Flight { last, .. }) => Expect::Event { version, id: *last },
    }
}

/// Waits for a commit that takes its time, and says what became of its flight, before anybody else decides on it.
async fn outcome(
    commit: Pin<&mut impl Future<Output = Result<Committed, CommitError>>>,
    flight: Option<InFlight<'_>>,
) -> Result<Committed, CommitError> {
    let committed = commit.await;
    if let (Some(flight), Ok(committed)) = (flight, &committed)
        && !committed.repeated
    {
        flight.landed(committed.position);
    }
    committed
}

/// The refusal of the handler that is asked.
type Refusal<D, A, R> = <<D as Asked<A, R>>::Output as Emit<A>>::Error;

/// What is decided on.
struct Basis<A> {
    loaded: Loaded<A>,
    /// The flight that the state is built on.
    ahead: Option<Arc<Flight>>,
    /// Whether nothing has said lately that it is up to date.
    unvalidated: bool,
}

/// What became of a decision: recorded, or the handler's own refusal.
type Decided<E> = Result<Result<(), E>, Unrecorded>;

/// Why a decision could not be recorded.
enum Unrecorded {
    Unwritable(EncodeError),
    Panicked(String),
}

impl<S, R, D, A> Call<'_, S, R, D, A>
where
    S: EventStore,
    R: Resources,
    D: Asked<A, R>,
    A: Apply,
{
    async fn run(&self) -> Result<Receipt, DispatchError<Refusal<D, A, R>>> {
        let key = self.options.id.map(|id| self.key(id)).transpose()?;
        let settings = &self.bus.core.settings;
        consume_budget().await; // a task that dispatches without end lets the others run
        let mut turn = self.turn().await;
        if let Some(key) = &key
            && let Some(receipt) = self.accepted_before(key).await?
        {
            return Ok(receipt);
        }
        let mut conflicts = 0;
        while conflicts <= settings.retries {
            // from here on the state is ours: if we do not put it back, the next one loads it
            let Basis {
                mut loaded,
                ahead,
                unvalidated,
            } = self.basis(&mut turn).await?;
            if let Some(expected) = self.options.expected
                && expected != loaded.version
            {
                if unvalidated {
                    self.catch_up(&mut loaded).await?;
                }
                if expected != loaded.version {
                    let wrong = self.wrong_version(expected, loaded.version);
                    turn.put(loaded, ahead.clone());
                    match self.once_landed(turn, ahead).await {
                        Ok(_) => return self.unless_accepted(key.as_ref(), Err(wrong)).await,
                        Err(next) => turn = next,
                    }
                    continue;
                }
            }

            let mut batch = self.batch(key.as_ref(), expect(&loaded, ahead.as_deref()));
            let events = &mut batch.appends[0].events;
            let decided = match self.decide(&mut loaded.state, events).await {
                Ok(decided) => decided,
                Err(broken) => match self.once_landed(turn, ahead).await {
                    Ok(_) => return Err(broken),
                    Err(next) => {
                        turn = next;
                        continue;
                    }
                },
            };
            let last = events.last().map(|event| event.id);
            let grown = events.len() as u64;
            if decided.is_err() || (grown == 0 && key.is_none()) {
                // no append validates what this was decided on; a flight that lands does
                if unvalidated && self.catch_up(&mut loaded).await? {
                    turn.put(loaded, None);
                    conflicts += 1;
                    continue;
                }
                let receipt = self.receipt(&loaded);
                turn.put(loaded, ahead.clone());
                match self.once_landed(turn, ahead).await {
                    Ok(position) => return self.nothing_new(decided, receipt, position, key).await,
                    Err(next) => turn = next,
                }
                continue;
            }

            batch.appends[0].snapshot = self.snapshot(&mut turn, &loaded, grown, last);
            let follows = ahead.is_some();
            let mut committing = pin!(self.bus.store.commit(batch));
            let at_once = poll_fn(|context| Poll::Ready(committing.as_mut().poll(context))).await;
            let committed = match at_once {
                Poll::Ready(Ok(committed)) if !committed.repeated => {
                    loaded.version = committed.version;
                    if grown > 0 {
                        loaded.position = committed.position;
                    }
                    turn.put(loaded, None);
                    return Ok(self.answer(&committed));
                }
                Poll::Ready(committed) => committed,
                Poll::Pending => {
                    let flight = last.map(|last| {
                        loaded.version = Version::from(loaded.version.get() + grown);
                        turn.fly(loaded, last, &self.instance.era)
                    });
                    drop(turn);
                    let committed = outcome(committing, flight).await;
                    if let Ok(committed) = &committed {
                        return Ok(self.answer(committed));
                    }
                    turn = self.turn().await;
                    committed
                }
            };
            match committed {
                Ok(committed) => return Ok(self.answer(&committed)),
                Err(CommitError::Conflict { .. } | CommitError::OtherEvent { .. }) => {
                    // where it followed another that was lost, that is no fault of its own
                    conflicts += u32::from(!follows);
                }
                Err(error) => return Err(self.not_committed(error)),
            }
        }
        Err(self.conflicting(conflicts))
    }

    /// Takes the state out, or loads it.
    #[inline]
    async fn basis(&self, turn: &mut Turn<A>) -> Result<Basis<A>, DispatchError<Refusal<D, A, R>>> {
        if let Some((loaded, ahead)) = turn.take(&self.instance.era) {
            return Ok(Basis {
                unvalidated: ahead.is_none(),
                loaded,
                ahead,
            });
        }
        let (store, stream) = (&*self.bus.store, &self.instance.stream);
        let (loaded, applied) = load(store, stream, Until::Head)
            .await
            .map_err(|error| error.of_command(self.asked.name()))?;
        if let Some(snapshots) = A::SNAPSHOTS {
            turn.owes_snapshot = applied >= snapshots.every();
        }
        Ok(Basis {
            loaded,
            ahead: None,
            unvalidated: false,
        })
    }

    /// Calls the handler, and applies and records what it decided.
    #[inline]
    async fn decide(
        &self,
        state: &mut A,
        events: &mut SmallVec<[NewEvent; 1]>,
    ) -> Result<Result<(), Refusal<D, A, R>>, DispatchError<Refusal<D, A, R>>> {
        let resources = &*self.bus.resources;
        let output = {
            let handled = pin!(async { self.asked.handle(state, self.context, resources).await });
            guarded(handled, self.bus.core.settings.handler_deadline).await
        }
        .map_err(|broken| self.broken(broken))?;
        self.record(output, state, events)
            .map_err(|why| self.unrecorded(why))
    }

    /// What is kept of the state, where that is due after so many new events, of which the last is that one.
    #[inline]
    fn snapshot(
        &self,
        turn: &mut Turn<A>,
        loaded: &Loaded<A>,
        grown: u64,
        last: Option<EventId>,
    ) -> Option<Box<NewSnapshot>> {
        let snapshots = A::SNAPSHOTS?;
        let event = last?;
        let before = loaded.version.get();
        let after = before + grown;
        if !turn.owes_snapshot && !snapshots.is_due(before, after) {
            return None;
        }
        turn.owes_snapshot = false; // one that cannot be made is not tried again at once
        let place = snapshot::Place {
            stream: &self.instance.stream,
            version: Version::from(after),
            event,
        };
        snapshot::of(&loaded.state, place, &snapshots)
    }

    /// Passes the turn on, and waits until what was decided on is durable: answers where that ends in the log,
    /// if it was in flight; or, if it was lost, has the turn again.
    async fn once_landed<'a>(
        &'a self,
        turn: MutexGuard<'a, Turn<A>>,
        ahead: Option<Arc<Flight>>,
    ) -> Result<Option<Position>, MutexGuard<'a, Turn<A>>> {
        drop(turn);
        let Some(flight) = ahead else {
            return Ok(None);
        };
        match flight.outcome().await {
            Outcome::Landed(position) => Ok(Some(position)),
            Outcome::Lost => Err(self.turn().await),
        }
    }

    /// Answers a refusal, or that nothing happened, now that what it was decided on is durable.
    async fn nothing_new(
        &self,
        decided: Result<(), Refusal<D, A, R>>,
        receipt: Receipt,
        landed: Option<Position>,
        key: Option<CommandKey>,
    ) -> Result<Receipt, DispatchError<Refusal<D, A, R>>> {
        let position = landed.unwrap_or(receipt.position);
        let answer = decided
            .map(|()| Receipt {
                position,
                ..receipt
            })
            .map_err(DispatchError::Rejected);
        self.unless_accepted(key.as_ref(), answer).await
    }

    /// The answer, unless the same request was accepted meanwhile: it was in flight, or another process
    /// had it, and what it did is what led to this answer.
    async fn unless_accepted<E>(
        &self,
        key: Option<&CommandKey>,
        answer: Result<Receipt, DispatchError<E>>,
    ) -> Result<Receipt, DispatchError<E>> {
        if let Some(key) = key
            && let Some(before) = self.accepted_before(key).await?
        {
            return Ok(before);
        }
        answer
    }

    #[inline]
    async fn turn(&self) -> MutexGuard<'_, Turn<A>> {
        match self.instance.turn.try_lock() {
            Ok(turn) => turn,
            Err(_) => self.instance.turn.lock().await,
        }
    }

    /// The key under which the command has its effect once, where the caller named the request.
    fn key(&self, id: CommandId) -> Result<CommandKey, EncodeError> {
        let fingerprint = self.asked.fingerprint()?;
        Ok(CommandKey {
            tenant: self.instance.stream.tenant().clone(),
            id,
            fingerprint,
        })
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

    /// The batch of what is decided, yet without the events.
    #[inline]
    fn batch(&self, key: Option<&CommandKey>, expect: Expect) -> Batch {
        Batch::of_append(
            key.cloned(),
            Append {
                stream: self.instance.stream.clone(),
                expect,
                events: SmallVec::new(),
                occurred_at: match self.options.occurred_at {
                    None => self.bus.core.clock.turned(),
                    given => given,
                },
                metadata: self.options.metadata(*self.id),
                snapshot: None,
            },
        )
    }

    /// Applies and records what the handler decided; what is within is the handler's own refusal.
    #[inline]
    fn record(
        &self,
        output: D::Output,
        state: &mut A,
        events: &mut SmallVec<[NewEvent; 1]>,
    ) -> Decided<<D::Output as Emit<A>>::Error> {
        let first = match self.options.id {
            None => EventId::first_of(*self.id),
            Some(_) => EventId::generate(), // the id may come again, or be no random one
        };
        let mut recording = Recording::new(self.bus.store.keeping(), first);
        let decided = catch_unwind(AssertUnwindSafe(|| {
            output.emit(&mut Decision::new(state, events, &mut recording))
        }));
        match (decided, recording.failed) {
            (Ok(decided), None) => Ok(decided),
            (Ok(_), Some(error)) => Err(Unrecorded::Unwritable(error)),
            (Err(panic), _) => Err(Unrecorded::Panicked(message_of(&*panic))),
        }
    }

    fn receipt(&self, loaded: &Loaded<A>) -> Receipt {
        Receipt {
            command_id: *self.id,
            version: loaded.version,
            position: loaded.position,
            repeated: false,
        }
    }

    fn answer(&self, committed: &Committed) -> Receipt {
        Receipt {
            command_id: *self.id,
            version: committed.version,
            position: committed.position,
            repeated: committed.repeated,
        }
    }

    #[cold]
    fn conflicting<E>(&self, attempts: u32) -> DispatchError<E> {
        DispatchError::Conflict {
            stream: self.instance.stream.clone(),
            command: self.asked.name(),
            attempts,
        }
    }

    #[cold]
    fn wrong_version<E>(&self, expected: Version, actual: Version) -> DispatchError<E> {
        DispatchError::WrongVersion {
            stream: self.instance.stream.clone(),
            expected,
            actual,
        }
    }

    #[cold]
    fn broken<E>(&self, broken: Broken) -> DispatchError<E> {
        let command = self.asked.name();
        match broken {
            Broken::Panicked(message) => DispatchError::Panicked { command, message },
            Broken::Late => DispatchError::Late {
                command,
                deadline: self.bus.core.settings.handler_deadline,
            },
        }
    }

    #[cold]
    fn unrecorded<E>(&self, why: Unrecorded) -> DispatchError<E> {
        match why {
            Unrecorded::Unwritable(error) => error.into(),
            Unrecorded::Panicked(message) => self.broken(Broken::Panicked(message)),
        }
    }

    #[cold]
    fn not_committed<E>(&self, error: CommitError) -> DispatchError<E> {
        match error {
            CommitError::CommandIdReused { id } => DispatchError::CommandIdReused { id },
            CommitError::OutcomeUnknown { source } => DispatchError::OutcomeUnknown {
                id: *self.id,
                source,
            },
            CommitError::Store(error) => error.into(),
            source => DispatchError::Unrecordable { source },
        }
    }

    async fn catch_up<E>(&self, loaded: &mut Loaded<A>) -> Result<bool, DispatchError<E>> {
        catch_up(&*self.bus.store, &self.instance.stream, loaded, Until::Head)
            .await
            .map_err(|error| error.of_command(self.asked.name()))
    }
}
