//! What cannot be folded waits, says so, and resumes; the rest goes on.

#![allow(
    clippy::float_cmp,
    reason = "the sums are of small whole numbers, which are exact"
)]

use cqrs_core::Position;
use cqrs_core::prelude::*;
use cqrs_core::projection::State;
use cqrs_core::store::{Batch, EventStore, RowData, RowWrite, StoreError, StoredRow, Table};
use cqrs_tests::forward;
use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::sync::{Arc, LazyLock, Mutex};
use std::time::Duration;
use tokio::time::timeout;

/// What the projections below cannot fold at the moment, by the test's own prefix.
static BROKEN: LazyLock<Mutex<HashSet<String>>> = LazyLock::new(Mutex::default);

fn breaks(what: &str) {
    BROKEN.lock().unwrap().insert(what.to_owned());
}

fn is_mended(what: &str) {
    BROKEN.lock().unwrap().remove(what);
}

fn is_broken(what: &str) -> bool {
    BROKEN.lock().unwrap().contains(what)
}

#[commands("tank", tank: String)]
enum TankCommand {
    Fill { litres: f64 },
    Pour { into: String, litres: f64 },
}

#[events("tank")]
enum TankEvent {
    Filled { litres: f64 },
    Poured { into: String, litres: f64 },
}

#[derive(Aggregate, Default)]
#[aggregate("tank", id = String)]
struct Tank;

#[handle]
impl Tank {
    fn fill(&self, command: &Fill) -> Filled {
        Filled {
            litres: command.litres,
        }
    }
    fn pour(&self, command: &Pour) -> [Poured; 2] {
        let half = || Poured {
            into: command.into.clone(),
            litres: command.litres / 2.0,
        };
        [half(), half()]
    }
}

#[apply]
impl Tank {
    fn filled(&mut self, _: &Filled) {}
    fn poured(&mut self, _: &Poured) {}
}

/// What is in each tank: methods of every shape.
#[derive(Projection, Default, Serialize, Deserialize, Debug, PartialEq)]
#[projection("levels", key = String)]
struct Level {
    litres: f64,
    pours: u32,
}

#[project]
impl Level {
    fn filled(&mut self, event: &Filled, at: &Recorded) -> Result<(), String> {
        if is_broken(at.stream.id()) {
            return Err(format!("the gauge of {} is broken", at.stream.id()));
        }
        self.litres += event.litres;
        Ok(())
    }
    fn poured(rows: &mut RowsMut<'_, Self>, event: &Poured, at: &Recorded) {
        let from = at.stream.id().to_owned();
        rows.change(&from, |row| {
            row.litres -= event.litres;
            row.pours += 1;
        });
        rows.change(&event.into, |row| {
            row.litres += event.litres; // half done when it panics
            assert!(
                !is_broken(&event.into),
                "the gauge of {} is broken",
                event.into
            );
        });
    }
}

#[derive(Query)]
struct Levels;

#[answer]
impl Level {
    async fn levels(rows: &Rows<Self>, _: &Levels) -> Result<Vec<f64>, ReadError> {
        let all = rows.all().await?;
        Ok(all.iter().map(|row| row.litres).collect())
    }
}

/// All there is.
#[derive(Projection, Default, Serialize, Deserialize, Debug, PartialEq)]
#[projection("volume")]
struct Volume {
    litres: f64,
}

#[project]
impl Volume {
    fn filled(&mut self, event: &Filled, at: &Recorded) {
        assert!(
            !is_broken(&format!("volume of {}", at.stream.id())),
            "it does not count"
        );
        self.litres += event.litres;
    }
}

async fn bus() -> Bus<Memory> {
    Bus::open(Memory::new()).await.unwrap()
}

async fn fill<S: EventStore>(bus: &Bus<S>, tank: &str, litres: f64) -> Receipt {
    let tank = tank.to_owned();
    bus.dispatch(Fill { tank, litres }).await.unwrap()
}

async fn pour(bus: &Bus<Memory>, tank: &str, into: &str, litres: f64) -> Receipt {
    let (tank, into) = (tank.to_owned(), into.to_owned());
    bus.dispatch(Pour { tank, into, litres }).await.unwrap()
}

