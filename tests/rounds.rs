//! How projections follow the log, seen from the store: what they read and commit, and how long they wait.

use cqrs_core::log::{Keeping, Position};
use cqrs_core::prelude::*;
use cqrs_core::projection::State;
use cqrs_core::store::{
    Batch, CheckpointMove, CommitError, Committed, EventStore, Inline, LogPage, LogQuery,
    StoreError, Table, TransactionType,
};
use cqrs_tests::forward;
use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex, Weak};
use std::time::Duration;
use tokio::time::Instant;

#[commands("book", book: u64)]
enum BookCommand {
    Enter { value: u64, fails: bool },
    Open {},
}

#[events("book")]
enum BookEvent {
    Entered {
        value: u64,
        fails: bool,
    },
    /// What none of the projections folds.
    Opened {},
}

#[derive(Aggregate, Default)]
#[aggregate("book", id = u64)]
struct Book;

#[handle]
impl Book {
    fn enter(&self, command: &Enter) -> Entered {
        let Enter { value, fails, .. } = *command;
        Entered { value, fails }
    }
    fn open(&self, _: &Open) -> Opened {
        Opened {}
    }
}

#[apply]
impl Book {
    fn entered(&mut self, _: &Entered) {}
    fn opened(&mut self, _: &Opened) {}
}

#[derive(Projection, Debug, Default, PartialEq, Serialize, Deserialize)]
#[projection("sums", key = u64)]
struct Sums {
    count: u64,
}

#[project]
impl Sums {
    fn entered(&mut self, _: &Entered) {
        self.count += 1;
    }
}

#[derive(Projection, Debug, Default, PartialEq, Serialize, Deserialize)]
#[projection("later_sums", key = u64)]
struct LaterSums {
    count: u64,
}

#[project]
impl LaterSums {
    fn entered(&mut self, _: &Entered) {
        self.count += 1;
    }
}

#[derive(Projection, Debug, Default, PartialEq, Serialize, Deserialize)]
#[projection("inline_sums", key = u64, inline)]
struct InlineSums {
    count: u64,
}

#[project]
impl InlineSums {
    fn entered(&mut self, _: &Entered) {
        self.count += 1;
    }
}

/// The table of the projection below, as a transaction sees it.
#[derive(Debug, Default)]
struct LedgerTransaction {
    entries: Mutex<Vec<u64>>,
    is_mended: bool,
}

#[derive(Projection)]
#[projection("entries", tables = LedgerTransaction)]
struct Entries;

#[project]
impl Entries {
    fn tables(tables: &LedgerTransaction) {
        tables.entries.lock().unwrap().clear();
    }
    fn entered(tables: &LedgerTransaction, event: &Entered) -> Result<(), String> {
        if event.fails && !tables.is_mended {
            return Err("it cannot be entered".to_owned());
        }
        tables.entries.lock().unwrap().push(event.value);
        Ok(())
    }
}

/// Which event the store says is to blame where one cannot be folded.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
enum Blamed {
    #[default]
    Itself,
    Unknown,
    /// One that is not in the batch at all.
    Another,
}

/// A memory store that tells how it is asked, and lends a ledger.
#[derive(Debug, Clone, Default)]
struct Told {
    store: Memory,
    seen: Arc<Seen>,
}

#[derive(Debug, Default)]
struct Seen {
    /// The pages of the log, with their limits, and the commits of projections.
    calls: Mutex<Vec<String>>,
    /// The events that were read of the log.
    events: AtomicUsize,
    /// When projections committed.
    commits: Mutex<Vec<Instant>>,
    /// How their next commits fail.
    failures: Mutex<VecDeque<CommitError>>,
    /// Whether others go on while a page is read, and whether it never comes.
    takes_time: AtomicBool,
    hangs: AtomicBool,
    entries: Mutex<Vec<u64>>,
    is_mended: AtomicBool,
    blamed: Mutex<Blamed>,
    /// Another process gets so far, before what begins there is committed.
    overtakes: Mutex<Option<(Position, Position)>>,
}

impl Told {
    /// A store with so many entries, of which that one cannot be made.
    async fn with(entries: u64, fails: u64) -> Self {
        let told = Self::default();
        told.enter(1..=entries, fails).await;
        told
    }

