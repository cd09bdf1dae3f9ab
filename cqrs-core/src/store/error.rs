use super::{Measured, Table};
use crate::cause::chain;
use crate::id::IdError;
use crate::log::{CommandId, Name, Position, StreamId, Version};
use std::error::Error;

/// A store that could not be read, or could not be reached.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// The backend failed.
    #[error("the store failed while {doing}: {}", chain(&**source))]
    Backend {
        /// What it was about.
        doing: &'static str,
        /// What the backend said.
        r#source: Box<dyn Error + Send + Sync>,
    },
    /// It was closed.
    #[error("the store is closed")]
    Closed,
    /// More waits to be written than the store takes. Nothing was written.
    #[error("the store has more to write than it takes: try again later")]
    Overloaded,
}

/// Why a batch was not committed, or is not known to be.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CommitError {
    /// A stream is not at the version that an append demands. Nothing was written.
    #[error(
        "stream {stream} is at version {actual}, not {expected}: load it again and decide anew"
    )]
    Conflict {
        /// The stream.
        stream: StreamId,
        /// The version that was demanded.
        expected: Version,
        /// The version that it has.
        actual: Version,
    },
    /// The last event of a stream is at the version that an append demands, and another one than it
    /// was decided on. Nothing was written.
    #[error(
        "the event at version {version} of stream {stream} is another one than this was decided on: load it again and decide anew"
    )]
    OtherEvent {
        /// The stream.
        stream: StreamId,
        /// The version.
        version: Version,
    },
    /// Events that a guard forbids have been appended. Nothing was written.
    #[error("an event that the guard forbids stands at position {at}: read again and decide anew")]
    Guarded {
        /// The first such event.
        at: Position,
    },
    /// The command's id was taken by another command. Nothing was written.
    #[error(
        "the command id {id} was used before, for another command: one id names one request, so give this one an id of its own"
    )]
    CommandIdReused {
        /// The id.
        id: CommandId,
    },
    /// A checkpoint does not stand where it was seen: another process runs the same projection. Nothing was written.
    #[error("the checkpoint of `{}` (version {}) stands at {actual}, not {expected}: another process moved it", table.projection, table.version)]
    CheckpointMoved {
        /// The projection and its version.
        table: Table,
        /// Where it was seen.
        expected: Position,
        /// Where it stands.
        actual: Position,
    },
    /// What a projection does in tables of its own failed. Nothing was written.
    #[error("projection `{}` (version {}) cannot go on in its tables: {reason}", table.projection, table.version)]
    Tables {
        /// The projection and its version.
        table: Table,
        /// The event that it failed at; `None` where it was to make its tables, and where it is not known
        /// which of several events it was.
        at: Option<Position>,
        /// What went wrong.
        reason: String,
    },
    /// A timer was set anew since it was read, or is gone. Nothing was written.
    #[error("timer `{id}` of `{owner}` is not as it was read: read what is due again")]
    TimerChanged {
        /// Whose timer it is.
        owner: Name,
        /// The timer's id.
        id: String,
    },
    /// The batch, or a part of it, is larger than stores take. Nothing was written.
    #[error("{measured} {size}, at most {} are allowed: write less at once", measured.limit())]
    TooLarge {
        /// What was measured.
        measured: Measured,
        /// What it came to.
        size: usize,
    },
    /// A text that something is kept by does not follow the rule of ids. Nothing was written.
    #[error(transparent)]
    Text(#[from] IdError),
    /// One stream is named by two appends of the batch. Nothing was written.
    #[error("the batch appends to stream {stream} twice: put its events into one append")]
    StreamTwice {
        /// The stream.
        stream: StreamId,
    },
    /// A version or a position would pass the end of its numbers. Nothing was written.
    #[error(
        "stream {stream} cannot grow: its version or the log's position is at the end of the numbers"
    )]
    Exhausted {
        /// The stream.
        stream: StreamId,
    },
    /// The commit broke off, and may or may not have been kept.
    #[error(
        "it is not known whether the batch was committed: if it names a command, commit it again, and it has its effect once; else read what it would have written; it broke off: {}", chain(&**source)
    )]
    OutcomeUnknown {
        /// What broke it off.
        r#source: Box<dyn Error + Send + Sync>,
    },
    /// The store failed before anything was written.
    #[error(transparent)]
    Store(#[from] StoreError),
}
