//! State from a stream: all of it, or up to some point.

use super::{DispatchError, snapshot};
use crate::aggregate::{Aggregate, Apply, Snapshots};
use crate::guarded::message_of;
use crate::id::IdError;
use crate::log::{
    DecodeError, Fact, Position, Recorded, RecordedEvent, StreamId, Timestamp, Version,
};
use crate::registry;
use crate::store::{EventStore, FactQuery, StoreError, StreamQuery};
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

    /// Whether a state may be had from a snapshot: not where the times of events decide, those in it among them.
    fn takes_snapshots(self) -> bool {
        !self.is_a_time()
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

/// Loads a state: from the snapshot and what came after it, where there is one that will do; else from all of
/// the stream. Says how many events were applied to that end.
pub(super) async fn load<A: Apply>(
    store: &impl EventStore,
    stream: &StreamId,
    until: Until,
) -> Result<(Loaded<A>, u64), LoadError> {
    if let Some(snapshots) = A::SNAPSHOTS
        && let Some(resumed) = resume(store, stream, until, &snapshots).await
    {
        return Ok(resumed);
    }
    let mut loaded = Loaded::default();
    catch_up(store, stream, &mut loaded, until).await?;
    let applied = loaded.version.get();
    Ok((loaded, applied))
}

/// As [`load`], from the snapshot. Where anything is not as it should be, there is none: what is wrong with the
/// stream itself, its replay from the start tells.
async fn resume<A: Apply>(
    store: &impl EventStore,
    stream: &StreamId,
    until: Until,
    snapshots: &Snapshots<A>,
) -> Option<(Loaded<A>, u64)> {
    if !until.takes_snapshots() {
        return None;
    }
    let kept = store.snapshot(stream).await.ok()??;
    let after = Version::from(kept.version.get().checked_sub(1)?);
    if until.page_after(after) == 0 {
        return None; // it is of a later state
    }
    let state = snapshot::read(&kept, stream, snapshots)?;
    let last_in_it = StreamQuery {
        stream: stream.clone(),
        after,
        limit: 1,
    };
    let found = store.stream(last_in_it).await.ok()?;
    let at = found.first()?.recorded();
    if (at.version, at.id) != (kept.version, kept.event) {
        return None; // it is of another history
    }
    let mut loaded = Loaded {
        state,
        version: kept.version,
        position: at.position,
    };
    catch_up(store, stream, &mut loaded, until).await.ok()?;
    let applied = loaded.version.get() - kept.version.get();
    Some((loaded, applied))
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
            break;
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
            _ => break,
        }
    }
    Ok(loaded.version > before)
}
