//! A store with the classic mistake, which the tail-checker must convict.

use cqrs_core::Memory;
use cqrs_core::log::{
    CommandId, Keeping, Position, RecordedEvent, StoreIdentity, StreamId, Tenant, Timestamp,
};
use cqrs_core::store::{
    Batch, CommandRecord, CommitError, Committed, EventStore, IndexRange, LogPage, LogQuery,
    QueueQuery, Queued, RowQuery, Snapshot, StoreError, StoredRow, StreamQuery, Table, Timer,
};
use std::collections::BTreeSet;
use std::future::Future;
use std::pin::pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use tokio::sync::watch;

/// Gives out positions when a commit begins and shows its events when it ends, some time later: as
/// a sequence of a database does under transactions that overlap. Its readers go on from the last
/// event that they saw, and so past what comes to show below it.
#[derive(Clone)]
pub struct Naive(Arc<Shared>);

struct Shared {
    inner: Memory,
    /// The positions that are given out, but do not show yet.
    hidden: Mutex<BTreeSet<Position>>,
    shown: watch::Sender<()>,
    commits: AtomicU64,
}

impl Naive {
    pub fn new() -> Self {
        Self(Arc::new(Shared {
            inner: Memory::new(),
            hidden: Mutex::default(),
            shown: watch::Sender::new(()),
            commits: AtomicU64::new(0),
        }))
    }

    fn hidden(&self) -> MutexGuard<'_, BTreeSet<Position>> {
        self.0.hidden.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The last position that shows, up to `end`.
    async fn last_shown(&self, end: Option<Position>) -> Result<Position, StoreError> {
        let head = self.0.inner.head().await?;
        let end = end.map_or(head, |end| end.min(head)).get();
        let hidden = self.hidden();
        let mut shown = (1..=end).rev().map(Position::from);
        Ok(shown
            .find(|position| !hidden.contains(position))
            .unwrap_or_default())
    }
}

/// The output of a future that the memory store returns: it is there at once.
fn at_once<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => unreachable!("the memory store keeps nobody waiting"),
    }
}

impl EventStore for Naive {
    fn keeping(&self) -> Keeping {
        self.0.inner.keeping()
    }

    fn commit(
        &self,
        batch: Batch,
    ) -> impl Future<Output = Result<Committed, CommitError>> + Send + use<> {
        let store = self.clone();
        let mut hidden = self.hidden();
        let head = |store: &Self| at_once(store.0.inner.head()).map_or(0, Position::get);
        let before = head(self);
        let result = at_once(self.0.inner.commit(batch));
        let positions: Vec<Position> = (before + 1..=head(self)).map(Position::from).collect();
        hidden.extend(&positions);
        drop(hidden);
        let number = self.0.commits.fetch_add(1, Ordering::Relaxed);
        async move {
            for _ in 0..number * 7 % 5 {
                tokio::task::yield_now().await;
            }
            store
                .hidden()
                .retain(|position| !positions.contains(position));
            store.0.shown.send_replace(());
            result
        }
    }

    async fn stream(&self, query: StreamQuery) -> Result<Vec<RecordedEvent>, StoreError> {
        self.0.inner.stream(query).await
    }

    async fn snapshot(&self, stream: &StreamId) -> Result<Option<Snapshot>, StoreError> {
        self.0.inner.snapshot(stream).await
    }

    async fn log(&self, query: LogQuery) -> Result<LogPage, StoreError> {
        let shown = self.last_shown(query.through).await?;
        let mut page = self.0.inner.log(query).await?;
        page.through = page.through.min(shown);
        let hidden = self.hidden();
        let visible = |at: Position| at <= page.through && !hidden.contains(&at);
        page.events
            .retain(|event| visible(event.recorded().position));
        Ok(page)
    }

    async fn head(&self) -> Result<Position, StoreError> {
        self.last_shown(None).await
    }

    async fn grown(&self, position: Position) -> Result<(), StoreError> {
        let mut shown = self.0.shown.subscribe();
        while self.last_shown(None).await? <= position {
            shown.changed().await.map_err(|_| StoreError::Closed)?;
        }
        Ok(())
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
