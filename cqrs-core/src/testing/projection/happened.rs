use super::replay::replayed;
use super::{Shown, fail};
use crate::aggregate::{Aggregate, Emit};
use crate::id::IdError;
use crate::log::{
    CommandId, Metadata, Position, Recorded, RecordedEvent, StreamId, Tenant, Timestamp, Version,
    microsecond, now,
};
use crate::projection::{KeyedProjection, Project, ValueProjection};
use crate::testing::replayed::Written;
use std::collections::HashMap;
use std::convert::Infallible;
use std::fmt::Debug;
use std::marker::PhantomData;
use std::sync::Arc;

/// The first phase: what happened, to whichever instances, in the order of the log.
#[derive(Debug)]
#[must_use = "nothing is tested yet: go on with `.shows(..)`, `.shows_nothing(..)` or `.shows_value(..)`"]
pub struct Happened<P> {
    before: Vec<Given>,
    last: Given,
    round_trip: bool,
    projection: PhantomData<fn() -> P>,
}

/// Events of one instance, recorded at once.
#[derive(Debug)]
struct Given {
    stream: Result<StreamId, IdError>,
    written: Written,
    recorded_at: Timestamp,
    occurred_at: Option<Timestamp>,
    actor: Option<Arc<str>>,
}

impl Given {
    fn new<A, H>(id: &A::Id, events: H) -> Self
    where
        A: Aggregate,
        H: Emit<A, Error = Infallible>,
    {
        Self {
            stream: StreamId::new(Tenant::default(), A::NAME, id.to_string()),
            written: Written::of(events),
            recorded_at: now(),
            occurred_at: None,
            actor: None,
        }
    }
}

impl<P> Happened<P> {
    pub(super) fn new<A, H>(id: &A::Id, events: H) -> Self
    where
        A: Aggregate,
        H: Emit<A, Error = Infallible>,
    {
        Self {
            before: Vec::new(),
            last: Given::new(id, events),
            round_trip: true,
            projection: PhantomData,
        }
    }

    /// When the events just given were recorded: [`Recorded::recorded_at`]. Without it, now.
    pub fn at(mut self, time: Timestamp) -> Self {
        self.last.recorded_at = microsecond(time);
        self
    }

    /// When the events just given happened in the business's time: [`Recorded::occurred_at`].
    /// Without it, when they were recorded.
    pub fn occurred_at(mut self, time: Timestamp) -> Self {
        self.last.occurred_at = Some(microsecond(time));
        self
    }

    /// Who asked for the events just given: [`Metadata::actor`]. Without it, nobody in particular.
    pub fn by(mut self, actor: impl Into<Arc<str>>) -> Self {
        self.last.actor = Some(actor.into());
        self
    }

    /// Next, `events` happened to the instance of that id: the same or another, of the same
    /// aggregate or another.
    #[expect(
        clippy::needless_pass_by_value,
        reason = "a command holds its id too, and so a test reads"
    )]
    pub fn and<A, H>(mut self, id: A::Id, events: H) -> Self
    where
        A: Aggregate,
        H: Emit<A, Error = Infallible>,
    {
        let last = std::mem::replace(&mut self.last, Given::new::<A, H>(&id, events));
        self.before.push(last);
        self
    }

    /// Lets events and rows lose on their way to a store and back what they lose.
    pub fn without_round_trip(mut self) -> Self {
        self.round_trip = false;
        self
    }
}

impl<P: Project> Happened<P> {
    /// The log, as a store reads it.
    fn log(self) -> Result<Vec<RecordedEvent>, String> {
        let mut log = Vec::new();
        let mut versions: HashMap<StreamId, u64> = HashMap::new();
        for given in self.before.into_iter().chain([self.last]) {
            let stream = given
                .stream
                .map_err(|error| format!("given event {}: {error}", log.len() + 1))?;
            let Written { events, unfit } = given.written;
            if let Some(unfit) = unfit.filter(|unfit| self.round_trip || !unfit.is_lossy()) {
                return Err(unfit.after(log.len()).among("given ").to_string());
            }
            let mut metadata = Metadata::of(CommandId::generate());
            metadata.actor = given.actor;
            let version = versions.entry(stream.clone()).or_default();
            for event in events {
                *version += 1;
                let mut recorded = Recorded::new(
                    Position::from(log.len() as u64 + 1),
                    stream.clone(),
                    Version::from(*version),
                    event.id,
                    event.name,
                    given.recorded_at,
                    metadata.clone(),
                );
                recorded.schema = event.schema;
                recorded.tags = event.tags;
                recorded.occurred_at = given.occurred_at.unwrap_or(given.recorded_at);
                log.push(RecordedEvent::new(recorded, event.data));
            }
        }
        Ok(log)
    }
}

impl<P: Project + PartialEq + Debug> Happened<P> {
    /// Folds what happened.
    #[track_caller]
    fn shown(self) -> Shown<P> {
        let round_trip = self.round_trip;
        match self.log().and_then(|log| replayed(&log, round_trip)) {
            Ok(rows) => Shown::new(rows),
            Err(why) => fail::<P>(format_args!("{why}")),
        }
    }
}

impl<P: Project + PartialEq + Debug> Happened<P> {
    /// Folds what happened, and expects that row under that key.
    ///
    /// # Panics
    /// When there is another, or none; and when an event cannot be folded, or events or rows do not
    /// come back from a store, or another fold leads to other rows.
    #[track_caller]
    pub fn shows(self, key: &P::Key, row: P) -> Shown<P>
    where
        P: KeyedProjection,
    {
        self.shown().shows(key, row)
    }

    /// Folds what happened, and expects no row under that key.
    ///
    /// # Panics
    /// When there is one; else as [`shows`](Self::shows).
    #[track_caller]
    pub fn shows_nothing(self, key: &P::Key) -> Shown<P>
    where
        P: KeyedProjection,
    {
        self.shown().shows_nothing(key)
    }

    /// Folds what happened, and expects no row at all.
    ///
    /// # Panics
    /// When there is one; else as [`shows`](Self::shows).
    #[track_caller]
    pub fn shows_no_rows(self)
    where
        P: KeyedProjection,
    {
        self.shown().and_nothing_else();
    }

    /// Folds what happened, and expects that value of a projection without keys.
    ///
    /// # Panics
    /// When it is another; and when an event cannot be folded, or events or the value do not come
    /// back from a store, or another fold leads to another value.
    #[track_caller]
    #[expect(
        clippy::needless_pass_by_value,
        reason = "an expectation reads as the value that it is"
    )]
    pub fn shows_value(self, value: P)
    where
        P: ValueProjection,
    {
        self.shown().is(&value);
    }
}
