use super::{
    Batch, CommandRecord, CommitError, Committed, EventStore, FactQuery, IndexRange, IndexedField,
    Inline, LogPage, LogQuery, QueueQuery, Queued, RowQuery, Snapshot, StoreError, StoredRow,
    StreamQuery, Table, Timer, TransactionType,
};
use crate::log::{
    CommandId, Facts, Keeping, Position, RecordedEvent, StoreIdentity, StreamId, Tenant, Timestamp,
};
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Weak};

/// A boxed future.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// A store of whatever type: for what is found by registration, which knows no store's type.
///
/// One virtual call a batch or a read, never one an event.
#[derive(Clone)]
pub struct DynStore(Arc<dyn Erased>);

impl DynStore {
    /// Erases the type of `store`.
    pub fn new<S: EventStore>(store: Arc<S>) -> Self {
        Self(store)
    }
}

impl fmt::Debug for DynStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DynStore({})", self.0.identity())
    }
}

/// [`EventStore`] with its futures boxed.
trait Erased: Send + Sync {
    fn keeping(&self) -> Keeping;
    fn commit(&self, batch: Batch) -> BoxFuture<'static, Result<Committed, CommitError>>;
    fn stream(&self, query: StreamQuery) -> BoxFuture<'_, Result<Vec<RecordedEvent>, StoreError>>;
    fn snapshot<'a>(
        &'a self,
        stream: &'a StreamId,
    ) -> BoxFuture<'a, Result<Option<Snapshot>, StoreError>>;
    fn facts(&self, query: FactQuery) -> BoxFuture<'_, Result<Facts, StoreError>>;
    fn log(&self, query: LogQuery) -> BoxFuture<'_, Result<LogPage, StoreError>>;
    fn head(&self) -> BoxFuture<'_, Result<Position, StoreError>>;
    fn grown(&self, position: Position) -> BoxFuture<'_, Result<(), StoreError>>;
    fn command<'a>(
        &'a self,
        tenant: &'a Tenant,
        id: CommandId,
    ) -> BoxFuture<'a, Result<Option<CommandRecord>, StoreError>>;
    fn rows_of<'a>(
        &'a self,
        table: &'a Table,
        keys: &'a [String],
    ) -> BoxFuture<'a, Result<Vec<Option<StoredRow>>, StoreError>>;
    fn rows(&self, query: RowQuery) -> BoxFuture<'_, Result<Vec<StoredRow>, StoreError>>;
    fn count<'a>(
        &'a self,
        table: &'a Table,
        within: &'a [IndexRange],
    ) -> BoxFuture<'a, Result<u64, StoreError>>;
    fn checkpoint<'a>(&'a self, table: &'a Table) -> BoxFuture<'a, Result<Position, StoreError>>;
    fn queued(&self, query: QueueQuery) -> BoxFuture<'_, Result<Vec<Queued>, StoreError>>;
    fn timers_due(
        &self,
        at: Timestamp,
        limit: usize,
    ) -> BoxFuture<'_, Result<Vec<Timer>, StoreError>>;
    fn declare_fields<'a>(
        &'a self,
        table: &'a Table,
        fields: &'a [IndexedField],
    ) -> BoxFuture<'a, Result<(), StoreError>>;
    fn fold_within(&self, inline: Weak<dyn Inline>) -> bool;
    fn lends(&self, transaction: TransactionType) -> bool;
    fn identity(&self) -> StoreIdentity;
}

impl<S: EventStore> Erased for S {
    fn keeping(&self) -> Keeping {
        EventStore::keeping(self)
    }

