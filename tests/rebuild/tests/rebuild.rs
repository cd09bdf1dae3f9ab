//! A program whose projections have another version than the one that ran before it on the same file.

use cqrs_core::log::{CommandId, Data, EventId, Metadata, Name, StreamId, Tags, Tenant};
use cqrs_core::prelude::*;
use cqrs_core::projection::Rebuild;
use cqrs_core::store::{Append, Batch, EventStore, Expect, NewEvent, Table};
use cqrs_core::{Bus, ReadError};
use cqrs_rebuild::{Gate, Sell, Sold, Till, pass};
use cqrs_sqlite::{Sqlite, SqliteError, Transaction};
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;
use tempfile::TempDir;

/// As the earlier program has it, but it counts in dozens.
#[derive(Projection, Debug, Default, PartialEq, Serialize, Deserialize)]
#[projection("sales", key = String, version = 2)]
struct Sales {
    #[index]
    pieces: u64,
}

#[project]
impl Sales {
    fn sold(&mut self, event: &Sold) {
        pass(&event.gate);
        self.pieces += 12 * event.pieces;
    }
}

/// The earlier program has another field.
#[derive(Projection, Debug, Default, Serialize, Deserialize)]
#[projection("receipts", key = String, version = 2)]
struct Receipts {
    of: Vec<u64>,
}

#[project]
impl Receipts {
    fn sold(&mut self, event: &Sold) {
        pass(&event.gate);
        self.of.push(event.pieces);
    }
}

/// The earlier program may go on with its own table.
#[derive(Projection)]
#[projection("counted", tables = Transaction, version = 2)]
struct Counted;

#[project]
impl Counted {
    fn tables(tables: &Transaction) -> Result<(), SqliteError> {
        tables
            .execute_batch("CREATE TABLE counted_v2 (till TEXT PRIMARY KEY, dozens INTEGER) STRICT")
    }
    fn sold(tables: &Transaction, event: &Sold, till: &String) -> Result<(), SqliteError> {
        let add =
            "INSERT INTO counted_v2 VALUES (?1, ?2) ON CONFLICT DO UPDATE SET dozens = dozens + ?2";
        tables.execute(add, (till, 12 * event.pieces))?;
        Ok(())
    }
}

/// The earlier program has none such.
#[derive(Projection, Default, Serialize, Deserialize)]
#[projection("largest")]
struct Largest {
    pieces: u64,
}

#[project]
impl Largest {
    fn sold(&mut self, event: &Sold) {
        self.pieces = self.pieces.max(event.pieces);
    }
}

/// As the earlier program has it, but for the dozens, and that it is folded within commits.
#[derive(Projection, Debug, Default, PartialEq, Serialize, Deserialize)]
#[projection("pieces", key = String, version = 2, inline)]
struct Pieces {
    pieces: u64,
}

#[project]
impl Pieces {
    fn sold(&mut self, event: &Sold) {
        self.pieces += 12 * event.pieces;
    }
}

/// The earlier program has another field.
#[derive(Projection, Debug, Default, PartialEq, Serialize, Deserialize)]
#[projection("shares", key = String, version = 2, inline)]
struct Shares {
    dozens: u64,
}

#[project]
impl Shares {
    fn sold(&mut self, event: &Sold) {
        self.dozens += 12 * event.pieces;
    }
}

/// The earlier program knows version 1 of it.
#[derive(Event, Clone, Serialize, Deserialize)]
#[event("till.noted", record = Till, version = 2)]
struct Noted {
    text: String,
    by: Option<String>,
}

#[upcast]
impl Noted {
    #[from(1)]
    fn by_nobody(old: Self) -> Self {
        old
    }
}

/// As the earlier program has it.
#[derive(Projection, Debug, Default, PartialEq, Serialize, Deserialize)]
#[projection("notes", key = String)]
struct Notes {
    texts: Vec<String>,
}

#[project]
impl Notes {
    fn noted(&mut self, event: &Noted) {
        self.texts.push(event.text.clone());
    }
}

