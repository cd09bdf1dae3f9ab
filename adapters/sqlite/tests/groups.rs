//! Commits that share a transaction: where one of them fails, each is done by itself, in the order of the calls.

mod given;

use cqrs_core::log::{CommandId, Data, Fingerprint, LogFilter, Name, Tenant};
use cqrs_core::prelude::*;
use cqrs_core::store::{
    Batch, CheckpointMove, CommandKey, CommitError, Committed, EventStore, Expect, Inline,
    LogQuery, RowData, RowWrite, StoreError, Table, Within,
};
use cqrs_core::{Position, Version};
use cqrs_sqlite::{Sqlite, SqliteError, Transaction};
use given::{fresh, new_file, one_event, stream};
use rusqlite::Connection;
use std::future::Future;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::time::Duration;

const GOOD: &str = "\"good\"";
const BROKEN: &str = "\"broken\"";

/// An append to the one stream, behind so many events.
fn behind(version: u64, data: &str) -> Batch {
    let expect = Expect::Version(Version::from(version));
    one_event(stream("a"), expect, data)
}

type Answer = Result<Committed, CommitError>;

/// Someone else who writes to the file: until it is done, all that the store is to commit waits.
struct Other(Connection);

impl Other {
    fn writes(store: &Sqlite) -> Self {
        let connection = Connection::open(store.path()).unwrap();
        connection.execute_batch("BEGIN IMMEDIATE").unwrap();
        Self(connection)
    }

    fn ends(self) {
        self.0.execute_batch("COMMIT").unwrap();
    }
}

async fn answers(commits: Vec<impl Future<Output = Answer>>) -> Vec<Answer> {
    let mut answers = Vec::new();
    for commit in commits {
        answers.push(commit.await);
    }
    answers
}

/// Commits all that in one transaction.
async fn together(store: &Sqlite, batches: impl IntoIterator<Item = Batch>) -> Vec<Answer> {
    let other = Other::writes(store);
    let commits: Vec<_> = batches.into_iter().map(|it| store.commit(it)).collect();
    other.ends();
    answers(commits).await
}

/// How many transactions stand in the write-ahead log.
fn transactions(file: &Path) -> usize {
    let log = std::fs::read(file.with_extension("db-wal")).unwrap();
    let (header, frames) = log.split_at(32);
    let page = u32::from_be_bytes(header[8..12].try_into().unwrap());
    let frames = frames.chunks_exact(24 + usize::try_from(page).unwrap());
    // the last frame of a transaction has the size of the file after it
    let ends = |frame: &&[u8]| frame[8..16] == header[16..24] && frame[4..8] != [0; 4];
    frames.filter(ends).count()
}

/// Changes the file from outside.
fn outside(store: &Sqlite, sql: &str) {
    let connection = Connection::open(store.path()).unwrap();
    connection.execute_batch(sql).unwrap();
}

/// What the events of the log say.
async fn log(store: &Sqlite) -> Vec<(u64, u64, String)> {
    let query = LogQuery {
        after: Position::ZERO,
        through: None,
        filter: LogFilter::all(),
        limit: usize::MAX,
    };
    let events = store.log(query).await.unwrap().events;
    let told = |event: &cqrs_core::RecordedEvent| {
        let recorded = event.recorded();
        let data = std::str::from_utf8(event.data().as_bytes().unwrap()).unwrap();
        let (position, version) = (recorded.position.get(), recorded.version.get());
        (position, version, data.to_owned())
    };
    events.iter().map(told).collect()
}

#[tokio::test]
async fn what_comes_while_a_transaction_waits_is_in_it() {
    let store = fresh().await;
    store.commit(behind(0, GOOD)).await.unwrap();
    let before = transactions(store.path());
    let other = Other::writes(&store);
    let mut commits = vec![store.commit(behind(1, GOOD))];
    // by now the writer has taken that one, and waits
    tokio::time::sleep(Duration::from_millis(50)).await;
    commits.extend((2..100).map(|version| store.commit(behind(version, GOOD))));
    other.ends();
    for (place, answer) in answers(commits).await.into_iter().enumerate() {
        assert_eq!(answer.unwrap().version.get(), place as u64 + 2);
    }
    assert_eq!(transactions(store.path()), before + 1);
}

