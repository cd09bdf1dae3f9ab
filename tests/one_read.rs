//! However many projections follow the log, it is read once.

use cqrs_core::log::Keeping;
use cqrs_core::prelude::*;
use cqrs_core::store::{
    Batch, CommitError, Committed, LogPage, LogQuery, StoreError, StoredRow, Table,
};
use cqrs_tests::forward;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

#[commands("tree", tree: u64)]
enum TreeCommand {
    Grow { by: u64 },
}

#[events("tree")]
enum TreeEvent {
    Grown { by: u64 },
}

#[derive(Aggregate, Default)]
#[aggregate("tree", id = u64)]
struct Tree;

#[handle]
impl Tree {
    fn grow(&self, command: &Grow) -> Grown {
        Grown { by: command.by }
    }
}

#[apply]
impl Tree {
    fn grown(&mut self, _: &Grown) {}
}

macro_rules! twenty {
    ($($name:ident)*) => {
        $(
            #[derive(Projection, Default, Serialize, Deserialize)]
            #[projection(key = u64)]
            struct $name {
                height: u64,
            }

            #[project]
            impl $name {
                fn grown(&mut self, event: &Grown) {
                    self.height += event.by;
                }
            }
        )*

        /// The height that each shows.
        async fn heights(bus: &Bus<Counting>, tree: u64) -> Vec<u64> {
            vec![$(bus.find::<$name>(&tree).await.unwrap().unwrap().height),*]
        }
    };
}

twenty!(A B C D E F G H I J K L M N O P Q R S T);

/// A memory store that counts how it is asked.
#[derive(Clone, Default)]
struct Counting {
    store: Memory,
    pages: Arc<AtomicUsize>,
    events: Arc<AtomicUsize>,
    commits: Arc<AtomicUsize>,
    /// How many reads of rows there are until one fails; none does where it is 0.
    fails_in: Arc<AtomicUsize>,
}

impl EventStore for Counting {
    fn keeping(&self) -> Keeping {
        self.store.keeping()
    }

    fn commit(
        &self,
        batch: Batch,
    ) -> impl Future<Output = Result<Committed, CommitError>> + Send + use<> {
        if batch.appends.is_empty() {
            self.commits.fetch_add(1, Ordering::SeqCst);
        }
        self.store.commit(batch)
    }

    async fn log(&self, query: LogQuery) -> Result<LogPage, StoreError> {
        let page = self.store.log(query).await?;
        self.pages.fetch_add(1, Ordering::SeqCst);
        self.events.fetch_add(page.events.len(), Ordering::SeqCst);
        Ok(page)
    }

    async fn rows_of(
        &self,
        table: &Table,
        keys: &[String],
    ) -> Result<Vec<Option<StoredRow>>, StoreError> {
        let fewer = |left: usize| left.checked_sub(1);
        let left = self
            .fails_in
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, fewer);
        if left == Ok(1) {
            return Err(StoreError::Overloaded);
        }
        self.store.rows_of(table, keys).await
    }

    forward!(store: stream head grown command rows count checkpoint snapshot queued timers_due identity);
}

#[tokio::test]
async fn twenty_projections_read_the_log_once_and_commit_together() {
    let store = Counting::default();
    let writer = Bus::builder(store.clone()).without_projections();
    let writer = writer.open().await.unwrap();
    for n in 0..5_000 {
        let tree = n % 7;
        writer.dispatch(Grow { tree, by: 1 }).await.unwrap();
    }
    assert_eq!(store.pages.load(Ordering::SeqCst), 0);

    let bus = Bus::open(store.clone()).await.unwrap();
    bus.caught_up().await.unwrap();
    assert_eq!(heights(&bus, 0).await, [715; 20]);
    assert_eq!(
        store.events.load(Ordering::SeqCst),
        5_000,
        "each event is read once, not once for each projection"
    );
    let (pages, commits) = (
        store.pages.load(Ordering::SeqCst),
        store.commits.load(Ordering::SeqCst),
    );
    assert!(pages <= 5, "{pages}");
    assert!(commits <= pages, "{commits} commits of {pages} pages");

    // and so it goes on
    let receipt = bus.dispatch(Grow { tree: 0, by: 5 }).await.unwrap();
    bus.find::<A>(&0).after(&receipt).await.unwrap();
    bus.caught_up().await.unwrap();
    assert_eq!(heights(&bus, 0).await, [720; 20]);
    assert_eq!(store.events.load(Ordering::SeqCst), 5_001);
}

#[tokio::test]
async fn what_one_could_not_read_the_others_do_not_count_twice() {
    let store = Counting::default();
    let first = Bus::open(store.clone()).await.unwrap();
    first.dispatch(Grow { tree: 0, by: 1 }).await.unwrap();
    first.close().await.unwrap();
    let bus = Bus::open(store.clone()).await.unwrap();
    store.fails_in.store(10, Ordering::SeqCst);
    bus.dispatch(Grow { tree: 0, by: 1 }).await.unwrap();
    bus.caught_up().await.unwrap();
    assert_eq!(store.fails_in.load(Ordering::SeqCst), 0);
    assert_eq!(heights(&bus, 0).await, [2; 20]);
}