/// A note of that version, as a program that knows it writes it.
fn note(till: &str, schema: u32, text: &str) -> Batch {
    let append = Append {
        stream: StreamId::new(Tenant::default(), "till", till).unwrap(),
        expect: Expect::Any,
        events: [NewEvent {
            id: EventId::generate(),
            name: Name::from_static(Noted::NAME),
            schema,
            data: Data::from_bytes(format!(r#"{{"text":"{text}"}}"#).into_bytes()),
            tags: Tags::default(),
        }]
        .into_iter()
        .collect(),
        occurred_at: None,
        metadata: Metadata::of(CommandId::generate()),
        snapshot: None,
    };
    let mut batch = Batch::default();
    batch.appends = [append].into_iter().collect();
    batch
}

#[derive(Query)]
struct Total;

#[answer]
impl Sales {
    async fn total(rows: &Rows<Self>, _: &Total) -> Result<Vec<u64>, ReadError> {
        let rows = rows.by(Self::PIECES).await?;
        Ok(rows.iter().map(|row| row.pieces).collect())
    }
}

fn till(name: &str) -> String {
    name.to_owned()
}

fn sell(name: &str) -> Sell {
    Sell {
        till: till(name),
        pieces: 1,
        gate: String::new(),
    }
}

/// A store in which each till has sold so many pieces, one at a time; and the earlier program's rows of that.
struct Store {
    _folder: TempDir,
    path: PathBuf,
}

impl Store {
    fn with(sold: u64, gate: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("till.db");
        let store = Self {
            _folder: folder,
            path,
        };
        assert_eq!(store.before(sold, gate), format!("{sold} {sold}"));
        store
    }

    /// Runs the earlier program, and answers what its rows show.
    fn before(&self, sold: u64, gate: &str) -> String {
        let ran = Command::new(env!("CARGO_BIN_EXE_rebuild-before"))
            .arg(&self.path)
            .args([&sold.to_string(), gate])
            .stderr(Stdio::inherit())
            .output()
            .unwrap();
        assert!(ran.status.success());
        String::from_utf8(ran.stdout).unwrap().trim_end().to_owned()
    }

    fn file(&self) -> cqrs_sqlite::SqliteFile {
        Sqlite::at(Path::new(&self.path))
    }
}

async fn pieces(bus: &Bus<Sqlite>, of: &str) -> u64 {
    bus.find::<Sales>(&till(of)).await.unwrap().unwrap().pieces
}

fn rebuild<P: Projection>(bus: &Bus<Sqlite>) -> Option<Rebuild> {
    bus.progress::<P>().unwrap().rebuild
}

#[tokio::test(flavor = "multi_thread")]
async fn tables_of_its_own_are_made_and_filled_anew_once() {
    let store = Store::with(3, "");
    for sold in 3..6 {
        let bus = Bus::open(store.file()).await.unwrap();
        bus.caught_up().await.unwrap();
        assert_eq!(rebuild::<Counted>(&bus), None);
        let read = bus.store().read(|tables| {
            let sql = "SELECT dozens FROM counted_v2 ORDER BY till";
            tables.query(sql, (), |row| row.get(0))
        });
        let counted: Vec<u64> = read.await.unwrap();
        assert_eq!(counted, [12 * sold, 36]);
        bus.dispatch(sell("a")).await.unwrap();
        bus.close().await.unwrap();
        bus.store().clone().close().await;
    }
}

/// The earlier program lets the key wait of which it cannot read an event; and this one, which can, does not.
#[tokio::test(flavor = "multi_thread")]
async fn what_an_earlier_program_could_not_read_is_folded_by_the_later_one() {
    let store = Store::with(1, "");
    let only_writes = store.file().open().await.unwrap();
    for (till, schema, text) in [
        ("c", 1, "one"),
        ("c", 2, "two"),
        ("c", 1, "three"),
        ("d", 1, "d"),
    ] {
        only_writes.commit(note(till, schema, text)).await.unwrap();
    }
    only_writes
        .commit(note("e", 3, "of a program to come"))
        .await
        .unwrap();
    only_writes.close().await;
    store.before(0, "");
    let file = store.file().open().await.unwrap();
    let waits = Table {
        projection: Name::from_static("notes~parked"),
        version: 1,
    };
    let waiting = file.count(&waits, &[]).await.unwrap();
    assert_eq!(waiting, 3, "two of one till, and the one of another");
    file.close().await;

    let bus = Bus::open(store.file()).await.unwrap();
    bus.caught_up().await.unwrap();
    let parked = bus.parked::<Notes>().unwrap();
    let parked: Vec<&str> = parked.iter().map(|it| it.key.as_str()).collect();
    assert_eq!(
        parked,
        ["e"],
        "of a version that this program does not know either"
    );
    for (of, texts) in [("c", &["one", "two", "three"][..]), ("d", &["d"])] {
        let notes = bus.find::<Notes>(&till(of)).await.unwrap().unwrap();
        assert_eq!(notes.texts, texts);
    }

    let retries = bus.store().checkpoint(&waits).await.unwrap();
    assert_eq!(retries.get(), 1, "the one key, and not the other in vain");
    bus.close().await.unwrap();
    bus.store().clone().close().await;
    let again = Bus::open(store.file()).await.unwrap();
    again.caught_up().await.unwrap();
    assert_eq!(again.store().checkpoint(&waits).await.unwrap(), retries);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_rows_of_before_are_read_until_the_new_ones_are_whole() {
    let gate = Gate::close("same");
    let store = Store::with(3, "same");
    let bus = Bus::open(store.file()).await.unwrap();
    let reader = Bus::builder(store.file()).without_projections();
    let reader = reader.open().await.unwrap();
    let mut watch = bus.watch(Total).unwrap();

    let rebuilding = rebuild::<Sales>(&bus).unwrap();
    assert_eq!((rebuilding.former, rebuilding.is_readable), (1, true));
    let receipt = bus.dispatch(sell("a")).await.unwrap();
    for bus in [&bus, &reader] {
        assert_eq!(pieces(bus, "a").await, 3, "as the earlier program left it");
        assert_eq!(bus.query(Total).await.unwrap(), [3, 3]);
    }
    let shown = watch.next().await.unwrap();
    assert_eq!(shown, [3, 3]);
    let half = bus.find::<Sales>(&till("a")).as_it_is().await.unwrap();
    assert_eq!(half, None, "nothing is folded yet");
    let lag = bus.lag::<Sales>().await.unwrap();
    assert_eq!(lag.events, 1, "of the rows that are read");

    gate.open();
    let whole = bus.find::<Sales>(&till("a")).after(&receipt).await.unwrap();
    assert_eq!(whole.unwrap().pieces, 48);
    assert_eq!(watch.next_other(&shown).await.unwrap(), [36, 48]);
    assert_eq!(rebuild::<Sales>(&bus), None);
    assert_eq!(bus.lag::<Sales>().await.unwrap().events, 0);
    for bus in [&bus, &reader] {
        assert_eq!(pieces(bus, "b").await, 36);
        assert_eq!(bus.query(Total).await.unwrap(), [36, 48]);
    }
}

#[tokio::test]
async fn whoever_has_waited_is_shown_the_new_rows() {
    for writes in [false, true] {
        let store = Store::with(3, "");
        let bus = Bus::open(store.file()).await.unwrap();
        if writes {
            let receipt = bus.dispatch(sell("b")).await.unwrap();
            let row = bus.find::<Pieces>(&till("b")).after(&receipt).await;
            assert_eq!(row.unwrap().unwrap().pieces, 48);
        }
        bus.caught_up().await.unwrap();
        let row = bus.find::<Pieces>(&till("a")).await.unwrap().unwrap();
        assert_eq!(row.pieces, 36, "folded within commits");
        let row = bus.find::<Shares>(&till("a")).await.unwrap().unwrap();
        assert_eq!(row.dozens, 36, "of another shape");
        assert_eq!(pieces(&bus, "a").await, 36, "folded behind");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_of_another_shape_are_not_read_and_whoever_reads_is_told() {
    let gate = Gate::close("other");
    let store = Store::with(2, "other");
    let bus = Bus::open(store.file()).await.unwrap();
    let reader = Bus::builder(store.file()).without_projections();
    let reader = reader.open().await.unwrap();

    let rebuilding = rebuild::<Receipts>(&bus).unwrap();
    assert_eq!((rebuilding.former, rebuilding.is_readable), (1, false));
    for bus in [&bus, &reader] {
        let error = bus.find::<Receipts>(&till("a")).await.unwrap_err();
        assert!(
            matches!(
                error,
                ReadError::Rebuilding {
                    former: 1,
                    projection: "receipts"
                }
            ),
            "{error:?}"
        );
        let half = bus.find::<Receipts>(&till("a")).as_it_is().await.unwrap();
        assert!(half.is_none());
    }

    gate.open();
    bus.caught_up().await.unwrap();
    for bus in [&bus, &reader] {
        let row = bus.find::<Receipts>(&till("a")).await.unwrap().unwrap();
        assert_eq!(row.of, [1, 1]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_projection_that_was_not_there_before_is_read_as_far_as_it_is() {
    let store = Store::with(2, "");
    let bus = Bus::open(store.file()).await.unwrap();
    assert_eq!(rebuild::<Largest>(&bus), None);
    bus.value::<Largest>().await.unwrap();
    bus.caught_up().await.unwrap();
    assert_eq!(bus.value::<Largest>().await.unwrap().pieces, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rebuild_that_was_broken_off_goes_on_and_what_was_whole_stays_so() {
    let gate = Gate::close("broken");
    let store = Store::with(3, "broken");
    let bus = Bus::open(store.file()).await.unwrap();
    assert_eq!(pieces(&bus, "b").await, 3);
    drop(bus);
    gate.open();
    let bus = Bus::open(store.file()).await.unwrap();
    bus.caught_up().await.unwrap();
    assert_eq!(pieces(&bus, "b").await, 36);
    bus.close().await.unwrap();
    bus.store().clone().close().await;

    // nobody folds anything, and yet the new rows are read
    let reader = Bus::builder(store.file()).without_projections();
    let reader = reader.open().await.unwrap();
    assert_eq!(pieces(&reader, "b").await, 36);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_earlier_program_goes_on_with_its_own_rows() {
    let store = Store::with(2, "");
    let bus = Bus::open(store.file()).await.unwrap();
    bus.caught_up().await.unwrap();
    assert_eq!(store.before(3, ""), "5 5", "beside the later program");
    bus.caught_up().await.unwrap();
    assert_eq!(pieces(&bus, "a").await, 60);
    bus.close().await.unwrap();
    bus.store().clone().close().await;
    assert_eq!(store.before(1, ""), "6 6", "after it");

    let bus = Bus::open(store.file()).await.unwrap();
    bus.caught_up().await.unwrap();
    assert_eq!(pieces(&bus, "a").await, 72);
}

#[test]
fn a_rebuild_that_is_killed_never_shows_anything_half() {
    const SOLD: u64 = 2_000;
    let (mut killed, mut random) = (0, 0x2545_f491_4f6c_dd1d_u64);
    let folder = tempfile::tempdir().unwrap();
    let store = Store::with(SOLD, "");
    for round in 0..4 {
        let copy = folder.path().join(round.to_string());
        std::fs::copy(&store.path, &copy).unwrap();
        let after = || {
            let mut command = Command::new(env!("CARGO_BIN_EXE_rebuild-after"));
            command.arg(&copy).arg(SOLD.to_string());
            command
        };
        for _ in 0..10 {
            random ^= random << 13;
            random ^= random >> 7;
            random ^= random << 17;
            let mut child = after().spawn().unwrap();
            std::thread::sleep(Duration::from_millis(random % 60));
            child.kill().unwrap(); // SIGKILL
            let ended = child.wait().unwrap();
            assert_ne!(ended.code(), Some(1), "it saw something half");
            killed += u32::from(ended.code().is_none());
        }
        assert!(after().status().unwrap().success());
    }
    assert!(killed > 0, "none was killed in the middle");
}
