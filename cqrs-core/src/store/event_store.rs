use super::{
    Batch, CommandRecord, CommitError, Committed, FactQuery, IndexRange, IndexedField, Inline,
    LogPage, LogQuery, QueueQuery, Queued, RowQuery, Snapshot, StoreError, StoredRow, StreamQuery,
    Table, Timer, TransactionType,
};
use crate::log::{
    CommandId, Facts, Keeping, Position, RecordedEvent, StoreIdentity, StreamId, Tenant, Timestamp,
};
use std::future::{Future, ready};
use std::sync::Weak;

/// Where the log and the rows are kept, and what waits: messages in queues, and timers.
///
/// What a store promises, whatever happens to the process, the machine or the line:
///
/// - [`commit`](Self::commit) is atomic: all of the batch, or nothing. What it answered with `Ok` stays.
/// - The versions of a stream are 1, 2, 3, … without gaps or repeats, and events never change.
/// - Positions are one total order, in which a stream's events stand by version. A reader that has
///   seen position *p* never finds a new event at or below *p* later.
/// - A batch is seen whole or not at all, and what one read showed every later read shows too.
/// - A command's id has its effect once.
/// - A projection's rows and its checkpoint move together.
/// - A snapshot is there with the events that it is of, or not at all, and stays until the next one of
///   its stream.
/// - A message stays in its queue until it is acknowledged, a timer until it is cancelled.
/// - What it cannot keep it refuses, each time with an error of its own and before anything is
///   written: see [`Batch::prepare`].
///
/// What it leaves to others:
///
/// - A tenant is part of a stream's identity and of a command's. Rows, checkpoints, queues and
///   timers have none, and the log is read whole: whoever is to see one tenant alone does not read
///   it from here.
/// - An [event's id](super::NewEvent::id) is its writer's affair: no store looks for another of the same.
/// - A checkpoint stands wherever it was moved, ahead of the head too: whoever reads it sees whether
///   it fits the log.
/// - Whether a snapshot is what the events lead to, and which program's, whoever reads it judges.
/// - Whether [the log](Self::identity) is the one that a reader knows is for the reader to compare.
///
/// Several handles may be open on one log, also in several processes, if the store says so. All of
/// this then holds between them as well, but for the order of calls: that is each handle's own.
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
    /// Where several things speak against a batch, the first in this order is told: what
    /// [`Batch::prepare`] refuses; the command's id, which also answers a command that comes again;
    /// then, each in the batch's own order, the streams, the guards, the checkpoints, the timers.
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

    /// The snapshot that came with the last append to the stream that brought one.
    ///
    /// # Errors
    /// When the store cannot be read. A bus then reads the stream as if there were none.
    fn snapshot(
        &self,
        stream: &StreamId,
    ) -> impl Future<Output = Result<Option<Snapshot>, StoreError>> + Send;

    /// Reads a page of one stream, by version, as a fold needs it: [`stream`](Self::stream), but
    /// envelopes may be left out where the query asks for none. A page may have fewer events than
    /// there are, but says so; and has none only where there are none.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn facts(&self, query: FactQuery) -> impl Future<Output = Result<Facts, StoreError>> + Send {
        async move {
            let query = StreamQuery {
                stream: query.stream,
                after: query.after,
                limit: query.limit,
            };
            let limit = query.limit;
            let events = self.stream(query).await?;
            let more = events.len() == limit;
            Ok(Facts::new(None, events, more))
        }
    }

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
    /// too early, never too late; what another process appended may take it a moment to notice.
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

    /// Tells the store of the indexed fields of a table, in the order of
    /// [`RowData::index`](super::RowData::index). The engine does so before it writes to one. A
    /// store that keeps each in a column of its own names the column so, and one that can makes an index over
    /// both where a field is read [within](IndexedField::within) another; others need not listen, since the
    /// answers are the same.
    ///
    /// # Errors
    /// When the store cannot be written.
    fn declare_fields(
        &self,
        table: &Table,
        fields: &[IndexedField],
    ) -> impl Future<Output = Result<(), StoreError>> + Send {
        let _ = (table, fields);
        ready(Ok(()))
    }

    /// Takes projections that are to be folded within the commits of this store, for as long as they are
    /// there: see [`Inline`]. Says whether it does so; a bus with such projections does not open on a store
    /// that does not.
    fn fold_within(&self, inline: Weak<dyn Inline>) -> bool {
        let _ = inline;
        false
    }

    /// Whether the store lends transactions of that type to the projections that keep
    /// [tables of their own](super::TableWork): it runs what stands in [`Batch::tables`] through one, in the
    /// transaction of the commit. A batch of which a part fails there is refused whole, with
    /// [`CommitError::Tables`]. A bus with such projections does not open on a store that does not lend.
    fn lends(&self, transaction: TransactionType) -> bool {
        let _ = transaction;
        false
    }

    /// Which log this is: made once with the store, and never changed but for the epoch, which is
    /// raised where positions may have gone back, as after a restore.
    fn identity(&self) -> StoreIdentity;
}
