use super::{Table, TableWork};
use crate::log::{
    CommandId, Data, EventId, Fingerprint, LogFilter, Metadata, Name, Position, StreamId, Tags,
    Tenant, Timestamp, Version,
};
use crate::projection::IndexKey;
use smallvec::SmallVec;
use uuid::Uuid;

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
    pub appends: SmallVec<[Append; 1]>,
    /// Conditions on the log as a whole.
    pub guards: Vec<Guard>,
    /// Rows of projections to write or delete.
    pub rows: Vec<RowWrite>,
    /// What projections do in tables of their own. Only a store that [lends](super::EventStore::lends) its
    /// transactions gets any; it comes before all else that the batch writes.
    pub tables: Vec<TableWork>,
    /// Checkpoints to move.
    pub checkpoints: Vec<CheckpointMove>,
    /// Messages to take out of queues. They go before [`puts`](Self::puts) come.
    pub acks: Vec<QueueAck>,
    /// Messages to put into queues.
    pub puts: Vec<QueuePut>,
    /// Timers to cancel. They go before [`timers`](Self::timers) are set.
    pub cancels: Vec<TimerCancel>,
    /// Timers to set.
    pub timers: Vec<TimerSet>,
}

impl Batch {
    /// A batch of one append, the effect of a command where that has a key.
    #[inline]
    pub(crate) fn of_append(command: Option<CommandKey>, append: Append) -> Self {
        Self {
            command,
            appends: SmallVec::from_buf([append]),
            guards: Vec::new(),
            rows: Vec::new(),
            tables: Vec::new(),
            checkpoints: Vec::new(),
            acks: Vec::new(),
            puts: Vec::new(),
            cancels: Vec::new(),
            timers: Vec::new(),
        }
    }

    /// Whether nothing but appends, and conditions, is in it: so it is with most.
    pub(super) fn only_appends(&self) -> bool {
        self.rows.is_empty()
            && self.tables.is_empty()
            && self.checkpoints.is_empty()
            && self.acks.is_empty()
            && self.puts.is_empty()
            && self.cancels.is_empty()
            && self.timers.is_empty()
    }
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
    pub events: SmallVec<[NewEvent; 1]>,
    /// The business time of the events; the time of recording where none is given.
    pub occurred_at: Option<Timestamp>,
    /// Why and by whom.
    pub metadata: Metadata,
    /// The state of the instance after the events. Of an append without events it is not kept.
    pub snapshot: Option<Box<NewSnapshot>>,
}

/// A state to keep: the fold of all events of a stream up to the last of an [`Append`].
///
/// It takes the place of what was kept of the stream before. Whoever reads it judges it; a store only
/// keeps it, beside the version and the id of that last event.
#[derive(Debug, Clone)]
pub struct NewSnapshot {
    /// The digest of the fold that made it.
    pub fingerprint: u64,
    /// The digest over all that it says.
    pub checksum: u64,
    /// The state, encoded, whatever the store [keeps](crate::log::Keeping) of events.
    pub data: Data,
}

/// The condition of an [`Append`] on its stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expect {
    /// None.
    Any,
    /// The stream has had exactly so many events. [`Version::ZERO`] says that it does not exist yet.
    Version(Version),
    /// The last event of the stream stands at this version, and is this one: what was decided on
    /// events that were not yet durable is refused where others took their place.
    Event {
        /// The version.
        version: Version,
        /// The id of the event.
        id: EventId,
    },
}

impl Expect {
    /// The version that the stream must be at, if one is demanded.
    pub fn version(self) -> Option<Version> {
        match self {
            Self::Any => None,
            Self::Version(version) | Self::Event { version, .. } => Some(version),
        }
    }
}

/// An event to append.
#[derive(Debug, Clone)]
pub struct NewEvent {
    /// Its own id. Whoever makes events makes a new one each time; stores do not look whether it is.
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

/// A checkpoint to move, if it still stands where it was seen. It may move anywhere: back, to where
/// it is, and ahead of the log.
#[derive(Debug, Clone)]
pub struct CheckpointMove {
    /// The projection and its version.
    pub table: Table,
    /// Where it was seen; [`Position::ZERO`] if it was not there yet.
    pub from: Position,
    /// Where it is to stand.
    pub to: Position,
}

/// A message to put into a queue.
///
/// The first message of an id stays until it is acknowledged: a put whose id is there already is
/// the same message again, and changes nothing. Acknowledged, the id is free. What must have its
/// effect once for ever carries a command's id.
#[derive(Debug, Clone)]
pub struct QueuePut {
    /// The queue.
    pub queue: Name,
    /// The message's own id, one in its queue.
    pub id: Uuid,
    /// What it is about: messages of one key are to be taken in turn. It may be empty.
    pub key: String,
    /// What it says.
    pub body: Data,
    /// From when on it can be read; `None`: at once. Until then it holds no other message back.
    pub due: Option<Timestamp>,
}

/// A message to take out of a queue, because what it asked for is done.
///
/// A message is handed out until it is acknowledged, so whoever takes messages acknowledges some
/// twice: to acknowledge what is not there changes nothing.
#[derive(Debug, Clone)]
pub struct QueueAck {
    /// The queue.
    pub queue: Name,
    /// The message's id.
    pub id: Uuid,
}

/// A timer to set. One that its owner has set under the same id is replaced.
#[derive(Debug, Clone)]
pub struct TimerSet {
    /// Whose timer it is.
    pub owner: Name,
    /// The timer's id, one of its owner's.
    pub id: String,
    /// When it is due. Stores keep it to the microsecond, and a fraction of one counts whole: a
    /// timer may be late, never early.
    pub due: Timestamp,
    /// What it says.
    pub body: Data,
}

/// A timer to cancel: because it is not wanted any more, or because it is due and its effect is
/// in the same batch.
#[derive(Debug, Clone)]
pub struct TimerCancel {
    /// Whose timer it is.
    pub owner: Name,
    /// The timer's id.
    pub id: String,
    /// The [`Timer::place`](super::Timer::place) under which it was read: the batch is refused if
    /// the timer was set anew since, or is gone. So the effect of a timer comes once, whoever
    /// else saw it due. `None` cancels it however it is set, if it is there.
    pub seen: Option<u64>,
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
