//! Projections that keep tables of their own, by SQL, in the store's file.

use cqrs_core::catalogue::explain;
use cqrs_core::prelude::*;
use cqrs_core::projection::State;
use cqrs_core::store::StoreError;
use cqrs_core::{Builder, OpenError, ReadError};
use cqrs_sqlite::{Sqlite, SqliteError, SqliteFile, Transaction};
use std::path::{Path, PathBuf};

#[commands("shelf", shelf: String)]
enum ShelfCommand {
    Add { pieces: u32 },
    Run { sql: String },
    Try { sql: String },
    Break {},
}

#[events("shelf")]
enum ShelfEvent {
    Added { pieces: u32 },
    Ran { sql: String },
    Tried { sql: String },
    Broke {},
}

#[derive(Aggregate, Default)]
#[aggregate("shelf", id = String)]
struct Shelf;

#[handle]
impl Shelf {
    fn add(&self, command: &Add) -> Added {
        let pieces = command.pieces;
        Added { pieces }
    }
    fn run(&self, command: &Run) -> Ran {
        let sql = command.sql.clone();
        Ran { sql }
    }
    fn attempt(&self, command: &Try) -> Tried {
        let sql = command.sql.clone();
        Tried { sql }
    }
    fn fall(&self, _: &Break) -> Broke {
        Broke {}
    }
}

#[apply]
impl Shelf {
    fn added(&mut self, _: &Added) {}
    fn ran(&mut self, _: &Ran) {}
    fn tried(&mut self, _: &Tried) {}
    fn broke(&mut self, _: &Broke) {}
}

#[derive(Projection)]
#[projection("stock", tables = Transaction)]
struct Stock;

#[project]
impl Stock {
    fn tables(tables: &Transaction) -> Result<(), SqliteError> {
        tables.execute_batch(
            "CREATE TABLE stock (shelf TEXT PRIMARY KEY, pieces INTEGER NOT NULL, seen INTEGER NOT NULL) STRICT;
             CREATE TABLE tried (sql TEXT, outcome TEXT);
             CREATE TABLE parent (id INTEGER PRIMARY KEY);
             CREATE TABLE child (parent INTEGER REFERENCES parent DEFERRABLE INITIALLY DEFERRED);
             CREATE TABLE mine (id INTEGER PRIMARY KEY AUTOINCREMENT, text TEXT UNIQUE)",
        )
    }
    fn added(
        tables: &Transaction,
        event: &Added,
        at: &Recorded,
        shelf: &String,
    ) -> Result<(), SqliteError> {
        let position = at.position.get().cast_signed();
        tables.execute(
            "INSERT INTO stock VALUES (?1, ?2, ?3)
             ON CONFLICT DO UPDATE SET pieces = pieces + ?2, seen = ?3;",
            (shelf, event.pieces, position),
        )?;
        Ok(())
    }
    fn ran(tables: &Transaction, event: &Ran) -> Result<(), SqliteError> {
        tables.execute_batch(&event.sql)
    }
    fn tried(tables: &Transaction, event: &Tried) {
        let outcome = match tables.execute_batch(&event.sql) {
            Ok(()) => "taken".to_owned(),
            Err(error) => match error.refused() {
                Some(refused) => format!("{refused:?}"),
                None => error.to_string(),
            },
        };
        let note = "INSERT INTO tried VALUES (?, ?)";
        tables.execute(note, (&event.sql, outcome)).ok();
    }
    fn broke(tables: &Transaction, _: &Broke) {
        let half = "INSERT INTO stock VALUES ('half', 1, 1)";
        tables.execute(half, ()).unwrap();
        panic!("the shelf came down");
    }
}

/// Tables that cannot be made, unless another has made what they are made of.
#[derive(Projection)]
#[projection("copied", tables = Transaction)]
struct Copied;

#[project]
impl Copied {
    fn tables(tables: &Transaction) -> Result<(), SqliteError> {
        tables.execute_batch("CREATE TABLE half (x); CREATE TABLE copied AS SELECT * FROM original")
    }
    fn added(tables: &Transaction, event: &Added) -> Result<(), SqliteError> {
        let pieces = event.pieces;
        tables.execute("INSERT INTO copied VALUES (?)", [pieces])?;
        Ok(())
    }
}