    async fn enter(&self, values: impl Iterator<Item = u64>, fails: u64) {
        let bus = Bus::builder(self.clone()).without_projections();
        let bus = bus.open().await.unwrap();
        for value in values {
            let (book, fails) = (value % 7, value == fails);
            bus.dispatch(Enter { book, value, fails }).await.unwrap();
        }
    }

    /// So often comes what no projection folds.
    async fn opens(&self, times: u64) {
        let bus = Bus::builder(self.clone()).without_projections();
        let bus = bus.open().await.unwrap();
        for _ in 0..times {
            bus.dispatch(Open { book: 1 }).await.unwrap();
        }
    }

    fn calls(&self) -> Vec<String> {
        std::mem::take(&mut *self.seen.calls.lock().unwrap())
    }

    fn commits(&self) -> usize {
        self.seen.commits.lock().unwrap().len()
    }

    fn entries(&self) -> Vec<u64> {
        self.seen.entries.lock().unwrap().clone()
    }

    /// How many versions of projections are on record as whole.
    async fn whole(&self) -> u64 {
        let table = Table {
            projection: "projections~whole".into(),
            version: 1,
        };
        self.store.count(&table, &[]).await.unwrap()
    }

    async fn bus_of_entries(&self) -> Bus<Self> {
        let bus = Bus::builder(self.clone()).only_projections::<Entries>();
        bus.open().await.unwrap()
    }

    async fn commit_of_projections(self, mut batch: Batch) -> Result<Committed, CommitError> {
        let seen = &*self.seen;
        seen.commits.lock().unwrap().push(Instant::now());
        seen.calls.lock().unwrap().push("commit".to_owned());
        let failure = seen.failures.lock().unwrap().pop_front();
        if let Some(failure) = failure {
            return Err(failure);
        }
        let overtaken = *seen.overtakes.lock().unwrap();
        if let (Some((from, to)), Some(moved)) = (overtaken, batch.checkpoints.last())
            && moved.from == from
        {
            *seen.overtakes.lock().unwrap() = None;
            let table = moved.table.clone();
            let mut other = Batch::default();
            other.checkpoints.push(CheckpointMove { table, from, to });
            self.store.commit(other).await?;
            seen.entries
                .lock()
                .unwrap()
                .extend(from.get() + 1..=to.get());
        }
        let ledger = LedgerTransaction {
            entries: Mutex::new(self.entries()),
            is_mended: seen.is_mended.load(SeqCst),
        };
        for work in std::mem::take(&mut batch.tables) {
            if let Err(CommitError::Tables { at, reason, .. }) = work.run(&ledger, || Ok(())) {
                let at = match *seen.blamed.lock().unwrap() {
                    Blamed::Itself => at,
                    Blamed::Unknown => None,
                    Blamed::Another => Some(Position::from(u64::MAX)),
                };
                return Err(work.failed(at, reason));
            }
        }
        let committed = self.store.commit(batch).await?;
        *seen.entries.lock().unwrap() = ledger.entries.into_inner().unwrap();
        Ok(committed)
    }
}

impl EventStore for Told {
    fn keeping(&self) -> Keeping {
        self.store.keeping()
    }

    fn commit(
        &self,
        batch: Batch,
    ) -> impl Future<Output = Result<Committed, CommitError>> + Send + use<> {
        let told = self.clone();
        async move {
            if batch.appends.is_empty() && !batch.checkpoints.is_empty() {
                told.commit_of_projections(batch).await
            } else {
                told.store.commit(batch).await
            }
        }
    }

    async fn log(&self, query: LogQuery) -> Result<LogPage, StoreError> {
        if self.seen.hangs.load(SeqCst) {
            std::future::pending::<()>().await;
        }
        let call = format!("page of {}", query.limit);
        self.seen.calls.lock().unwrap().push(call);
        if self.seen.takes_time.load(SeqCst) {
            for _ in 0..3 {
                tokio::task::yield_now().await;
            }
        }
        let page = self.store.log(query).await?;
        self.seen.events.fetch_add(page.events.len(), SeqCst);
        Ok(page)
    }

    fn fold_within(&self, inline: Weak<dyn Inline>) -> bool {
        self.store.fold_within(inline)
    }

    fn lends(&self, transaction: TransactionType) -> bool {
        transaction == TransactionType::of::<LedgerTransaction>()
    }

