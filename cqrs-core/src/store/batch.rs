use super::Table;
use crate::log::{
    CommandId, Data, EventId, Fingerprint, LogFilter, Metadata, Name, Position, StreamId, Tags,
    Tenant, Timestamp, Version,
};
use crate::projection::IndexKey;

/// What is committed at once, wholly or not at all: the only way to write to a store.
///
/// Every condition is judged against the state before the batch, and if one fails nothing of the
/// batch is kept.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct Batch {
    /// The command that the batch is the effect of. Its id is taken once: a batch that comes again
    /// under the same id and fingerprint changes nothing and is answered as the first was.
    pub command: Option<CommandKey>,
    /// Appends, to different streams.
    pub appends: Vec<Append>,
    /// Conditions on the log as a whole.
    pub guards: Vec<Guard>,
    /// Rows of projections to write or delete.
    pub rows: Vec<RowWrite>,
    /// Checkpoints to move.
    pub checkpoints: Vec<CheckpointMove>,
}

/// The id of a command, and the digest of what it says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommandKey {
    /// Whose command it is.
    pub tenant: Tenant,
    /// The id that the caller gave.
    pub id: CommandId,
    /// The digest of its name and body.
    pub fingerprint: Fingerprint,
}

/// Events to append to one stream.
#[derive(Debug, Clone)]
pub struct Append {
    /// The stream.
    pub stream: StreamId,
    /// What the stream must be like.
    pub expect: Expect,
    /// The events, in order. None at all is a condition on the stream alone.
    pub events: Vec<NewEvent>,
    /// The business time of the events; the time of recording where none is given.
    pub occurred_at: Option<Timestamp>,
    /// Why and by whom.
    pub metadata: Metadata,
}

/// The condition of an [`Append`] on its stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expect {
    /// None.
    Any,
    /// The stream has had exactly so many events. [`Version::ZERO`] says that it does not exist yet.
    Version(Version),
}

/// An event to append.
#[derive(Debug, Clone)]
pub struct NewEvent {
    /// Its own id.
    pub id: EventId,
    /// The stored name.
    pub name: Name,
    /// The schema version of the data.
    pub schema: u32,
    /// The data.
    pub data: Data,
    /// The values of its `#[tag]` fields.
    pub tags: Tags,
}

/// A condition on the log: no event that the filter takes stands after the position.
///
/// This is the append condition of dynamic consistency boundaries (<https://dcb.events>).
#[derive(Debug, Clone)]
pub struct Guard {
    /// Which events it is about.
    pub filter: LogFilter,
    /// Up to where they were known.
    pub after: Position,
}

/// One row of a projection to write or delete.
#[derive(Debug, Clone)]
pub struct RowWrite {
    /// The projection and its version.
    pub table: Table,
    /// The key, as it displays.
    pub key: String,
    /// The row; `None` deletes it.
    pub row: Option<RowData>,
}

/// What is kept of a row.
#[derive(Debug, Clone)]
pub struct RowData {
    /// The row, encoded.
    pub data: Data,
    /// The values of its indexed fields, in the projection's order.
    pub index: Vec<IndexKey>,
}

/// A checkpoint to move, if it still stands where it was seen.
#[derive(Debug, Clone)]
pub struct CheckpointMove {
    /// The projection and its version.
    pub table: Table,
    /// Where it was seen; [`Position::ZERO`] if it was not there yet.
    pub from: Position,
    /// Where it is to stand.
    pub to: Position,
}

/// What a commit led to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Committed {
    /// The version of the first append's stream after it; [`Version::ZERO`] without appends.
    pub version: Version,
    /// The position of the last event appended; without events, the head of the log.
    pub position: Position,
    /// Whether the command had been committed before, and this is what was answered then.
    pub repeated: bool,
}

impl Committed {
    /// What a store answers.
    pub fn new(version: Version, position: Position, repeated: bool) -> Self {
        Self {
            version,
            position,
            repeated,
        }
    }
}
