//! No answer leaves before all that it was decided on is durable.

use cqrs_core::log::{CommandId, Keeping, Position, RecordedEvent, StoreIdentity, Tenant};
use cqrs_core::prelude::*;
use cqrs_core::store::{
    Batch, CommandRecord, CommitError, Committed, IndexRange, LogPage, LogQuery, QueueQuery,
    Queued, RowQuery, StoreError, StoredRow, StreamQuery, Table, Timer,
};
use cqrs_tests::*;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::sync::Semaphore;
use tokio::time::timeout;

/// A memory store whose commits are durable only once each is let through, or break off.
#[derive(Clone)]
struct Slow {
    store: Memory,
    durable: Arc<Semaphore>,
    breaks: Arc<AtomicBool>,
}

impl Slow {
    fn new() -> Self {
        Self {
            store: Memory::new(),
            durable: Arc::new(Semaphore::new(0)),
            breaks: Arc::default(),
        }
    }

    /// Lets so many commits through.
    fn let_through(&self, commits: usize) {
        self.durable.add_permits(commits);
    }
}

impl EventStore for Slow {
    fn keeping(&self) -> Keeping {
        self.store.keeping()
    }

    fn commit(
        &self,
        batch: Batch,
    ) -> impl Future<Output = Result<Committed, CommitError>> + Send + use<> {
        let Self {
            store,
            durable,
            breaks,
        } = self.clone();
        async move {
            durable.acquire().await.unwrap().forget();
            if breaks.load(Ordering::SeqCst) {
                let source = "the line broke".into();
                return Err(CommitError::OutcomeUnknown { source });
            }
            store.commit(batch).await
        }
    }

    async fn log(&self, query: LogQuery) -> Result<LogPage, StoreError> {
        self.store.log(query).await
    }

    async fn stream(&self, query: StreamQuery) -> Result<Vec<RecordedEvent>, StoreError> {
        self.store.stream(query).await
    }

    async fn head(&self) -> Result<Position, StoreError> {
        self.store.head().await
    }

    async fn grown(&self, position: Position) -> Result<(), StoreError> {
        self.store.grown(position).await
    }

    async fn command(
        &self,
        tenant: &Tenant,
        id: CommandId,
    ) -> Result<Option<CommandRecord>, StoreError> {
        self.store.command(tenant, id).await
    }

    async fn rows_of(
        &self,
        table: &Table,
        keys: &[String],
    ) -> Result<Vec<Option<StoredRow>>, StoreError> {
        self.store.rows_of(table, keys).await
    }

    async fn rows(&self, query: RowQuery) -> Result<Vec<StoredRow>, StoreError> {
        self.store.rows(query).await
    }

    async fn count(&self, table: &Table, within: &[IndexRange]) -> Result<u64, StoreError> {
        self.store.count(table, within).await
    }

    async fn checkpoint(&self, table: &Table) -> Result<Position, StoreError> {
        self.store.checkpoint(table).await
    }

    async fn queued(&self, query: QueueQuery) -> Result<Vec<Queued>, StoreError> {
        self.store.queued(query).await
    }

    async fn timers_due(&self, at: Timestamp, limit: usize) -> Result<Vec<Timer>, StoreError> {
        self.store.timers_due(at, limit).await
    }

    fn identity(&self) -> StoreIdentity {
        self.store.identity()
    }
}

async fn open(store: &Slow) -> Bus<Slow> {
    let builder = Bus::builder(store.clone()).without_projections();
    builder.open().await.unwrap()
}

async fn opened(bus: &Bus<Slow>) -> Result<Receipt, DispatchError<AccountError>> {
    bus.dispatch(OpenAccount {
        account: account("a"),
        owner: "Ada".into(),
    })
    .await
}

/// Whether it is answered by now.
async fn is_answered<T>(answer: &mut tokio::task::JoinHandle<T>) -> bool {
    timeout(Duration::from_millis(20), answer).await.is_ok()
}

#[tokio::test]
async fn a_receipt_comes_when_the_commit_is_durable() {
    let store = Slow::new();
    let bus = open(&store).await;
    let of_task = bus.clone();
    let mut answer = tokio::spawn(async move { opened(&of_task).await });
    assert!(!is_answered(&mut answer).await);
    assert_eq!(store.head().await.unwrap(), Position::ZERO);
    store.let_through(1);
    assert_eq!(answer.await.unwrap().unwrap().version.get(), 1);
    assert_eq!(store.head().await.unwrap(), Position::from(1));
}

#[tokio::test]
async fn so_does_a_refusal_of_what_was_decided_on_it() {
    let store = Slow::new();
    let bus = open(&store).await;
    let (of_first, of_second) = (bus.clone(), bus.clone());
    let mut first = tokio::spawn(async move { opened(&of_first).await });
    assert!(!is_answered(&mut first).await);
    let mut second = tokio::spawn(async move { opened(&of_second).await });
    assert!(!is_answered(&mut second).await, "it may still be accepted");
    store.let_through(1);
    first.await.unwrap().unwrap();
    let refused = second.await.unwrap().unwrap_err();
    assert_eq!(refused.rejection(), Some(&AccountError::AlreadyOpen));
}

#[tokio::test]
async fn what_broke_off_is_no_receipt_and_no_state() {
    let store = Slow::new();
    let bus = open(&store).await;
    store.breaks.store(true, Ordering::SeqCst);
    store.let_through(1);
    let error = opened(&bus).await.unwrap_err();
    assert!(
        matches!(error, DispatchError::OutcomeUnknown { .. }),
        "{error:?}"
    );
    store.breaks.store(false, Ordering::SeqCst);
    store.let_through(1);
    let receipt = opened(&bus).await.unwrap();
    assert_eq!(receipt.version.get(), 1, "nothing had been recorded");
}