    fn commit(&self, batch: Batch) -> BoxFuture<'static, Result<Committed, CommitError>> {
        Box::pin(EventStore::commit(self, batch))
    }

    fn stream(&self, query: StreamQuery) -> BoxFuture<'_, Result<Vec<RecordedEvent>, StoreError>> {
        Box::pin(EventStore::stream(self, query))
    }

    fn snapshot<'a>(
        &'a self,
        stream: &'a StreamId,
    ) -> BoxFuture<'a, Result<Option<Snapshot>, StoreError>> {
        Box::pin(EventStore::snapshot(self, stream))
    }

    fn facts(&self, query: FactQuery) -> BoxFuture<'_, Result<Facts, StoreError>> {
        Box::pin(EventStore::facts(self, query))
    }

    fn log(&self, query: LogQuery) -> BoxFuture<'_, Result<LogPage, StoreError>> {
        Box::pin(EventStore::log(self, query))
    }

    fn head(&self) -> BoxFuture<'_, Result<Position, StoreError>> {
        Box::pin(EventStore::head(self))
    }

    fn grown(&self, position: Position) -> BoxFuture<'_, Result<(), StoreError>> {
        Box::pin(EventStore::grown(self, position))
    }

    fn command<'a>(
        &'a self,
        tenant: &'a Tenant,
        id: CommandId,
    ) -> BoxFuture<'a, Result<Option<CommandRecord>, StoreError>> {
        Box::pin(EventStore::command(self, tenant, id))
    }

    fn rows_of<'a>(
        &'a self,
        table: &'a Table,
        keys: &'a [String],
    ) -> BoxFuture<'a, Result<Vec<Option<StoredRow>>, StoreError>> {
        Box::pin(EventStore::rows_of(self, table, keys))
    }

    fn rows(&self, query: RowQuery) -> BoxFuture<'_, Result<Vec<StoredRow>, StoreError>> {
        Box::pin(EventStore::rows(self, query))
    }

    fn count<'a>(
        &'a self,
        table: &'a Table,
        within: &'a [IndexRange],
    ) -> BoxFuture<'a, Result<u64, StoreError>> {
        Box::pin(EventStore::count(self, table, within))
    }

    fn checkpoint<'a>(&'a self, table: &'a Table) -> BoxFuture<'a, Result<Position, StoreError>> {
        Box::pin(EventStore::checkpoint(self, table))
    }

    fn queued(&self, query: QueueQuery) -> BoxFuture<'_, Result<Vec<Queued>, StoreError>> {
        Box::pin(EventStore::queued(self, query))
    }

    fn timers_due(
        &self,
        at: Timestamp,
        limit: usize,
    ) -> BoxFuture<'_, Result<Vec<Timer>, StoreError>> {
        Box::pin(EventStore::timers_due(self, at, limit))
    }

    fn declare_fields<'a>(
        &'a self,
        table: &'a Table,
        fields: &'a [IndexedField],
    ) -> BoxFuture<'a, Result<(), StoreError>> {
        Box::pin(EventStore::declare_fields(self, table, fields))
    }

    fn fold_within(&self, inline: Weak<dyn Inline>) -> bool {
        EventStore::fold_within(self, inline)
    }

    fn lends(&self, transaction: TransactionType) -> bool {
        EventStore::lends(self, transaction)
    }

    fn identity(&self) -> StoreIdentity {
        EventStore::identity(self)
    }
}

impl EventStore for DynStore {
    fn keeping(&self) -> Keeping {
        self.0.keeping()
    }

    fn commit(
        &self,
        batch: Batch,
    ) -> impl Future<Output = Result<Committed, CommitError>> + Send + use<> {
        self.0.commit(batch)
    }

    async fn stream(&self, query: StreamQuery) -> Result<Vec<RecordedEvent>, StoreError> {
        self.0.stream(query).await
    }

    async fn snapshot(&self, stream: &StreamId) -> Result<Option<Snapshot>, StoreError> {
        self.0.snapshot(stream).await
    }

    async fn facts(&self, query: FactQuery) -> Result<Facts, StoreError> {
        self.0.facts(query).await
    }

    async fn log(&self, query: LogQuery) -> Result<LogPage, StoreError> {
        self.0.log(query).await
    }

    async fn head(&self) -> Result<Position, StoreError> {
        self.0.head().await
    }

    async fn grown(&self, position: Position) -> Result<(), StoreError> {
        self.0.grown(position).await
    }

    async fn command(
        &self,
        tenant: &Tenant,
        id: CommandId,
    ) -> Result<Option<CommandRecord>, StoreError> {
        self.0.command(tenant, id).await
    }

    async fn rows_of(
        &self,
        table: &Table,
        keys: &[String],
    ) -> Result<Vec<Option<StoredRow>>, StoreError> {
        self.0.rows_of(table, keys).await
    }

    async fn rows(&self, query: RowQuery) -> Result<Vec<StoredRow>, StoreError> {
        self.0.rows(query).await
    }

    async fn count(&self, table: &Table, within: &[IndexRange]) -> Result<u64, StoreError> {
        self.0.count(table, within).await
    }

    async fn checkpoint(&self, table: &Table) -> Result<Position, StoreError> {
        self.0.checkpoint(table).await
    }

    async fn queued(&self, query: QueueQuery) -> Result<Vec<Queued>, StoreError> {
        self.0.queued(query).await
    }

    async fn timers_due(&self, at: Timestamp, limit: usize) -> Result<Vec<Timer>, StoreError> {
        self.0.timers_due(at, limit).await
    }

    async fn declare_fields(
        &self,
        table: &Table,
        fields: &[IndexedField],
    ) -> Result<(), StoreError> {
        self.0.declare_fields(table, fields).await
    }

    fn fold_within(&self, inline: Weak<dyn Inline>) -> bool {
        self.0.fold_within(inline)
    }

    fn lends(&self, transaction: TransactionType) -> bool {
        self.0.lends(transaction)
    }

    fn identity(&self) -> StoreIdentity {
        self.0.identity()
    }
}
