//! A store that takes commits in the order of their calls, and keeps and answers them when it is told to.

use cqrs_core::log::{CommandId, Position, RecordedEvent, StoreIdentity, StreamId, Tenant};
use cqrs_core::prelude::*;
use cqrs_core::store::{
    Batch, CommandRecord, CommitError, Committed, IndexRange, LogPage, LogQuery, QueueQuery,
    Queued, RowQuery, Snapshot, StoreError, StoredRow, StreamQuery, Table, Timer,
};
use std::collections::VecDeque;
use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard};
use tokio::sync::oneshot;

type Answer = oneshot::Sender<Result<Committed, CommitError>>;

#[derive(Clone)]
pub struct Slow(Arc<Shared>);

struct Shared {
    inner: Memory,
    waiting: Mutex<VecDeque<(Batch, Answer)>>,
}

impl Slow {
    pub fn new() -> Self {
        Self(Arc::new(Shared {
            inner: Memory::new(),
            waiting: Mutex::default(),
        }))
    }

    fn waiting(&self) -> MutexGuard<'_, VecDeque<(Batch, Answer)>> {
        self.0.waiting.lock().unwrap()
    }

    /// Lets all tasks go as far as they come, and tells how many commits wait then.
    pub async fn settled(&self) -> usize {
        for _ in 0..50 {
            tokio::task::yield_now().await;
        }
        self.waiting().len()
    }

    /// Keeps the first commit that waits.
    pub async fn land(&self) {
        let (batch, answer) = self.waiting().pop_front().expect("a commit waits");
        let result = self.0.inner.commit(batch).await;
        let _ = answer.send(result);
    }

    /// Keeps all that wait, and those that come of it, until none does.
    pub async fn land_all(&self) {
        while self.settled().await > 0 {
            self.land().await;
        }
    }

    /// Loses the first commit that waits, and says that this is not known.
    pub fn lose(&self) {
        let (_, answer) = self.waiting().pop_front().expect("a commit waits");
        let source = Box::from("the disk is gone");
        let _ = answer.send(Err(CommitError::OutcomeUnknown { source }));
    }

    /// What another process has: the same log, at once.
    pub fn beside(&self) -> Memory {
        self.0.inner.clone()
    }
}

impl EventStore for Slow {
    fn commit(
        &self,
        batch: Batch,
    ) -> impl Future<Output = Result<Committed, CommitError>> + Send + use<> {
        let (answer, result) = oneshot::channel();
        self.waiting().push_back((batch, answer));
        async { result.await.expect("an answer") }
    }

    async fn stream(&self, query: StreamQuery) -> Result<Vec<RecordedEvent>, StoreError> {
        self.0.inner.stream(query).await
    }

    async fn snapshot(&self, stream: &StreamId) -> Result<Option<Snapshot>, StoreError> {
        self.0.inner.snapshot(stream).await
    }

    async fn log(&self, query: LogQuery) -> Result<LogPage, StoreError> {
        self.0.inner.log(query).await
    }

    async fn head(&self) -> Result<Position, StoreError> {
        self.0.inner.head().await
    }

    async fn grown(&self, position: Position) -> Result<(), StoreError> {
        self.0.inner.grown(position).await
    }

    async fn command(
        &self,
        tenant: &Tenant,
        id: CommandId,
    ) -> Result<Option<CommandRecord>, StoreError> {
        self.0.inner.command(tenant, id).await
    }

    async fn rows_of(
        &self,
        table: &Table,
        keys: &[String],
    ) -> Result<Vec<Option<StoredRow>>, StoreError> {
        self.0.inner.rows_of(table, keys).await
    }

    async fn rows(&self, query: RowQuery) -> Result<Vec<StoredRow>, StoreError> {
        self.0.inner.rows(query).await
    }

    async fn count(&self, table: &Table, within: &[IndexRange]) -> Result<u64, StoreError> {
        self.0.inner.count(table, within).await
    }

    async fn checkpoint(&self, table: &Table) -> Result<Position, StoreError> {
        self.0.inner.checkpoint(table).await
    }

    async fn queued(&self, query: QueueQuery) -> Result<Vec<Queued>, StoreError> {
        self.0.inner.queued(query).await
    }

    async fn timers_due(&self, at: Timestamp, limit: usize) -> Result<Vec<Timer>, StoreError> {
        self.0.inner.timers_due(at, limit).await
    }

    fn identity(&self) -> StoreIdentity {
        self.0.inner.identity()
    }
}