    forward!(store: stream head grown command rows_of rows count checkpoint snapshot queued timers_due identity);
}

fn all(entries: u64) -> Vec<u64> {
    (1..=entries).collect()
}

#[tokio::test]
async fn a_page_is_read_while_the_one_before_is_committed_in_pieces() {
    let store = Told::with(3_000, 0).await;
    store.opens(10).await;
    let bus = store.bus_of_entries().await;
    assert_eq!(store.calls(), ["commit"], "which makes the tables");
    bus.caught_up().await.unwrap();
    let calls = ["page of 1000", "page of 4000", "commit", "commit", "commit"];
    assert_eq!(store.calls(), calls);
    assert_eq!(store.entries(), all(3_000));
}

#[tokio::test]
async fn where_another_process_comes_before_between_two_pieces_each_event_counts_once() {
    let store = Told::with(4_000, 0).await;
    let between = (Position::from(1_000), Position::from(1_500));
    *store.seen.overtakes.lock().unwrap() = Some(between);
    let bus = store.bus_of_entries().await;
    bus.caught_up().await.unwrap();
    assert_eq!(store.entries(), all(4_000));
    assert_eq!(*store.seen.overtakes.lock().unwrap(), None);
}

#[tokio::test]
async fn tables_are_whole_once_they_have_got_to_the_end_and_not_before() {
    let store = Told::with(3_000, 2_500).await;
    let bus = store.bus_of_entries().await;
    bus.caught_up().await.unwrap_err();
    assert_eq!(store.entries(), all(2_499));
    assert_eq!(store.whole().await, 0);
    store.seen.is_mended.store(true, SeqCst);
    bus.retry::<Entries>().await.unwrap();
    bus.caught_up().await.unwrap();
    assert_eq!(store.entries(), all(3_000));
    assert_eq!(store.whole().await, 1);
}

#[tokio::test]
async fn tables_that_end_with_a_full_page_are_whole() {
    let store = Told::with(1_000, 0).await;
    let bus = store.bus_of_entries().await;
    bus.caught_up().await.unwrap();
    for _ in 0..100 {
        tokio::task::yield_now().await; // it reads on, and finds nothing
    }
    assert_eq!(store.whole().await, 1);
}

