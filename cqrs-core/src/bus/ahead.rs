//! Deciding ahead of the store: the next command of an instance need not wait until the last one is durable.
//!
//! A command is decided while its instance's turn is held. Where the store takes its time to commit what was
//! decided, the turn is passed on with the state that the commit will lead to, and the commit is a
//! [`Flight`] until its outcome is known. What is decided on that state names the last event in it
//! ([`Expect::Event`](crate::store::Expect)), so the store refuses it if the flight is lost; and what is not
//! committed at all, a refusal for one, is not answered before the flight has landed.

use super::replay::Loaded;
use crate::log::{EventId, Position};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use tokio::sync::Notify;

/// A commit whose outcome is not known yet, and that some state is built on.
#[derive(Debug)]
pub(super) struct Flight {
    /// The last event that it commits.
    pub(super) last: EventId,
    outcome: OnceLock<Outcome>,
    known: Notify,
}

/// What became of a flight.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    /// It is durable, and ends at this position.
    Landed(Position),
    /// It was refused, or nobody waits for its outcome any more.
    Lost,
}

impl Flight {
    fn of(last: EventId) -> Self {
        Self {
            last,
            outcome: OnceLock::new(),
            known: Notify::new(),
        }
    }

    fn end(&self, outcome: Outcome) {
        if self.outcome.set(outcome).is_ok() {
            self.known.notify_waiters();
        }
    }

    /// Waits for the outcome.
    pub(super) async fn outcome(&self) -> Outcome {
        loop {
            let known = self.known.notified();
            tokio::pin!(known);
            known.as_mut().enable(); // before the look, so that no outcome falls in between
            if let Some(&outcome) = self.outcome.get() {
                return outcome;
            }
            known.await;
        }
    }
}

/// Counts the flights of an instance that were lost: a state of an earlier era was built on one.
#[derive(Debug, Default)]
pub(super) struct Era(AtomicU64);

impl Era {
    fn now(&self) -> u64 {
        self.0.load(Ordering::Acquire)
    }

    /// Ends the era, unless another flight of it was lost before.
    fn end(&self, era: u64) {
        let _ = self
            .0
            .compare_exchange(era, era + 1, Ordering::AcqRel, Ordering::Acquire);
    }
}

/// What the turn of an instance passes on.
#[derive(Debug)]
pub(super) struct Turn<A> {
    /// The state, where it is known. Whoever decides takes it out and puts it back once what was decided
    /// is recorded or in flight: whatever happens in between, no other state stays.
    loaded: Option<Loaded<A>>,
    /// The flight that the state is built on.
    ahead: Option<Arc<Flight>>,
    /// The era of both.
    era: u64,
    /// Whether the state was loaded from so many events that a snapshot is to spare the next one.
    pub(super) owes_snapshot: bool,
}

impl<A> Turn<A> {
    pub(super) const fn new() -> Self {
        Self {
            loaded: None,
            ahead: None,
            era: 0,
            owes_snapshot: false,
        }
    }

    /// Takes the state and what it is built on, if there is one that can be decided on.
    #[inline]
    pub(super) fn take(&mut self, era: &Era) -> Option<(Loaded<A>, Option<Arc<Flight>>)> {
        let mut loaded = self.loaded.take();
        let mut ahead = self.ahead.take();
        let now = era.now();
        if self.era != now {
            self.era = now;
            loaded = None;
        }
        if let (Some(flight), Some(loaded)) = (&ahead, &mut loaded)
            && let Some(Outcome::Landed(position)) = flight.outcome.get()
        {
            loaded.position = *position;
            ahead = None;
        }
        loaded.map(|loaded| (loaded, ahead))
    }

    /// Puts back what was taken, or what came of it.
    #[inline]
    pub(super) fn put(&mut self, loaded: Loaded<A>, ahead: Option<Arc<Flight>>) {
        self.loaded = Some(loaded);
        self.ahead = ahead;
    }

    /// Passes on the state that the commit of an event, the `last` of several, will lead to. Until that has
    /// landed, dropping what is returned loses it.
    pub(super) fn fly<'a>(
        &mut self,
        loaded: Loaded<A>,
        last: EventId,
        era: &'a Era,
    ) -> InFlight<'a> {
        let flight = Arc::new(Flight::of(last));
        self.put(loaded, Some(Arc::clone(&flight)));
        InFlight {
            flight,
            of: self.era,
            era,
        }
    }
}

/// A flight, in the hands of who waits for its outcome.
#[derive(Debug)]
pub(super) struct InFlight<'a> {
    flight: Arc<Flight>,
    of: u64,
    era: &'a Era,
}

impl InFlight<'_> {
    /// It is durable.
    pub(super) fn landed(self, at: Position) {
        self.flight.end(Outcome::Landed(at));
    }
}

impl Drop for InFlight<'_> {
    /// If it has not landed, nobody is to decide on it any more: first of all, then whoever waits is told.
    fn drop(&mut self) {
        if self.flight.outcome.get().is_none() {
            self.era.end(self.of);
            self.flight.end(Outcome::Lost);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::log::CommandId;
    use std::pin::pin;
    use std::task::{Context, Poll, Waker};

    fn loaded(state: u8) -> Loaded<u8> {
        Loaded {
            state,
            version: u64::from(state).into(),
            position: Position::ZERO,
        }
    }

    fn event() -> EventId {
        EventId::first_of(CommandId::generate())
    }

    #[test]
    fn a_flight_that_landed_is_state_like_any_other() {
        let (era, mut turn) = (Era::default(), Turn::new());
        let flight = turn.fly(loaded(1), event(), &era);
        let (state, ahead) = turn.take(&era).unwrap();
        assert!(ahead.is_some());
        turn.put(state, ahead);
        flight.landed(Position::from(7));
        let (state, ahead) = turn.take(&era).unwrap();
        assert!(ahead.is_none());
        assert_eq!((state.state, state.position), (1, Position::from(7)));
        assert!(turn.take(&era).is_none(), "it was taken");
    }

    #[test]
    fn what_is_built_on_a_lost_flight_is_lost() {
        let (era, mut turn) = (Era::default(), Turn::new());
        let first = turn.fly(loaded(1), event(), &era);
        let (_, ahead) = turn.take(&era).unwrap();
        let second = turn.fly(loaded(2), event(), &era);
        drop(first);
        assert!(
            turn.take(&era).is_none(),
            "the second is in flight, but lost"
        );
        turn.put(loaded(1), None);
        drop(second);
        assert!(
            turn.take(&era).is_some(),
            "the state was loaded after the first was lost"
        );
        let outcome =
            pin!(ahead.as_ref().unwrap().outcome()).poll(&mut Context::from_waker(Waker::noop()));
        assert_eq!(outcome, Poll::Ready(Outcome::Lost));
    }

    #[test]
    fn who_waits_is_told_the_outcome() {
        let (era, mut turn) = (Era::default(), Turn::new());
        let flight = turn.fly(loaded(1), event(), &era);
        let (_, ahead) = turn.take(&era).unwrap();
        let ahead = ahead.unwrap();
        let mut waiting = pin!(ahead.outcome());
        let mut context = Context::from_waker(Waker::noop());
        assert!(waiting.as_mut().poll(&mut context).is_pending());
        flight.landed(Position::from(3));
        assert_eq!(
            waiting.poll(&mut context),
            Poll::Ready(Outcome::Landed(Position::from(3)))
        );
    }
}