/// A row beside them.
#[derive(Projection, Debug, Default, PartialEq, Serialize, Deserialize)]
#[projection("arrivals", key = String)]
struct Arrivals {
    count: u64,
}

#[project]
impl Arrivals {
    fn added(&mut self, _: &Added) {
        self.count += 1;
    }
}

struct Place {
    _folder: tempfile::TempDir,
    path: PathBuf,
}

impl Place {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("shelf.db");
        Self {
            _folder: folder,
            path,
        }
    }

    fn file(&self) -> Builder<SqliteFile> {
        Bus::builder(Sqlite::at(&self.path))
    }

    /// A bus that runs what the tests are about.
    async fn bus(&self) -> Bus<Sqlite> {
        let bus = self.file().only_projections::<(Stock, Arrivals)>();
        bus.open().await.unwrap()
    }

    /// Has happen what nobody projects meanwhile.
    async fn happens(&self, commands: impl IntoIterator<Item = ShelfCommand>) {
        let bus = self.file().without_projections().open().await.unwrap();
        for command in commands {
            match command {
                ShelfCommand::Add(it) => drop(bus.dispatch(it).await.unwrap()),
                ShelfCommand::Run(it) => drop(bus.dispatch(it).await.unwrap()),
                ShelfCommand::Try(it) => drop(bus.dispatch(it).await.unwrap()),
                ShelfCommand::Break(it) => drop(bus.dispatch(it).await.unwrap()),
            }
        }
        bus.store().clone().close().await;
    }
}

fn add(shelf: &str, pieces: u32) -> Add {
    let shelf = shelf.to_owned();
    Add { shelf, pieces }
}

fn run(sql: &str) -> Run {
    let (shelf, sql) = ("any".to_owned(), sql.to_owned());
    Run { shelf, sql }
}

fn attempt(sql: &str) -> Try {
    let (shelf, sql) = ("any".to_owned(), sql.to_owned());
    Try { shelf, sql }
}

async fn stock(store: &Sqlite) -> Vec<(String, u32)> {
    let read = store.read(|tables| {
        let sql = "SELECT shelf, pieces FROM stock ORDER BY shelf";
        tables.query(sql, (), |row| Ok((row.get(0)?, row.get(1)?)))
    });
    read.await.unwrap()
}

fn rows<const N: usize>(rows: [(&str, u32); N]) -> Vec<(String, u32)> {
    rows.map(|(shelf, pieces)| (shelf.to_owned(), pieces))
        .into()
}

/// Somebody else's connection.
fn outside(path: &Path) -> rusqlite::Connection {
    rusqlite::Connection::open(path).unwrap()
}

fn stopped<P: cqrs_core::Projection>(bus: &Bus<Sqlite>) -> Option<(u64, String)> {
    match bus.progress::<P>().unwrap().state {
        State::Running => None,
        State::Stopped { at, reason } => Some((at.get(), reason.to_string())),
    }
}

#[tokio::test]
async fn what_an_event_wrote_is_read_after_it_was_waited_for() {
    let place = Place::new();
    let bus = place.bus().await;
    assert_eq!(stock(bus.store()).await, [], "the tables come first");
    for count in 1..=20 {
        bus.dispatch(add("a", 2))
            .wait_for::<(Stock, Arrivals)>()
            .await
            .unwrap();
        assert_eq!(stock(bus.store()).await, rows([("a", 2 * count)]));
    }
    let receipt = bus.dispatch(add("b", 7)).await.unwrap();
    bus.wait_for::<Stock>(&receipt).await.unwrap();
    assert_eq!(stock(bus.store()).await, rows([("a", 40), ("b", 7)]));
    let progress = bus.progress::<Stock>().unwrap();
    assert_eq!(progress.position, receipt.position);
    assert_eq!(bus.lag::<Stock>().await.unwrap().events, 0);
    let read = bus.store().read(|tables| {
        let sql = "SELECT seen FROM stock WHERE shelf = ?";
        tables.query_row(sql, ["b"], |row| row.get(0))
    });
    assert_eq!(
        read.await.unwrap(),
        Some(receipt.position.get().cast_signed())
    );
}