#[tokio::test]
async fn an_event_that_cannot_be_folded_is_found_whichever_the_store_blames() {
    for blamed in [Blamed::Itself, Blamed::Unknown, Blamed::Another] {
        let store = Told::with(10, 7).await;
        *store.seen.blamed.lock().unwrap() = blamed;
        let bus = store.bus_of_entries().await;
        let error = bus.caught_up().await.unwrap_err();
        assert!(matches!(error, ReadError::Stopped { .. }), "{error:?}");
        let state = bus.progress::<Entries>().unwrap().state;
        let at = matches!(&state, State::Stopped { at, .. } if at.get() == 7);
        assert!(at, "{blamed:?}: {state:?}");
        assert_eq!(store.entries(), all(6), "{blamed:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn tables_that_are_blamed_where_none_was_written_are_tried_again() {
    let store = Told::default();
    store.opens(1).await;
    let bus = store.bus_of_entries().await;
    let table = Table::of::<Entries>();
    let failure = CommitError::Tables {
        table,
        at: None,
        reason: "of something else".to_owned(),
    };
    store.seen.failures.lock().unwrap().push_back(failure);
    bus.caught_up().await.unwrap();
    assert_eq!(bus.progress::<Entries>().unwrap().state, State::Running);
    assert_eq!(store.whole().await, 1);
}

#[tokio::test(start_paused = true)]
async fn a_store_that_fails_is_tried_again_after_a_pause_that_doubles() {
    let store = Told::with(1, 0).await;
    let overloaded = || CommitError::Store(StoreError::Overloaded);
    let failures = (0..10).map(|_| overloaded()).collect();
    *store.seen.failures.lock().unwrap() = failures;
    let bus = Bus::builder(store.clone()).only_projections::<Sums>();
    let bus = bus.wait_timeout(Duration::from_mins(1));
    bus.open().await.unwrap().caught_up().await.unwrap();
    let times = store.seen.commits.lock().unwrap().clone();
    let pauses = times.windows(2).map(|pair| (pair[1] - pair[0]).as_millis());
    let pauses: Vec<_> = pauses.collect();
    // the clock that is turned here ticks in milliseconds
    let least = [20, 40, 80, 160, 320, 640, 1_280, 2_560, 5_000, 5_000];
    assert_eq!(pauses.len(), least.len());
    for (pause, least) in pauses.iter().zip(least) {
        assert!((least..=least + 1).contains(pause), "{pauses:?}");
    }
}

#[tokio::test]
async fn a_projection_that_comes_later_does_not_hold_back_those_that_were_there() {
    let store = Told::with(70, 0).await;
    let bus = Bus::builder(store.clone()).only_projections::<Sums>();
    bus.open().await.unwrap().caught_up().await.unwrap();
    store.enter(71..=77, 0).await;
    let bus = Bus::builder(store).only_projections::<(Sums, LaterSums)>();
    let bus = bus.open().await.unwrap();
    bus.caught_up().await.unwrap();
    for book in 0..7 {
        let row = bus.find::<Sums>(&book).await.unwrap().unwrap();
        let later = bus.find::<LaterSums>(&book).await.unwrap().unwrap();
        assert_eq!((row.count, later.count), (11, 11));
    }
}

#[tokio::test]
async fn the_checkpoint_follows_what_is_of_no_concern_from_afar() {
    let store = Told::with(1, 0).await;
    let bus = Bus::builder(store.clone()).only_projections::<Sums>();
    let bus = bus.open().await.unwrap();
    bus.caught_up().await.unwrap();
    let before = store.commits();
    for (times, commits) in [(1, 0), (9_998, 0), (1, 1), (1, 1)] {
        store.opens(times).await;
        bus.caught_up().await.unwrap();
        assert_eq!(store.commits() - before, commits);
    }
}

#[tokio::test]
async fn a_retry_in_the_midst_tells_nothing_that_is_not_committed() {
    let store = Told::with(20_000, 0).await;
    store.seen.takes_time.store(true, SeqCst);
    let bus = Bus::builder(store.clone()).only_projections::<Sums>();
    let bus = bus.open().await.unwrap();
    let mut retries = 0;
    loop {
        bus.retry::<Sums>().await.unwrap();
        retries += 1;
        let told = bus.progress::<Sums>().unwrap().position;
        let committed = store.checkpoint(&Table::of::<Sums>()).await.unwrap();
        assert!(told <= committed, "{told} of {committed}");
        if told.get() == 20_000 {
            break;
        }
    }
    assert!(retries > 3, "{retries}");
    let pages = store
        .calls()
        .iter()
        .filter(|call| *call != "commit")
        .count();
    assert!(pages <= 5, "{pages}");
}

#[tokio::test]
async fn what_was_folded_within_a_commit_is_not_read_again() {
    let store = Told::default();
    let bus = Bus::builder(store.clone()).only_projections::<InlineSums>();
    let bus = bus.open().await.unwrap();
    for value in 1..=20 {
        let (book, fails) = (1, false);
        bus.dispatch(Enter { book, value, fails }).await.unwrap();
        bus.caught_up().await.unwrap();
        let row = bus.find::<InlineSums>(&1).await.unwrap().unwrap();
        assert_eq!(row.count, value);
    }
    assert_eq!(store.seen.events.load(SeqCst), 0);
    assert_eq!(store.commits(), 0);
}

#[tokio::test]
async fn what_is_to_be_folded_within_commits_is_committed_page_by_page_until_then() {
    let store = Told::with(6_000, 0).await;
    let bus = Bus::builder(store.clone()).only_projections::<InlineSums>();
    let bus = bus.open().await.unwrap();
    bus.caught_up().await.unwrap();
    let calls = [
        "page of 1000",
        "page of 4000",
        "commit",
        "page of 8000",
        "commit",
        "commit",
    ];
    assert_eq!(store.calls(), calls);
}

#[tokio::test]
async fn a_bus_that_is_dropped_lets_go_of_a_store_that_does_not_answer() {
    let store = Told::default();
    let seen = Arc::clone(&store.seen);
    let bus = Bus::builder(store).only_projections::<Sums>();
    let bus = bus.open().await.unwrap();
    seen.hangs.store(true, SeqCst);
    let (book, value, fails) = (1, 1, false);
    bus.dispatch(Enter { book, value, fails }).await.unwrap();
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
    drop(bus);
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
    assert_eq!(Arc::strong_count(&seen), 1);
}