async fn level<S: EventStore>(bus: &Bus<S>, tank: &str) -> Result<f64, ReadError> {
    let row = bus.find::<Level>(&tank.to_owned()).await?;
    Ok(row.map_or(0.0, |row| row.litres))
}

fn is_parked(read: Result<impl std::fmt::Debug, ReadError>, of: &str) -> String {
    match read.unwrap_err() {
        ReadError::Parked { key, reason, .. } if key == of => reason.to_string(),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_key_waits_and_the_others_go_on() {
    let bus = bus().await;
    fill(&bus, "k1", 10.0).await;
    fill(&bus, "k2", 10.0).await;
    bus.caught_up().await.unwrap();
    breaks("k1");
    let failed = fill(&bus, "k1", 1.0).await;
    let later = fill(&bus, "k1", 2.0).await;
    let other = fill(&bus, "k2", 5.0).await;

    // whoever waits for what waits is told, at once
    let (k1, k2) = ("k1".to_owned(), "k2".to_owned());
    for receipt in [&failed, &later] {
        let reason = is_parked(bus.find::<Level>(&k1).after(receipt).await, "k1");
        assert_eq!(reason, "the gauge of k1 is broken");
        is_parked(bus.find::<Level>(&k2).after(receipt).await, "k1");
    }
    let waited = bus
        .dispatch(Fill {
            tank: "k1".into(),
            litres: 4.0,
        })
        .wait_for::<Level>()
        .await
        .unwrap_err();
    let DispatchError::NotShown { source, .. } = waited else {
        panic!("{waited:?}")
    };
    is_parked(Err::<(), _>(source), "k1");

    // and so is who reads the key, unless what is there will do
    is_parked(level(&bus, "k1").await, "k1");
    let stale = bus.find::<Level>(&k1).as_it_is().await.unwrap();
    assert_eq!(stale.unwrap().litres, 10.0);

    // all others go on
    let row = bus.find::<Level>(&k2).after(&other).await.unwrap();
    assert_eq!(row.unwrap().litres, 15.0);
    let progress = bus.progress::<Level>().unwrap();
    assert_eq!((progress.state, progress.parked), (State::Running, 1));
    let parked = bus.parked::<Level>().unwrap();
    assert_eq!(parked.len(), 1);
    assert_eq!((&*parked[0].key, &*parked[0].event), ("k1", "tank.filled"));
    assert_eq!((parked[0].at, parked[0].waiting), (failed.position, 3));

    // a retry before it is mended changes nothing
    is_parked(bus.retry::<Level>().await, "k1");
    assert_eq!(bus.parked::<Level>().unwrap(), parked);

    is_mended("k1");
    bus.retry::<Level>().await.unwrap();
    assert_eq!(level(&bus, "k1").await.unwrap(), 17.0);
    assert_eq!(bus.parked::<Level>().unwrap(), []);
    assert_eq!(bus.progress::<Level>().unwrap().parked, 0);
    bus.find::<Level>(&"k1".to_owned())
        .after(&later)
        .await
        .unwrap();
}

#[tokio::test]
async fn of_an_event_for_two_rows_one_may_wait_and_the_other_not() {
    let bus = bus().await;
    fill(&bus, "from", 10.0).await;
    fill(&bus, "into", 1.0).await;
    bus.caught_up().await.unwrap();
    breaks("into");
    let receipt = pour(&bus, "from", "into", 4.0).await;
    pour(&bus, "from", "else", 2.0).await;
    bus.caught_up().await.unwrap();
    assert_eq!(level(&bus, "from").await.unwrap(), 4.0);
    assert_eq!(level(&bus, "else").await.unwrap(), 2.0);
    is_parked(level(&bus, "into").await, "into");
    let stale = bus.find::<Level>(&"into".to_owned()).as_it_is().await;
    assert_eq!(
        stale.unwrap().unwrap().litres,
        1.0,
        "the panic left nothing half done"
    );
    let from = "from".to_owned();
    is_parked(bus.find::<Level>(&from).after(&receipt).await, "into");

    is_mended("into");
    bus.retry::<Level>().await.unwrap();
    assert_eq!(level(&bus, "into").await.unwrap(), 5.0);
    let from = bus.find::<Level>(&from).await.unwrap();
    assert_eq!(
        from,
        Some(Level {
            litres: 4.0,
            pours: 4
        }),
        "what was folded is not folded again"
    );
}

#[tokio::test]
async fn what_waits_is_still_there_after_a_restart() {
    let store = Memory::new();
    let bus = Bus::open(store.clone()).await.unwrap();
    breaks("r1");
    let failed = fill(&bus, "r1", 1.0).await;
    fill(&bus, "r2", 1.0).await;
    bus.close().await.unwrap();
    drop(bus);

    is_mended("r1");
    let bus = Bus::open(store.clone()).await.unwrap();
    fill(&bus, "r1", 2.0).await;
    bus.caught_up().await.unwrap();
    let reason = is_parked(level(&bus, "r1").await, "r1");
    assert_eq!(reason, "the gauge of r1 is broken");
    let parked = bus.parked::<Level>().unwrap();
    assert_eq!((parked[0].at, parked[0].waiting), (failed.position, 2));
    bus.retry::<Level>().await.unwrap();
    assert_eq!(level(&bus, "r1").await.unwrap(), 3.0);
    drop(bus);

    let bus = Bus::open(store).await.unwrap();
    assert_eq!(bus.parked::<Level>().unwrap(), []);
    fill(&bus, "r1", 1.0).await;
    bus.caught_up().await.unwrap();
    assert_eq!(level(&bus, "r1").await.unwrap(), 4.0);
}

#[tokio::test]
async fn whoever_watches_is_told_of_what_was_retried() {
    let bus = bus().await;
    breaks("s1");
    fill(&bus, "s1", 1.0).await;
    fill(&bus, "s2", 2.0).await;
    bus.caught_up().await.unwrap();
    let mut watch = bus.watch(Levels).unwrap();
    assert_eq!(watch.next().await.unwrap(), [2.0]);
    is_mended("s1");
    bus.retry::<Level>().await.unwrap();
    let told = timeout(Duration::from_secs(10), watch.next()).await;
    assert_eq!(told.expect("it is told").unwrap(), [1.0, 2.0]);
}

#[tokio::test]
async fn several_keys_are_retried_after_a_restart() {
    let store = Memory::new();
    let bus = Bus::open(store.clone()).await.unwrap();
    let tanks = ["t1", "t2", "t3"];
    for tank in tanks {
        breaks(tank);
        fill(&bus, tank, 1.0).await;
    }
    bus.close().await.unwrap();
    for tank in tanks {
        is_mended(tank);
    }
    let bus = Bus::open(store).await.unwrap();
    bus.retry::<Level>().await.unwrap();
    for tank in tanks {
        assert_eq!(level(&bus, tank).await.unwrap(), 1.0);
    }
}

/// A store of which the next read of rows by their keys fails, if that is said.
#[derive(Clone, Default)]
struct Failing {
    store: Memory,
    fails: Arc<AtomicBool>,
}

impl EventStore for Failing {
    async fn rows_of(
        &self,
        table: &Table,
        keys: &[String],
    ) -> Result<Vec<Option<StoredRow>>, StoreError> {
        if self.fails.swap(false, SeqCst) {
            return Err(StoreError::Overloaded);
        }
        self.store.rows_of(table, keys).await
    }

    forward!(store: keeping commit stream log head grown command rows count checkpoint snapshot queued timers_due identity);
}

#[tokio::test]
async fn what_could_not_be_retried_since_the_store_failed_waits_on() {
    let store = Failing::default();
    let bus = Bus::open(store.clone()).await.unwrap();
    breaks("f1");
    fill(&bus, "f1", 1.0).await;
    bus.caught_up().await.unwrap();
    is_mended("f1");
    store.fails.store(true, SeqCst);
    let error = bus.retry::<Level>().await.unwrap_err();
    assert!(matches!(error, ReadError::Store(_)), "{error:?}");
    fill(&bus, "f1", 2.0).await;
    bus.caught_up().await.unwrap();
    is_parked(level(&bus, "f1").await, "f1");
    assert_eq!(bus.parked::<Level>().unwrap()[0].waiting, 2);
    bus.retry::<Level>().await.unwrap();
    assert_eq!(level(&bus, "f1").await.unwrap(), 3.0);
}

#[tokio::test]
async fn another_process_sees_what_was_retried() {
    let store = Memory::new();
    let one = Bus::open(store.clone()).await.unwrap();
    let two = Bus::open(store.clone()).await.unwrap();
    breaks("p1");
    fill(&one, "p1", 1.0).await;
    for bus in [&one, &two] {
        bus.caught_up().await.unwrap();
        is_parked(level(bus, "p1").await, "p1");
    }
    is_mended("p1");
    one.retry::<Level>().await.unwrap();
    // whichever of the two folds them, these events count once
    for n in 0..50 {
        let bus = if n % 2 == 0 { &one } else { &two };
        fill(bus, "p1", 1.0).await;
    }
    for bus in [&one, &two] {
        bus.caught_up().await.unwrap();
        assert_eq!(level(bus, "p1").await.unwrap(), 51.0);
        assert_eq!(bus.parked::<Level>().unwrap(), []);
    }
}

/// Where a tank was poured into, in a row, which can be looked for.
#[derive(Projection, Default, Serialize, Deserialize, Debug, PartialEq)]
#[projection("ways", key = String)]
struct Way {
    #[index]
    text: String,
}

#[project]
impl Way {
    fn poured(&mut self, event: &Poured) {
        self.text.push_str(&event.into);
    }
}

#[tokio::test]
async fn a_row_whose_index_is_too_large_waits_from_the_event_on_that_made_it_so() {
    let bus = bus().await;
    let pour = async |into: String| {
        let (tank, litres) = ("w1".to_owned(), 2.0);
        let pour = Pour { tank, into, litres };
        bus.dispatch(pour).await.unwrap()
    };
    pour("x".repeat(512)).await; // which records two events, and so fills the index
    let too_much = pour("y".to_owned()).await;
    bus.caught_up().await.unwrap();
    let parked = bus.parked::<Way>().unwrap();
    assert_eq!(parked.len(), 1);
    let first = Position::from(too_much.position.get() - 1);
    assert_eq!(
        (&*parked[0].key, parked[0].at, parked[0].waiting),
        ("w1", first, 2)
    );
    let reason = "the row cannot be written: the bytes of an indexed value are 1025, at most 1024 are allowed";
    assert!(parked[0].reason.contains(reason), "{}", parked[0].reason);
    let stale = bus.find::<Way>(&"w1".to_owned()).as_it_is().await;
    assert_eq!(stale.unwrap().unwrap().text, "x".repeat(1_024));
}

#[tokio::test]
async fn a_key_that_is_too_long_waits_and_all_others_go_on() {
    for length in [257, 5_001, 524_258] {
        let store = Memory::new();
        let bus = Bus::open(store.clone()).await.unwrap();
        pour(&bus, "k1", &"ü".repeat(length), 2.0).await;
        let last = fill(&bus, "k2", 1.0).await;
        bus.caught_up().await.unwrap();
        let from = bus.find::<Level>(&"k1".to_owned()).await.unwrap().unwrap();
        assert_eq!((from.litres, from.pours), (-2.0, 2));
        let other = bus.find::<Level>(&"k2".to_owned()).after(&last).await;
        assert_eq!(other.unwrap().unwrap().litres, 1.0);
        let parked = bus.parked::<Level>().unwrap();
        assert_eq!((parked.len(), parked[0].waiting), (1, 2));
        let reason = format!("has {} bytes, at most 512 are allowed", 2 * length);
        assert!(parked[0].reason.contains(&reason), "{}", parked[0].reason);
        bus.close().await.unwrap();
        let again = Bus::open(store).await.unwrap();
        let parked = again.parked::<Level>().unwrap();
        assert_eq!((parked.len(), parked[0].waiting), (1, 2), "it waits on");
    }
}

#[tokio::test]
async fn a_row_that_cannot_be_written_waits_from_the_event_on_that_made_it_so() {
    let bus = bus().await;
    let tanks = || (0..40).map(|n| format!("n{n}"));
    for tank in tanks() {
        fill(&bus, &tank, 1.0).await;
    }
    fill(&bus, "n7", f64::MAX).await;
    let overflows = fill(&bus, "n7", f64::MAX).await; // the sum is no number that JSON can hold
    fill(&bus, "n7", 1.0).await;
    // the sum of all, which is one value, stops there
    let stopped = bus.caught_up().await.unwrap_err();
    assert!(
        matches!(&stopped, ReadError::Stopped { projection: "volume", at, .. } if *at == overflows.position),
        "{stopped:?}"
    );
    let parked = bus.parked::<Level>().unwrap();
    assert_eq!(parked.len(), 1);
    assert_eq!(
        (&*parked[0].key, parked[0].at, parked[0].waiting),
        ("n7", overflows.position, 2)
    );
    assert!(
        parked[0].reason.contains("cannot be written"),
        "{}",
        parked[0].reason
    );
    let stale = bus.find::<Level>(&"n7".to_owned()).as_it_is().await;
    assert_eq!(stale.unwrap().unwrap().litres, f64::MAX);
    for tank in tanks().filter(|tank| tank != "n7") {
        assert_eq!(level(&bus, &tank).await.unwrap(), 1.0);
    }
}

#[tokio::test]
async fn a_row_that_cannot_be_read_waits_as_it_is() {
    let store = Memory::new();
    let bus = Bus::open(store.clone()).await.unwrap();
    fill(&bus, "u0", 1.0).await;
    bus.close().await.unwrap();
    let broken = RowWrite {
        table: Table::of::<Level>(),
        key: "u1".into(),
        row: Some(RowData {
            data: cqrs_core::log::Data::from_bytes(*b"{}"),
            index: Vec::new(),
        }),
    };
    let mut batch = Batch::default();
    batch.rows.push(broken.clone());
    store.commit(batch).await.unwrap();
    let bus = Bus::open(store.clone()).await.unwrap();
    fill(&bus, "u1", 1.0).await;
    let receipt = fill(&bus, "u2", 1.0).await;
    let row = bus.find::<Level>(&"u2".to_owned()).after(&receipt).await;
    assert_eq!(row.unwrap().unwrap().litres, 1.0);
    let reason = is_parked(level(&bus, "u1").await, "u1");
    assert!(reason.contains("does not decode"), "{reason}");

    // someone mends the row by hand
    let mut batch = Batch::default();
    batch.rows.push(RowWrite {
        row: None,
        ..broken
    });
    store.commit(batch).await.unwrap();
    bus.retry::<Level>().await.unwrap();
    assert_eq!(level(&bus, "u1").await.unwrap(), 1.0);
}

#[tokio::test]
async fn one_value_stops_whole_and_goes_on_from_there() {
    let bus = bus().await;
    fill(&bus, "v1", 1.0).await;
    bus.caught_up().await.unwrap();
    breaks("volume of v2");
    let failed = fill(&bus, "v2", 2.0).await;
    fill(&bus, "v3", 4.0).await;
    let error = bus.value::<Volume>().after(&failed).await.unwrap_err();
    assert!(
        matches!(&error, ReadError::Stopped { at, .. } if *at == failed.position),
        "{error:?}"
    );
    // a read that waits for nothing says so too, unless what is there will do
    let error = bus.value::<Volume>().await.unwrap_err();
    assert!(error.to_string().contains("it does not count"), "{error}");
    assert_eq!(bus.value::<Volume>().as_it_is().await.unwrap().litres, 1.0);
    let error = bus.retry::<Volume>().await.unwrap_err();
    assert!(matches!(error, ReadError::Stopped { .. }), "{error:?}");

    is_mended("volume of v2");
    bus.retry::<Volume>().await.unwrap();
    bus.caught_up().await.unwrap();
    assert_eq!(bus.value::<Volume>().await.unwrap().litres, 7.0);
}

#[tokio::test]
async fn a_long_queue_of_waiting_events_is_retried_whole() {
    let store = Memory::new();
    let bus = Bus::builder(store.clone())
        .wait_timeout(Duration::from_mins(1))
        .open()
        .await
        .unwrap();
    breaks("q1");
    for _ in 0..2_500 {
        fill(&bus, "q1", 1.0).await;
    }
    bus.caught_up().await.unwrap();
    assert_eq!(bus.parked::<Level>().unwrap()[0].waiting, 2_500);
    is_mended("q1");
    bus.retry::<Level>().await.unwrap();
    assert_eq!(level(&bus, "q1").await.unwrap(), 2_500.0);
    assert_eq!(bus.parked::<Level>().unwrap(), []);
}