#[tokio::test]
async fn what_cannot_be_done_stops_its_projection_there_and_leaves_nothing_half() {
    let place = Place::new();
    let half = "INSERT INTO stock VALUES ('half', 1, 1); INSERT INTO nowhere VALUES (1)";
    let (first, last) = (add("a", 1), add("a", 4));
    let happened = [
        first.into(),
        add("b", 2).into(),
        run(half).into(),
        last.into(),
    ];
    place.happens(happened).await;
    for _ in 0..2 {
        // again after a restart
        let bus = place.bus().await;
        let waited = bus.caught_up().await.unwrap_err();
        assert!(matches!(waited, ReadError::Stopped { .. }), "{waited}");
        let (at, reason) = stopped::<Stock>(&bus).unwrap();
        assert_eq!(at, 3);
        assert!(reason.contains("no such table: nowhere"), "{reason}");
        assert_eq!(bus.progress::<Stock>().unwrap().position.get(), 2);
        assert_eq!(stock(bus.store()).await, rows([("a", 1), ("b", 2)]));
        let arrivals = bus.find::<Arrivals>(&"a".into()).await.unwrap();
        assert_eq!(arrivals, Some(Arrivals { count: 2 }), "others go on");
        bus.store().clone().close().await;
    }
    let bus = place.bus().await;
    bus.caught_up().await.unwrap_err();
    let again = bus.retry::<Stock>().await.unwrap_err();
    assert!(matches!(again, ReadError::Stopped { .. }), "{again}");
    assert_eq!(stock(bus.store()).await, rows([("a", 1), ("b", 2)]));
    let mended = outside(&place.path);
    mended.execute_batch("CREATE TABLE nowhere (x)").unwrap();
    bus.retry::<Stock>().await.unwrap();
    bus.caught_up().await.unwrap();
    let all = rows([("a", 5), ("b", 2), ("half", 1)]);
    assert_eq!(stock(bus.store()).await, all);
}

