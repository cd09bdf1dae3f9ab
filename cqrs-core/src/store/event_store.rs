use super::{
    Batch, CommandRecord, CommitError, Committed, IndexRange, LogPage, LogQuery, QueueQuery,
    Queued, RowQuery, StoreError, StoredRow, StreamQuery, Table, Timer,
};
use crate::log::{CommandId, Keeping, Position, RecordedEvent, StoreIdentity, Tenant, Timestamp};
use std::future::Future;

/// Where the log and the rows are kept, and what waits: messages in queues, and timers.
///
/// What a store promises, whatever happens to the process, the machine or the line:
///
/// - [`commit`](Self::commit) is atomic: all of the batch, or nothing. What it answered with `Ok` stays.
/// - The versions of a stream are 1, 2, 3, … without gaps or repeats, and events never change.
/// - Positions are one total order, in which a stream's events stand by version. A reader that has
///   seen position *p* never finds a new event at or below *p* later.
/// - A command's id has its effect once.
/// - A projection's rows and its checkpoint move together.
/// - A message stays in its queue until it is acknowledged, a timer until it is cancelled.
/// - What it cannot keep it refuses, each time with an error of its own and before anything is
///   written: see [`Batch::prepare`].
///
/// [`conformance`](crate::conformance) holds a store to all of them.
pub trait EventStore: Send + Sync + 'static {
    /// What the store keeps of events.
    fn keeping(&self) -> Keeping {
        Keeping::Encoded
    }

    /// Commits a batch: wholly or not at all.
    ///
    /// The batch takes its place in the order of the calls of this method, not of the first polls
    /// of what it returns; that future resolves when the batch is durable, or refused. Dropping
    /// the future does not take the batch back.
    ///
    /// In one batch, acknowledgements come before puts and cancellations before timers; of two
    /// writes to one row, checkpoint or timer the last counts, of two puts of one id the first.
    ///
    /// # Errors
    /// A condition that does not hold, each with a variant of its own; [`CommitError::OutcomeUnknown`]
    /// if the commit broke off; [`CommitError::Store`] if nothing was written.
    fn commit(
        &self,
        batch: Batch,
    ) -> impl Future<Output = Result<Committed, CommitError>> + Send + use<Self>;

    /// Reads a page of one stream, by version. A stream that does not exist has no events.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn stream(
        &self,
        query: StreamQuery,
    ) -> impl Future<Output = Result<Vec<RecordedEvent>, StoreError>> + Send;

    /// Reads a page of the log, by position.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn log(&self, query: LogQuery) -> impl Future<Output = Result<LogPage, StoreError>> + Send;

    /// The position of the last event that can be read; [`Position::ZERO`] of an empty log.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn head(&self) -> impl Future<Output = Result<Position, StoreError>> + Send;

    /// Resolves when there may be events after `position`: at once if there are. It may resolve
    /// too early, never too late.
    ///
    /// # Errors
    /// When the store is closed or cannot be reached.
    fn grown(&self, position: Position) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// What is kept of the command of that id.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn command(
        &self,
        tenant: &Tenant,
        id: CommandId,
    ) -> impl Future<Output = Result<Option<CommandRecord>, StoreError>> + Send;

    /// Reads the rows of those keys; for each key in turn, its row if there is one.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn rows_of(
        &self,
        table: &Table,
        keys: &[String],
    ) -> impl Future<Output = Result<Vec<Option<StoredRow>>, StoreError>> + Send;

    /// Reads rows in an order.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn rows(
        &self,
        query: RowQuery,
    ) -> impl Future<Output = Result<Vec<StoredRow>, StoreError>> + Send;

    /// Counts the rows that stand in all of these ranges; without ranges, all rows.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn count(
        &self,
        table: &Table,
        within: &[IndexRange],
    ) -> impl Future<Output = Result<u64, StoreError>> + Send;

    /// Where a projection stands; [`Position::ZERO`] if it has not begun.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn checkpoint(
        &self,
        table: &Table,
    ) -> impl Future<Output = Result<Position, StoreError>> + Send;

    /// Reads a page of a queue. A queue that nothing was put into is empty.
    ///
    /// Reading takes nothing out: [`Batch::acks`] does.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn queued(
        &self,
        query: QueueQuery,
    ) -> impl Future<Output = Result<Vec<Queued>, StoreError>> + Send;

    /// Reads the timers that are due at that time, at most so many: the earliest first, and of
    /// those due together by the bytes of owner and id.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn timers_due(
        &self,
        at: Timestamp,
        limit: usize,
    ) -> impl Future<Output = Result<Vec<Timer>, StoreError>> + Send;

    /// Which log this is.
    fn identity(&self) -> StoreIdentity;
}