#[tokio::test]
async fn a_conflict_is_refused_alone() {
    let store = fresh().await;
    store.commit(behind(0, GOOD)).await.unwrap();
    let before = transactions(store.path());
    let versions = [7, 1, 1, 2, 9];
    let group = versions.map(|version| behind(version, &version.to_string()));
    let answers = together(&store, group).await;
    let kept: Vec<_> = answers
        .iter()
        .map(|answer| match answer {
            Ok(committed) => Ok(committed.version.get()),
            Err(CommitError::Conflict { actual, .. }) => Err(actual.get()),
            Err(other) => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(kept, [Err(1), Ok(2), Err(2), Ok(3), Err(3)]);
    assert_eq!(transactions(store.path()), before + 1);
    let kept = [(1, 1, GOOD), (2, 2, "1"), (3, 3, "2")];
    assert_eq!(
        log(&store).await,
        kept.map(|it| (it.0, it.1, it.2.to_owned()))
    );
}

/// What befalls an event that is broken: its statement fails, it takes the transaction with it, or only the commit
/// finds what is wrong.
const FAULTS: [&str; 3] = [
    "CREATE TRIGGER breaks BEFORE INSERT ON cqrs_events WHEN new.data = CAST('\"broken\"' AS BLOB)
     BEGIN SELECT RAISE(ABORT, 'broken'); END",
    "CREATE TRIGGER breaks BEFORE INSERT ON cqrs_events WHEN new.data = CAST('\"broken\"' AS BLOB)
     BEGIN SELECT RAISE(ROLLBACK, 'broken'); END",
    "CREATE TABLE parent (id INTEGER PRIMARY KEY);
     CREATE TABLE child (parent INTEGER REFERENCES parent DEFERRABLE INITIALLY DEFERRED);
     CREATE TRIGGER breaks BEFORE INSERT ON cqrs_events WHEN new.data = CAST('\"broken\"' AS BLOB)
     BEGIN INSERT INTO child VALUES (1); END",
];

/// Which of six are broken.
const PLACES: [&[usize]; 7] = [
    &[0],
    &[2],
    &[5],
    &[0, 1],
    &[1, 4],
    &[0, 2, 3, 5],
    &[0, 1, 2, 3, 4, 5],
];

/// Commits six in one transaction, some of which are broken, and holds the answers against the log.
async fn six(store: &Sqlite, broken: &[usize]) {
    let mut before = log(store).await;
    let transactions_before = transactions(store.path());
    let mut version = before.len() as u64;
    // each expects that those before it were done, and those alone
    let group: Vec<Batch> = (0..6)
        .map(|place| {
            let is_broken = broken.contains(&place);
            let batch = behind(version, if is_broken { BROKEN } else { GOOD });
            version += u64::from(!is_broken);
            batch
        })
        .collect();
    for (place, answer) in together(store, group).await.into_iter().enumerate() {
        if broken.contains(&place) {
            let refused = matches!(answer, Err(CommitError::Store(StoreError::Backend { .. })));
            assert!(refused, "{broken:?}, {place}: {answer:?}");
            continue;
        }
        let committed = answer.unwrap_or_else(|error| panic!("{broken:?}, {place}: {error}"));
        let next = before.len() as u64 + 1;
        assert_eq!(
            (committed.version.get(), committed.position.get()),
            (next, next)
        );
        assert!(!committed.repeated);
        before.push((next, next, GOOD.to_owned()));
    }
    assert_eq!(log(store).await, before, "{broken:?}");
    // the first may have failed before the others came to it
    if !broken.contains(&0) {
        let alone = transactions(store.path()) - transactions_before;
        assert_eq!(alone, 6 - broken.len(), "{broken:?}: each by itself");
    }
}

#[tokio::test]
async fn where_one_fails_each_is_done_by_itself_in_order() {
    for fault in FAULTS {
        let store = fresh().await;
        store.commit(behind(0, GOOD)).await.unwrap();
        outside(&store, fault);
        for broken in PLACES {
            six(&store, broken).await;
        }
        outside(&store, "DROP TRIGGER breaks");
        let version = log(&store).await.len() as u64;
        store.commit(behind(version, BROKEN)).await.unwrap();
        assert_eq!(store.check().await.unwrap(), Vec::<String>::new());
    }
}

#[tokio::test]
async fn a_command_that_is_sent_twice_in_a_group_that_fails_has_its_effect_once() {
    for fault in FAULTS {
        let store = fresh().await;
        store.commit(behind(0, GOOD)).await.unwrap();
        outside(&store, fault);
        let id = CommandId::generate();
        let sent = || {
            let mut batch = behind(1, GOOD);
            batch.command = Some(CommandKey {
                tenant: Tenant::default(),
                id,
                fingerprint: Fingerprint::of("test", 1, b""),
            });
            batch
        };
        let group = [sent(), behind(2, BROKEN), sent(), behind(2, GOOD)];
        let answers = together(&store, group).await;
        let told = answers.into_iter().map(|answer| {
            let told = |it: Committed| (it.version.get(), it.position.get(), it.repeated);
            answer.map(told).ok()
        });
        let told: Vec<_> = told.collect();
        let expected = [
            Some((2, 2, false)),
            None,
            Some((2, 2, true)),
            Some((3, 3, false)),
        ];
        assert_eq!(told, expected);
        assert_eq!(log(&store).await.len(), 3);
    }
}

/// Counts the events, and fails where one is broken.
struct Counting;

impl Counting {
    fn table() -> Table {
        Table {
            projection: Name::from_static("counting"),
            version: 1,
        }
    }

    async fn count(store: &Sqlite) -> (u64, u64) {
        let row = store.rows_of(&Self::table(), &["all".to_owned()]).await;
        let row = row.unwrap().remove(0).unwrap();
        let text = std::str::from_utf8(row.data.as_bytes().unwrap()).unwrap();
        let checkpoint = store.checkpoint(&Self::table()).await.unwrap();
        (text.parse().unwrap(), checkpoint.get())
    }
}

impl Inline for Counting {
    fn fold(&self, within: &mut dyn Within) -> Result<Batch, StoreError> {
        let (from, to) = (within.checkpoint(&Self::table())?, within.head()?);
        let page = within.log(&LogQuery {
            after: from,
            through: None,
            filter: LogFilter::all(),
            limit: usize::MAX,
        })?;
        let is_broken = |data: &Data| data.as_bytes() == Some(BROKEN.as_bytes());
        if page.events.iter().any(|event| is_broken(event.data())) {
            return Err(StoreError::Backend {
                doing: "counting",
                source: "it is broken".into(),
            });
        }
        let mut batch = Batch::default();
        batch.rows = vec![RowWrite {
            table: Self::table(),
            key: "all".to_owned(),
            row: Some(RowData {
                data: Data::from_bytes(to.to_string().into_bytes()),
                index: Vec::new(),
            }),
        }];
        let table = Self::table();
        batch.checkpoints.push(CheckpointMove { table, from, to });
        Ok(batch)
    }

    fn forget(&self) {}
}

#[tokio::test]
async fn where_a_fold_within_the_commit_fails_nothing_is_committed_and_the_others_are() {
    let store = fresh().await;
    let counting = Arc::new(Counting);
    let weak = Arc::downgrade(&counting);
    assert!(store.fold_within(weak));
    store.commit(behind(0, GOOD)).await.unwrap();
    for broken in PLACES {
        six(&store, broken).await;
        let events = log(&store).await.len() as u64;
        assert_eq!(Counting::count(&store).await, (events, events));
    }
}

#[commands("shelf", shelf: String)]
enum ShelfCommand {
    Run { sql: String },
}

#[events("shelf")]
enum ShelfEvent {
    Ran { sql: String },
}

#[derive(Aggregate, Default)]
#[aggregate("shelf", id = String)]
struct Shelf;

#[handle]
impl Shelf {
    fn run(&self, command: &Run) -> Ran {
        let sql = command.sql.clone();
        Ran { sql }
    }
}

#[apply]
impl Shelf {
    fn ran(&mut self, _: &Ran) {}
}

#[derive(Projection)]
#[projection("runs", tables = Transaction)]
struct Runs;

static TRIED: AtomicUsize = AtomicUsize::new(0);

#[project]
impl Runs {
    fn tables(tables: &Transaction) -> Result<(), SqliteError> {
        tables.execute_batch(
            "CREATE TABLE runs (sql TEXT);
             CREATE TABLE once (text TEXT UNIQUE);
             INSERT INTO once VALUES ('x');
             CREATE TABLE parent (id INTEGER PRIMARY KEY);
             CREATE TABLE child (parent INTEGER REFERENCES parent DEFERRABLE INITIALLY DEFERRED)",
        )
    }
    fn ran(tables: &Transaction, event: &Ran) -> Result<(), SqliteError> {
        TRIED.fetch_add(1, SeqCst);
        tables.execute("INSERT INTO runs VALUES (?)", [&event.sql])?;
        tables.execute_batch(&event.sql)
    }
}

/// How often the projection tries to go on where it stands, and cannot.
async fn tried(bus: &Bus<Sqlite>) -> usize {
    let before = TRIED.load(SeqCst);
    bus.retry::<Runs>().await.unwrap_err();
    TRIED.load(SeqCst) - before
}

/// A projection with tables of its own fails in the midst of others: by a statement that takes the transaction with it, or
/// at the commit.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_projection_fails_in_is_committed_without_it() {
    for sql in [
        "INSERT OR ROLLBACK INTO once VALUES ('x')",
        "INSERT INTO child VALUES (7)",
    ] {
        let bus = Bus::open(Sqlite::at(new_file())).await.unwrap();
        let store = bus.store();
        let shelf = "a".to_owned();
        let sql = sql.to_owned();
        bus.dispatch(Run { shelf, sql }).await.unwrap();
        bus.caught_up().await.unwrap_err();
        let alone = tried(&bus).await;
        let (mut version, mut shared) = (0, 0);
        for _ in 0..50 {
            let other = Other::writes(store);
            let mut commits = vec![store.commit(behind(version, GOOD))];
            let projection = {
                let bus = bus.clone();
                tokio::spawn(async move { tried(&bus).await })
            };
            // mostly it waits by now, too
            tokio::time::sleep(Duration::from_millis(20)).await;
            for place in [version + 1, version + 7, version + 2] {
                commits.push(store.commit(behind(place, GOOD)));
            }
            other.ends();
            let answers = answers(commits).await;
            let kept = answers.into_iter().map(|answer| match answer {
                Ok(committed) => Some(committed.version.get()),
                Err(CommitError::Conflict { .. }) => None,
                Err(other) => panic!("{other:?}"),
            });
            let kept: Vec<_> = kept.collect();
            let expected = [
                Some(version + 1),
                Some(version + 2),
                None,
                Some(version + 3),
            ];
            assert_eq!(kept, expected);
            version += 3;
            // once with the others, and then by itself
            shared += usize::from(projection.await.unwrap() > alone);
            if shared == 3 {
                break;
            }
        }
        assert_eq!(shared, 3, "it was never in a transaction with others");
        let runs = store.read(|tables| {
            let count = "SELECT count(*) FROM runs";
            tables.query_row(count, (), |row| row.get(0))
        });
        assert_eq!(runs.await.unwrap(), Some(0));
        assert_eq!(
            store.checkpoint(&Table::of::<Runs>()).await.unwrap(),
            Position::ZERO
        );
        assert_eq!(log(store).await.len() as u64, version + 1);
    }
}