#[tokio::test]
async fn a_panic_stops_its_projection_and_leaves_nothing() {
    let place = Place::new();
    let fall = Break {
        shelf: "any".to_owned(),
    };
    let happened = [add("a", 1).into(), fall.into(), add("a", 1).into()];
    place.happens(happened).await;
    let bus = place.bus().await;
    bus.caught_up().await.unwrap_err();
    let (at, reason) = stopped::<Stock>(&bus).unwrap();
    assert_eq!(at, 2);
    assert!(reason.contains("the shelf came down"), "{reason}");
    assert_eq!(stock(bus.store()).await, rows([("a", 1)]));
    bus.dispatch(add("c", 1))
        .wait_for::<Arrivals>()
        .await
        .unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_fails_leaves_nothing_in_the_transactions_of_others() {
    let place = Place::new();
    let half = "INSERT INTO stock VALUES ('half', 1, 1); INSERT INTO nowhere VALUES (1)";
    place.happens([run(half).into()]).await;
    let bus = place.bus().await;
    bus.caught_up().await.unwrap_err();
    let others = (0..8).map(|number| {
        let bus = bus.clone();
        tokio::spawn(async move {
            for _ in 0..50 {
                let shelf = number.to_string();
                bus.dispatch(add(&shelf, 1)).await.unwrap();
            }
        })
    });
    let others: Vec<_> = others.collect();
    while others.iter().any(|other| !other.is_finished()) {
        bus.retry::<Stock>().await.unwrap_err();
    }
    for other in others {
        other.await.unwrap();
    }
    assert_eq!(stock(bus.store()).await, []);
    let mended = outside(&place.path);
    mended.execute_batch("CREATE TABLE nowhere (x)").unwrap();
    bus.retry::<Stock>().await.unwrap();
    bus.caught_up().await.unwrap();
    let all: Vec<u32> = stock(bus.store())
        .await
        .into_iter()
        .map(|(_, pieces)| pieces)
        .collect();
    assert_eq!(all, [50, 50, 50, 50, 50, 50, 50, 50, 1]);
}

#[tokio::test]
async fn two_that_run_it_count_each_event_once() {
    let place = Place::new();
    let (one, other) = (place.bus().await, place.bus().await);
    for count in 0..100 {
        let bus = if count % 2 == 0 { &one } else { &other };
        bus.dispatch(add("a", 1)).await.unwrap();
    }
    one.caught_up().await.unwrap();
    other.caught_up().await.unwrap();
    assert_eq!(stock(one.store()).await, rows([("a", 100)]));
}

#[tokio::test]
async fn more_than_one_commit_takes_is_folded_up_to_what_fails() {
    let place = Place::new();
    let before = (0..1_700).map(|_| add("a", 1).into());
    let after = (0..700).map(|_| add("a", 1).into());
    let fails = [run("INSERT INTO nowhere VALUES (1)").into()];
    place.happens(before.chain(fails).chain(after)).await;
    let bus = place.bus().await;
    bus.caught_up().await.unwrap_err();
    assert_eq!(stopped::<Stock>(&bus).unwrap().0, 1_701);
    assert_eq!(stock(bus.store()).await, rows([("a", 1_700)]));
    let mended = outside(&place.path);
    mended.execute_batch("CREATE TABLE nowhere (x)").unwrap();
    bus.retry::<Stock>().await.unwrap();
    bus.caught_up().await.unwrap();
    assert_eq!(stock(bus.store()).await, rows([("a", 2_400)]));
}

#[tokio::test]
async fn what_only_the_commit_finds_is_blamed_on_its_event() {
    let place = Place::new();
    let orphan = "INSERT INTO child VALUES (7)";
    let whole = "INSERT INTO child VALUES (1); INSERT INTO parent VALUES (1)";
    let first = (0..5).map(|_| add("a", 1).into());
    let others = [run(whole).into(), run(orphan).into(), add("a", 1).into()];
    place.happens(first.chain(others)).await;
    let bus = place.bus().await;
    bus.caught_up().await.unwrap_err();
    let (at, reason) = stopped::<Stock>(&bus).unwrap();
    assert_eq!(at, 7);
    assert!(reason.contains("FOREIGN KEY"), "{reason}");
    assert_eq!(stock(bus.store()).await, rows([("a", 5)]));
    bus.dispatch(add("c", 1))
        .wait_for::<Arrivals>()
        .await
        .unwrap();
}

#[tokio::test]
async fn what_is_the_stores_affair_is_refused() {
    let place = Place::new();
    let bus = place.bus().await;
    let receipt = bus.dispatch(add("a", 1)).await.unwrap();
    bus.wait_for::<(Stock, Arrivals)>(&receipt).await.unwrap();
    let own = |table: &str| format!("StoresOwn {{ table: {table:?} }}");
    let pragma = |name: &str| format!("Pragma {{ pragma: {name:?} }}");
    let cases = [
        ("COMMIT", "EndsTransaction".to_owned()),
        ("END", "EndsTransaction".to_owned()),
        ("ROLLBACK", "EndsTransaction".to_owned()),
        ("BEGIN", "EndsTransaction".to_owned()),
        ("SAVEPOINT mine", "EndsTransaction".to_owned()),
        ("RELEASE cqrs_tables", "EndsTransaction".to_owned()),
        ("ROLLBACK TO cqrs_tables", "EndsTransaction".to_owned()),
        ("ATTACH ':memory:' AS other", "OtherFile".to_owned()),
        ("DETACH main", "OtherFile".to_owned()),
        ("PRAGMA foreign_keys = OFF", pragma("foreign_keys")),
        ("PRAGMA user_version = 7", pragma("user_version")),
        ("PRAGMA table_info(stock)", "taken".to_owned()),
        ("CREATE TEMP TABLE stock (x)", "Temporary".to_owned()),
        ("CREATE TEMP VIEW v AS SELECT 1", "Temporary".to_owned()),
        ("DELETE FROM cqrs_events", own("cqrs_events")),
        ("UPDATE Cqrs_Store SET epoch = 7", own("cqrs_store")),
        (
            "UPDATE cqrs_projections SET position = 0",
            own("cqrs_projections"),
        ),
        ("DROP TRIGGER cqrs_events_never_go", own("cqrs_events")),
        ("DROP VIEW cqrs_log", own("cqrs_log")),
        ("ALTER TABLE cqrs_tags ADD COLUMN x", own("cqrs_tags")),
        ("CREATE INDEX i ON cqrs_events (id)", own("cqrs_events")),
        ("CREATE TABLE cqrs_mine (x)", own("cqrs_mine")),
        ("DELETE FROM arrivals_v1", own("arrivals_v1")),
        (
            "INSERT INTO Arrivals_V1 VALUES ('x', '{}', 0)",
            own("arrivals_v1"),
        ),
        ("DROP TABLE arrivals_v1", own("arrivals_v1")),
        (
            "CREATE TRIGGER t AFTER INSERT ON cqrs_events BEGIN DELETE FROM stock; END",
            own("cqrs_events"),
        ),
        (
            "CREATE TRIGGER t AFTER INSERT ON mine BEGIN DELETE FROM cqrs_tags; END",
            "taken".to_owned(),
        ),
        ("INSERT INTO mine (text) VALUES ('x')", own("cqrs_tags")),
        ("DROP TRIGGER t", "taken".to_owned()),
        ("INSERT INTO mine (text) VALUES ('x')", "taken".to_owned()),
        ("DROP TABLE mine", "taken".to_owned()),
        ("ALTER TABLE child RENAME TO children", "taken".to_owned()),
        ("CREATE INDEX i ON stock (pieces)", "taken".to_owned()),
        (
            "CREATE VIEW v AS SELECT * FROM cqrs_log",
            "taken".to_owned(),
        ),
    ];
    for (sql, _) in &cases {
        bus.dispatch(attempt(sql)).await.unwrap();
    }
    bus.caught_up().await.unwrap();
    let read = bus.store().read(|tables| {
        let sql = "SELECT sql, outcome FROM tried ORDER BY rowid";
        tables.query(sql, (), |row| Ok((row.get(0)?, row.get(1)?)))
    });
    let tried: Vec<(String, String)> = read.await.unwrap();
    assert_eq!(tried.len(), cases.len());
    for ((sql, expected), (_, outcome)) in cases.iter().zip(&tried) {
        assert_eq!(outcome, expected, "{sql}");
    }
    bus.dispatch(add("a", 1))
        .wait_for::<(Stock, Arrivals)>()
        .await
        .unwrap();
    assert_eq!(stock(bus.store()).await, rows([("a", 2)]));
    assert_eq!(bus.store().check().await.unwrap(), [""; 0]);
}

#[tokio::test]
async fn who_rolls_the_transaction_back_stops_alone_and_nothing_of_it_is_kept() {
    let place = Place::new();
    let bus = place.bus().await;
    let once = "INSERT INTO mine (text) VALUES ('x')";
    bus.dispatch(run(once)).wait_for::<Stock>().await.unwrap();
    // it goes on after that, in vain
    let ends = "INSERT OR ROLLBACK INTO mine (text) VALUES ('x')";
    let receipt = bus.dispatch(attempt(ends)).await.unwrap();
    let commands = (0..50).map(|_| bus.dispatch(add("c", 1)));
    for command in commands {
        command.wait_for::<Arrivals>().await.unwrap();
    }
    let waited = bus.wait_for::<Stock>(&receipt).await.unwrap_err();
    assert!(matches!(waited, ReadError::Stopped { .. }), "{waited}");
    let (at, reason) = stopped::<Stock>(&bus).unwrap();
    assert_eq!(at, receipt.position.get());
    assert!(
        reason.contains("has rolled the transaction back"),
        "{reason}"
    );
    let read = bus
        .store()
        .read(|tables| tables.query_row("SELECT count(*) FROM tried", (), |row| row.get(0)));
    assert_eq!(read.await.unwrap(), Some(0), "nothing commits by itself");
}

#[tokio::test]
async fn the_numbers_of_the_store_count_on() {
    let place = Place::new();
    place.bus().await.store().clone().close().await;
    let numbered = "INSERT INTO sqlite_sequence VALUES ('cqrs_timers', 7)";
    outside(&place.path).execute_batch(numbered).unwrap();
    let bus = place.bus().await;
    let own = "INSERT INTO mine (text) VALUES ('x');
               DELETE FROM sqlite_sequence WHERE name = 'mine'";
    bus.dispatch(run(own)).wait_for::<Stock>().await.unwrap();
    bus.dispatch(run("DELETE FROM sqlite_sequence"))
        .await
        .unwrap();
    bus.caught_up().await.unwrap_err();
    let (_, reason) = stopped::<Stock>(&bus).unwrap();
    assert!(reason.contains("`sqlite_sequence`"), "{reason}");
}

#[tokio::test]
async fn no_foreign_key_binds_what_the_store_writes() {
    let place = Place::new();
    let bus = place.bus().await;
    bus.dispatch(add("a", 1))
        .wait_for::<(Stock, Arrivals)>()
        .await
        .unwrap();
    let bound = "CREATE TABLE bound (shelf REFERENCES arrivals_v1)";
    bus.dispatch(run(bound)).await.unwrap();
    bus.caught_up().await.unwrap_err();
    let (_, reason) = stopped::<Stock>(&bus).unwrap();
    let told = "the foreign key of `bound` refers to `arrivals_v1`";
    assert!(reason.contains(told), "{reason}");
}

#[tokio::test]
async fn tables_that_cannot_be_made_stop_their_projection_until_it_is_tried_again() {
    let place = Place::new();
    let bus = place.file().only_projections::<(Copied, Arrivals)>();
    let bus = bus.open().await.unwrap();
    let receipt = bus
        .dispatch(add("a", 1))
        .wait_for::<Arrivals>()
        .await
        .unwrap();
    let waited = bus.wait_for::<Copied>(&receipt).await.unwrap_err();
    assert!(matches!(waited, ReadError::Stopped { .. }), "{waited}");
    let (at, reason) = stopped::<Copied>(&bus).unwrap();
    assert_eq!(at, 0);
    assert!(reason.contains("no such table: original"), "{reason}");
    let again = bus.retry::<Copied>().await.unwrap_err();
    assert!(matches!(again, ReadError::Stopped { .. }), "{again}");
    let mended = outside(&place.path);
    mended
        .execute_batch("CREATE TABLE original (x); INSERT INTO original VALUES (7)")
        .unwrap();
    bus.retry::<Copied>().await.unwrap();
    bus.wait_for::<Copied>(&receipt).await.unwrap();
    let read = bus
        .store()
        .read(|tables| tables.query("SELECT x FROM copied", (), |row| row.get(0)));
    let copied: Vec<u32> = read.await.unwrap();
    assert_eq!(copied, [7, 1]);
}

#[tokio::test]
async fn reading_does_not_write() {
    let place = Place::new();
    let bus = place.bus().await;
    for sql in [
        "DELETE FROM stock",
        "CREATE TABLE other (x)",
        "COMMIT",
        "ATTACH ':memory:' AS other",
        "PRAGMA query_only = 0",
    ] {
        let read = bus
            .store()
            .read(move |tables| tables.query(sql, (), |_| Ok(())));
        let error = read.await.unwrap_err();
        let StoreError::Backend { source, .. } = &error else {
            panic!("{sql}: {error}")
        };
        let said = source.downcast_ref::<SqliteError>().unwrap();
        assert!(said.refused().is_some(), "{sql}: {said}");
    }
    bus.dispatch(add("a", 1)).wait_for::<Stock>().await.unwrap();
    assert_eq!(stock(bus.store()).await, rows([("a", 1)]));
}

#[tokio::test]
async fn a_store_that_lends_nothing_is_told_before_anything_starts() {
    let refused = Bus::open(Memory::new()).await.unwrap_err();
    assert!(matches!(refused, OpenError::NoTables { .. }), "{refused}");
    let told = "through a `Transaction` of `cqrs_sqlite`, which this store does not lend";
    assert!(refused.to_string().contains(told), "{refused}");
    let without = Bus::builder(Memory::new()).only_projections::<Arrivals>();
    without.open().await.unwrap();
}

#[test]
fn the_catalogue_tells_of_the_tables() {
    let told = explain::<Stock>().unwrap().to_string();
    assert!(
        told.contains("tables of its own, through a Transaction"),
        "{told}"
    );
}
