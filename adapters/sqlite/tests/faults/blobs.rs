//! A disk that fills while a projection writes to tables of its own: they stand where its checkpoint does.

use crate::disk::{make_room, on_a_small_disk};
use crate::traced::blocking;
use cqrs_core::Position;
use cqrs_core::log::LogFilter;
use cqrs_core::prelude::*;
use cqrs_core::projection::State;
use cqrs_core::store::{EventStore, LogQuery};
use cqrs_sqlite::{Sqlite, SqliteError, Transaction};
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::time::{Duration, Instant};

/// How large the disk is.
const ROOM: u64 = 192 << 20;

/// And how much of it is free until there is more.
const FREE: u64 = 12 << 20;

/// More than is kept in memory until the commit: the statement itself writes to the disk.
const LARGE: u64 = 48 << 20;

#[commands("drawer", drawer: u64)]
enum DrawerCommand {
    Put { bytes: u64 },
}

#[events("drawer")]
enum DrawerEvent {
    WasPut { bytes: u64 },
}

#[derive(Aggregate, Default)]
#[aggregate("drawer", id = u64)]
struct Drawer;

#[handle]
impl Drawer {
    fn put(&self, command: &Put) -> WasPut {
        let bytes = command.bytes;
        WasPut { bytes }
    }
}

#[apply]
impl Drawer {
    fn was_put(&mut self, _: &WasPut) {}
}

#[derive(Projection)]
#[projection("blobs", tables = Transaction)]
struct Blobs;

/// How often a statement of the projection failed.
static FAILED: AtomicUsize = AtomicUsize::new(0);

/// And how often because the disk was full.
static FULL: AtomicUsize = AtomicUsize::new(0);

#[project]
impl Blobs {
    fn tables(tables: &Transaction) -> Result<(), SqliteError> {
        tables.execute_batch(
            "CREATE TABLE blobs (position INTEGER PRIMARY KEY, blob BLOB NOT NULL);
             CREATE TABLE blobs_seen (position INTEGER PRIMARY KEY, bytes INTEGER NOT NULL)",
        )
    }
    /// Takes no notice of what fails.
    fn was_put(tables: &Transaction, event: &WasPut, at: &Recorded) {
        let place = (at.position.get(), event.bytes);
        let seen = "INSERT INTO blobs_seen VALUES (?, ?)";
        tables.execute(seen, place).ok();
        let kept = tables.execute("INSERT INTO blobs VALUES (?, zeroblob(?))", place);
        if let Err(error) = kept {
            FAILED.fetch_add(1, SeqCst);
            FULL.fetch_add(usize::from(error.is_full()), SeqCst);
        }
    }
}

pub fn full() {
    on_a_small_disk("fill_tables", ROOM, FREE);
}

/// FILE mounted|limited: lets the projection meet a full disk while others commit, and makes room.
pub fn fill(arguments: &[String]) {
    let [file, how] = arguments else {
        panic!("{arguments:?}");
    };
    let ballast = Path::new(file).with_file_name("ballast");
    if how == "mounted" {
        std::fs::write(&ballast, vec![7; usize::try_from(ROOM - FREE).unwrap()]).unwrap();
    }
    blocking(async {
        let bus = Bus::open(Sqlite::at(file)).await.unwrap();
        let put = async |drawer, bytes| {
            let receipt = bus.dispatch(Put { drawer, bytes }).await?;
            Ok::<_, DispatchError<std::convert::Infallible>>(receipt.position)
        };
        let mut acknowledged = BTreeSet::new();
        for bytes in 0..10 {
            acknowledged.insert(put(0, bytes).await.unwrap());
        }
        bus.caught_up().await.unwrap();
        let large = put(0, LARGE).await.unwrap();
        acknowledged.insert(large);
        let (begun, mut refused) = (Instant::now(), 0);
        while FAILED.load(SeqCst) < 3 {
            let patience = begun.elapsed() < Duration::from_mins(1);
            assert!(patience, "the disk does not fill");
            match put(1, 1).await {
                Ok(position) => drop(acknowledged.insert(position)),
                Err(_) => refused += 1,
            }
            let state = bus.progress::<Blobs>().unwrap().state;
            assert!(matches!(state, State::Running), "its event is not to blame");
            assert!(
                agree(bus.store()).await.1 < large,
                "there is no room for it"
            );
        }
        if how == "mounted" {
            assert!(FULL.load(SeqCst) > 0, "a statement meets the full disk");
        }
        println!(
            "{} acknowledged, {refused} refused on a full disk",
            acknowledged.len()
        );

        make_room(&ballast, how);
        acknowledged.insert(put(2, 1).await.unwrap());
        bus.caught_up().await.unwrap();
        let (events, checkpoint) = agree(bus.store()).await;
        assert_eq!(events.last(), Some(&checkpoint));
        assert!(
            acknowledged.is_subset(&events),
            "what was acknowledged is there"
        );
        assert_eq!(bus.store().check().await.unwrap(), Vec::<String>::new());
        bus.store().clone().close().await;
    });
}

/// Positions and bytes.
type Rows = Vec<(u64, u64)>;

/// The tables hold the events up to the checkpoint, each once, and no other. Answers the events of the log, and the
/// checkpoint.
async fn agree(store: &Sqlite) -> (BTreeSet<Position>, Position) {
    let read = store.read(|tables| {
        let position = "SELECT position FROM cqrs_projections WHERE name = ?";
        let position = tables.query_row(position, [Blobs::NAME], |row| row.get(0))?;
        let row = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?));
        let seen = tables.query("SELECT * FROM blobs_seen ORDER BY position", (), row)?;
        let kept = "SELECT position, length(blob) FROM blobs ORDER BY position";
        let kept = tables.query(kept, (), row)?;
        Ok((position.unwrap_or(0), seen, kept))
    });
    let (checkpoint, seen, kept): (u64, Rows, Rows) = read.await.unwrap();
    let page = store.log(LogQuery {
        after: Position::ZERO,
        through: None,
        filter: LogFilter::all(),
        limit: usize::MAX,
    });
    let events = page.await.unwrap().events;
    let happened: Rows = events
        .iter()
        .map(|event| {
            let position = event.recorded().position.get();
            (position, event.decode::<WasPut>().unwrap().bytes)
        })
        .filter(|(position, _)| *position <= checkpoint)
        .collect();
    assert_eq!(seen, happened, "at {checkpoint}");
    assert_eq!(kept, happened, "at {checkpoint}");
    let positions = events.iter().map(|event| event.recorded().position);
    (positions.collect(), Position::from(checkpoint))
}
