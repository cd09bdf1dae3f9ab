//! Snapshots: what they spare, and that they decide nothing.

use cqrs_core::log::{CommandId, Keeping, RecordedEvent, StoreIdentity, StreamId, Tenant};
use cqrs_core::prelude::*;
use cqrs_core::store::{
    Batch, CommandRecord, CommitError, Committed, IndexRange, LogPage, LogQuery, QueueQuery,
    Queued, RowQuery, Snapshot, StoreError, StoredRow, StreamQuery, Table, Timer,
};
use cqrs_core::{Position, Version};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

#[commands("counter", counter: String)]
enum CounterCommand {
    Count { by: u64 },
    CountTwice,
    Look,
}

#[events("counter")]
enum CounterEvent {
    Counted { by: u64 },
}

#[derive(Debug, PartialEq, thiserror::Error)]
#[error("it is at {0}")]
struct At(u64);

#[derive(Aggregate, Debug, Default, PartialEq, Serialize, Deserialize)]
#[aggregate("counter", id = String, snapshot_every = 10)]
struct Counter {
    total: u64,
    marks: Vec<u64>,
}

#[handle]
impl Counter {
    fn count(&self, command: &Count) -> Counted {
        let by = command.by;
        Counted { by }
    }
    fn count_twice(&self, _: &CountTwice) -> [Counted; 2] {
        [Counted { by: 1 }, Counted { by: 1 }]
    }
    fn look(&self, _: &Look) -> Result<Counted, At> {
        Err(At(self.total))
    }
}

#[apply]
impl Counter {
    fn counted(&mut self, event: &Counted) {
        self.total += event.by;
        if self.total % 7 == 0 {
            self.marks.push(self.total);
        }
    }
}

/// A memory store that counts what is read of streams, and shows other snapshots than it keeps where it is
/// told to.
#[derive(Clone, Default)]
struct Watched {
    store: Memory,
    events: Arc<AtomicUsize>,
    shown: Arc<Mutex<Option<Snapshot>>>,
}

impl Watched {
    /// Another handle on the store, which has read nothing.
    fn again(&self) -> Self {
        Self {
            store: self.store.clone(),
            ..Self::default()
        }
    }

    fn read(&self) -> usize {
        self.events.swap(0, Ordering::SeqCst)
    }

    fn show(&self, snapshot: Snapshot) {
        *self.shown.lock().unwrap() = Some(snapshot);
    }

    async fn kept(&self, counter: &str) -> Option<Snapshot> {
        self.store.snapshot(&stream(counter)).await.unwrap()
    }
}

fn stream(counter: &str) -> StreamId {
    StreamId::new(Tenant::default(), "counter", counter).unwrap()
}

impl EventStore for Watched {
    fn keeping(&self) -> Keeping {
        self.store.keeping()
    }

    fn commit(
        &self,
        batch: Batch,
    ) -> impl Future<Output = Result<Committed, CommitError>> + Send + use<> {
        self.store.commit(batch)
    }

    async fn snapshot(&self, stream: &StreamId) -> Result<Option<Snapshot>, StoreError> {
        let shown = self.shown.lock().unwrap().clone();
        match shown {
            None => self.store.snapshot(stream).await,
            shown => Ok(shown),
        }
    }

    async fn log(&self, query: LogQuery) -> Result<LogPage, StoreError> {
        self.store.log(query).await
    }

    async fn stream(&self, query: StreamQuery) -> Result<Vec<RecordedEvent>, StoreError> {
        let page = self.store.stream(query).await?;
        self.events.fetch_add(page.len(), Ordering::SeqCst);
        Ok(page)
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

async fn open(store: &Watched) -> Bus<Watched> {
    Bus::open(store.clone()).await.unwrap()
}

/// Counts on, one event a command.
async fn count(bus: &Bus<Watched>, counter: &str, times: u64) {
    for _ in 0..times {
        let counter = counter.to_owned();
        bus.dispatch(Count { counter, by: 1 }).await.unwrap();
    }
}

async fn total(bus: &Bus<Watched>, counter: &str) -> u64 {
    let loaded = bus.load::<Counter>(&counter.to_owned()).await.unwrap();
    loaded.state.total
}

#[tokio::test]
async fn a_load_reads_the_snapshot_and_what_came_after() {
    let store = Watched::default();
    let bus = open(&store).await;
    count(&bus, "a", 25).await;
    let kept = store.kept("a").await.unwrap();
    assert_eq!(kept.version, Version::from(20));
    store.read();

    let loaded = bus.load::<Counter>(&"a".to_owned()).await.unwrap();
    assert_eq!(
        (loaded.state.total, &loaded.state.marks[..]),
        (25, &[7, 14, 21][..])
    );
    assert_eq!(
        (loaded.version, loaded.position),
        (Version::from(25), Position::from(25))
    );
    assert_eq!(store.read(), 6, "the last event in it, and five after it");

    let process = open(&store.again()).await;
    let store = store.again();
    let process = {
        drop(process);
        open(&store).await
    };
    let counter = "a".to_owned();
    let refused = process.dispatch(Look { counter }).await.unwrap_err();
    assert!(matches!(refused, DispatchError::Rejected(At(25))));
    assert_eq!(store.read(), 6);
    count(&process, "a", 1).await;
    assert_eq!(total(&process, "a").await, 26);
}
