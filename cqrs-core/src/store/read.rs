use crate::log::{
    Data, EventId, Fingerprint, LogFilter, Name, Position, RecordedEvent, StreamId, Timestamp,
    Version,
};
use crate::message::EventType;
use crate::projection::IndexKey;
use crate::store::IndexRange;
use uuid::Uuid;

/// The rows of one version of one projection.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Table {
    /// The projection's stored name.
    pub projection: Name,
    /// The version of its fold: each version has rows and a checkpoint of its own.
    pub version: u32,
}

/// A page of one stream.
#[derive(Debug, Clone)]
pub struct StreamQuery {
    /// The stream.
    pub stream: StreamId,
    /// Only events after this version.
    pub after: Version,
    /// At most so many.
    pub limit: usize,
}

/// A page of one stream, for a fold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FactQuery {
    /// The stream.
    pub stream: StreamId,
    /// Only events after this version.
    pub after: Version,
    /// At most so many.
    pub limit: usize,
    /// What the fold applies. An event that an older version of one of them wrote comes with its
    /// envelope, for which an [`#[upcast]`](macro@crate::upcast) method may ask.
    pub events: &'static [EventType],
    /// Whether all events are to come with their envelopes.
    pub envelopes: bool,
}

/// A page of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogQuery {
    /// Only events after this position.
    pub after: Position,
    /// Only events up to this position, itself included; `None`: up to the head.
    pub through: Option<Position>,
    /// Only events that the filter takes.
    pub filter: LogFilter,
    /// At most so many.
    pub limit: usize,
}

/// A state as it is kept of a stream.
#[derive(Debug, Clone, PartialEq)]
pub struct Snapshot {
    /// The version of the last event that is in it.
    pub version: Version,
    /// The id of that event.
    pub event: EventId,
    /// The digest of the fold that made it.
    pub fingerprint: u64,
    /// The digest over all that it says.
    pub checksum: u64,
    /// The state, encoded.
    pub data: Data,
}

/// The answer to a [`LogQuery`].
#[derive(Debug, Clone)]
pub struct LogPage {
    /// The events, by position.
    pub events: Vec<RecordedEvent>,
    /// How far the log was looked through: every event up to here that the filter takes is in this
    /// page or stood before it. A checkpoint may move here.
    pub through: Position,
}

/// What is kept of a command whose id the caller gave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CommandRecord {
    /// The digest of its name and body.
    pub fingerprint: Fingerprint,
    /// The stream version that it led to.
    pub version: Version,
    /// The log position that it led to.
    pub position: Position,
}

/// Which rows of a table are asked for.
///
/// A row is in an index if it was written with a value at its place. An order by an index, and a
/// range over one, take only rows that are in it.
#[derive(Debug, Clone)]
pub struct RowQuery {
    /// The table.
    pub table: Table,
    /// In which order they come.
    pub order: RowOrder,
    /// Only rows that stand in all of these ranges, whatever the order.
    pub within: Vec<IndexRange>,
    /// Only rows that come after this place in the order, whether a row stands there or not.
    pub after: Option<RowPlace>,
    /// At most so many; `None`: all.
    pub limit: Option<usize>,
}

impl RowQuery {
    /// All rows of the table, in that order.
    pub fn all(table: Table, order: RowOrder) -> Self {
        Self {
            table,
            order,
            within: Vec::new(),
            after: None,
            limit: None,
        }
    }
}

/// The order of rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowOrder {
    /// By the bytes of the key.
    Key {
        /// Whether the greatest key comes first.
        descending: bool,
    },
    /// By an indexed field, and among equal values by key ascending, in both directions.
    Index {
        /// The field's place in [`Projection::INDEXES`](crate::projection::Projection::INDEXES).
        place: usize,
        /// Whether the greatest value comes first.
        descending: bool,
    },
}

impl RowOrder {
    /// Whether the greatest comes first.
    pub fn is_descending(self) -> bool {
        match self {
            Self::Key { descending } | Self::Index { descending, .. } => descending,
        }
    }
}

/// A place in an order of rows.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct RowPlace {
    /// The value by which the order goes; in the order of keys it does not count.
    pub value: IndexKey,
    /// The key.
    pub key: String,
}

/// A row as it is kept.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredRow {
    /// The key, as it displays.
    pub key: String,
    /// The row, encoded.
    pub data: Data,
}

/// A page of one queue: the messages that can be taken, in the order in which they were put.
///
/// Whoever looks for messages begins at 0 each time, and goes on by [`after`](Self::after) within
/// one look: a message that was not due, or whose batch was not committed yet, may stand before one
/// that was seen.
#[derive(Debug, Clone)]
pub struct QueueQuery {
    /// The queue.
    pub queue: Name,
    /// Only messages that were put after the one at this [`Queued::place`]; 0: from the first on.
    pub after: u64,
    /// Only messages that are due at this time.
    pub at: Timestamp,
    /// At most so many.
    pub limit: usize,
}

/// A message in a queue, not yet acknowledged.
#[derive(Debug, Clone, PartialEq)]
pub struct Queued {
    /// Its place in the order of the puts.
    pub place: u64,
    /// The message's own id.
    pub id: Uuid,
    /// What it is about.
    pub key: String,
    /// What it says.
    pub body: Data,
    /// From when on it can be read.
    pub due: Option<Timestamp>,
}

/// A timer that is set.
#[derive(Debug, Clone, PartialEq)]
pub struct Timer {
    /// Its place in the order of all settings: another one each time it is set.
    pub place: u64,
    /// Whose timer it is.
    pub owner: Name,
    /// The timer's id.
    pub id: String,
    /// When it is due.
    pub due: Timestamp,
    /// What it says.
    pub body: Data,
}
