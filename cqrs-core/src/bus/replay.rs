//! State from a stream: all of it, or up to some point.

use super::DispatchError;
use crate::aggregate::{Aggregate, Apply};
use crate::guarded::message_of;
use crate::id::IdError;
use crate::log::{
    DecodeError, Fact, Position, Recorded, RecordedEvent, StreamId, Timestamp, Version,
};
use crate::registry;
use crate::store::{EventStore, FactQuery, StoreError};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// How many events of a stream are read at once. A thousand stay in a core's own cache from where they
/// are read to where they are folded.
pub(super) const PAGE: usize = 1_000;

/// The state of an instance, and how much of its stream is in it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Loaded<A> {
    /// The state.
    pub state: A,
    /// The version of the last event that is in it; [`Version::ZERO`] before the first.
    pub version: Version,
    /// The position in the log of that event.
    pub position: Position,
}

impl<A: Aggregate> Default for Loaded<A> {
    fn default() -> Self {
        Self {
            state: A::initial(),
            version: Version::ZERO,
            position: Position::ZERO,
        }
    }
}

/// How much of a stream is asked for.
#[derive(Debug, Clone, Copy, Default)]
pub(super) enum Until {
    #[default]
    Head,
    Version(Version),
    Recorded(Timestamp),
    Occurred(Timestamp),
}

impl Until {
    /// How many facts to read at once after `version`: none where no more can be in it.
    fn page_after(self, version: Version) -> usize {
        let wanted = match self {
            Self::Version(last) => usize::try_from(last.get().saturating_sub(version.get())),
            Self::Head | Self::Recorded(_) | Self::Occurred(_) => Ok(PAGE),
        };
        wanted.map_or(PAGE, |wanted| wanted.min(PAGE))
    }

    /// Whether it is for the envelope to say what is in it.
    fn is_a_time(self) -> bool {
        matches!(self, Self::Recorded(_) | Self::Occurred(_))
    }

    #[inline]
    fn takes(self, fact: &Fact<'_>) -> bool {
        let time = |takes: fn(&Recorded, Timestamp) -> bool, time| {
            let event = fact.recorded().map(RecordedEvent::recorded);
            event.is_some_and(|event| takes(event, time))
        };
        match self {
            Self::Head => true,
            Self::Version(version) => fact.version() <= version,
            Self::Recorded(until) => time(|event, until| event.recorded_at <= until, until),
            Self::Occurred(until) => time(|event, until| event.occurred_at <= until, until),
        }
    }
}

/// Why a state could not be had.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LoadError {
    /// The id cannot name an instance.
    #[error(transparent)]
    Id(#[from] IdError),
    /// An event of the stream cannot be read.
    #[error(transparent)]
    Decode(#[from] DecodeError),
    /// An `#[apply]` method panicked.
    #[error("an `#[apply]` method panicked on an event of stream {stream}: {message}")]
    Panicked {
        /// The stream.
        stream: StreamId,
        /// What the panic said.
        message: String,
    },
    /// The store cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl LoadError {
    pub(super) fn of_command<E>(self, command: &'static str) -> DispatchError<E> {
        match self {
            Self::Id(error) => error.into(),
            Self::Decode(error) => error.into(),
            Self::Panicked { message, .. } => DispatchError::Panicked { command, message },
            Self::Store(error) => error.into(),
        }
    }
}

/// Applies what the stream has beyond the state, and says whether there was anything.
pub(super) async fn catch_up<A: Apply>(
    store: &impl EventStore,
    stream: &StreamId,
    loaded: &mut Loaded<A>,
    until: Until,
) -> Result<bool, LoadError> {
    let before = loaded.version;
    let mut after = loaded.version;
    loop {
        let limit = until.page_after(after);
        if limit == 0 {
            return Ok(loaded.version > before);
        }
        let query = FactQuery {
            stream: stream.clone(),
            after,
            limit,
            events: A::EVENTS,
            envelopes: until.is_a_time(),
        };
        let page = store.facts(query).await?;
        let applied = catch_unwind(AssertUnwindSafe(|| {
            let mut taken = page.iter().filter(|fact| until.takes(fact));
            taken.try_for_each(|fact| {
                match loaded.state.apply(&fact) {
                    Err(DecodeError::Unknown { .. }) if registry::is_record_only(fact.name()) => {}
                    applied => applied?,
                }
                loaded.version = fact.version();
                loaded.position = fact.position();
                Ok::<_, DecodeError>(())
            })
        }));
        applied.map_err(|panic| LoadError::Panicked {
            stream: stream.clone(),
            message: message_of(&*panic),
        })??;
        match page.last() {
            Some(last) if page.more() => after = last,
            _ => return Ok(loaded.version > before),
        }
    }
}
