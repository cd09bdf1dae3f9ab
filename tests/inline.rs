//! Projections that are folded within the commits that append their events.

use cqrs_core::prelude::*;
use cqrs_core::projection::State;
use cqrs_core::store::{EventStore, Table};
use cqrs_core::{OpenError, Position, ReadError};
use cqrs_sqlite::Sqlite;
use cqrs_tests::forward;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};

#[commands("shelf", shelf: String)]
enum ShelfCommand {
    Add { pieces: u64 },
    Take { pieces: u64 },
}

#[events("shelf")]
enum ShelfEvent {
    Added { pieces: u64 },
    Taken { pieces: u64 },
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
    fn take(&self, command: &Take) -> Taken {
        let pieces = command.pieces;
        Taken { pieces }
    }
}

#[apply]
impl Shelf {
    fn added(&mut self, _: &Added) {}
    fn taken(&mut self, _: &Taken) {}
}

#[derive(Projection, Debug, Default, PartialEq, Serialize, Deserialize)]
#[projection("stock", key = String, inline)]
struct Stock {
    #[index]
    pieces: u64,
}

static MENDED: AtomicBool = AtomicBool::new(false);

#[project]
impl Stock {
    fn added(&mut self, event: &Added) {
        self.pieces += event.pieces;
    }
    fn taken(&mut self, event: &Taken) -> Result<(), String> {
        let left = self.pieces.checked_sub(event.pieces);
        match left {
            Some(left) => self.pieces = left,
            None if MENDED.load(SeqCst) => self.pieces = 0,
            None => return Err("more was taken than was there".to_owned()),
        }
        Ok(())
    }
}

#[derive(Projection, Debug, Default, PartialEq, Serialize, Deserialize)]
#[projection("all_stock", inline)]
struct AllStock {
    pieces: u64,
}

#[project]
impl AllStock {
    fn added(&mut self, event: &Added) {
        assert!(event.pieces < 1_000_000, "nobody has so much");
        self.pieces += event.pieces;
    }
}

#[derive(Projection, Debug, Default, PartialEq, Serialize, Deserialize)]
#[projection("arrivals")]
struct Arrivals {
    count: u64,
}

#[project]
impl Arrivals {
    fn added(&mut self, _: &Added) {
        self.count += 1;
    }
}

fn shelf(name: &str) -> String {
    name.to_owned()
}

fn add(name: &str, pieces: u64) -> Add {
    let shelf = shelf(name);
    Add { shelf, pieces }
}

fn take(name: &str, pieces: u64) -> Take {
    let shelf = shelf(name);
    Take { shelf, pieces }
}

/// A file, and the folder that goes when it is dropped.
fn file() -> (tempfile::TempDir, cqrs_sqlite::SqliteFile) {
    let folder = tempfile::tempdir().unwrap();
    let file = Sqlite::at(folder.path().join("shelf.db"));
    (folder, file)
}

/// What a table says of one key, without a projection that runs.
async fn kept(store: &impl EventStore, key: &str) -> Option<String> {
    let (table, keys) = (Table::of::<Stock>(), [key.to_owned()]);
    let row = store.rows_of(&table, &keys).await.unwrap().remove(0)?;
    Some(String::from_utf8(row.data.as_bytes().unwrap().to_vec()).unwrap())
}

async fn rows_come_with_the_commit<S: EventStore>(store: S) {
    let bus = Bus::open(store).await.unwrap();
    for count in 1..=50 {
        bus.dispatch(add("a", 2)).await.unwrap();
        let row = bus.find::<Stock>(&shelf("a")).await.unwrap().unwrap();
        assert_eq!(row.pieces, 2 * count, "no read waits");
        assert_eq!(bus.value::<AllStock>().await.unwrap().pieces, 2 * count);
    }
    let receipt = bus.dispatch(take("a", 1)).wait_for::<(Stock, Arrivals)>();
    let receipt = receipt.await.unwrap();
    let row = bus.find::<Stock>(&shelf("a")).after(&receipt).await;
    assert_eq!(row.unwrap().unwrap().pieces, 99);
    assert_eq!(bus.value::<Arrivals>().await.unwrap().count, 50);
}

#[tokio::test]
async fn a_row_is_there_once_the_command_is_answered() {
    rows_come_with_the_commit(Memory::new()).await;
    rows_come_with_the_commit(Memory::typed()).await;
    let (_folder, file) = file();
    rows_come_with_the_commit(file.open().await.unwrap()).await;
}

async fn many_at_once<S: EventStore>(store: S) {
    let bus = Bus::open(store).await.unwrap();
    let mut tasks = Vec::new();
    for task in 0..16_u64 {
        let bus = bus.clone();
        tasks.push(tokio::spawn(async move {
            let own = shelf(&task.to_string());
            for count in 1..=40 {
                bus.dispatch(add(&own, 1)).await.unwrap();
                bus.dispatch(add("all", 1)).await.unwrap();
                let row = bus.find::<Stock>(&own).await.unwrap().unwrap();
                assert_eq!(row.pieces, count);
            }
        }));
    }
    for task in tasks {
        task.await.unwrap();
    }
    let row = bus.find::<Stock>(&shelf("all")).await.unwrap().unwrap();
    assert_eq!(row.pieces, 640);
    assert_eq!(bus.value::<AllStock>().await.unwrap().pieces, 1_280);
    bus.caught_up().await.unwrap();
    assert_eq!(bus.value::<Arrivals>().await.unwrap().count, 1_280);
}

#[tokio::test(flavor = "multi_thread")]
async fn many_commands_at_once_count_once_each() {
    many_at_once(Memory::new()).await;
    let (_folder, file) = file();
    many_at_once(file.open().await.unwrap()).await;
}

/// What came without the projection is caught up with, and from then on it is within commits again.
async fn taken_up<S: EventStore + Clone>(store: S, before: u64) {
    let bus = Bus::builder(store.clone()).without_projections();
    let bus = bus.open().await.unwrap();
    for _ in 0..before {
        bus.dispatch(add("a", 1)).await.unwrap();
    }
    assert_eq!(kept(&store, "a").await, None);
    drop(bus);
    let bus = Bus::open(store.clone()).await.unwrap();
    bus.caught_up().await.unwrap();
    assert_eq!(
        kept(&store, "a").await.unwrap(),
        format!("{{\"pieces\":{before}}}")
    );
    bus.dispatch(add("a", 1)).await.unwrap();
    let row = bus.find::<Stock>(&shelf("a")).await.unwrap().unwrap();
    assert_eq!(row.pieces, before + 1);
    drop(bus);

    let idle = Bus::builder(store.clone()).without_projections();
    let idle = idle.open().await.unwrap();
    idle.dispatch(add("a", 1)).await.unwrap();
    assert_eq!(
        kept(&store, "a").await.unwrap(),
        format!("{{\"pieces\":{}}}", before + 1)
    );
    let bus = Bus::open(store.clone()).await.unwrap();
    bus.dispatch(add("a", 1)).await.unwrap();
    let row = bus.find::<Stock>(&shelf("a")).await.unwrap().unwrap();
    assert_eq!(
        row.pieces,
        before + 3,
        "the commit caught up with the one before"
    );
}

#[tokio::test]
async fn what_came_without_it_is_caught_up_with() {
    taken_up(Memory::new(), 30).await;
    taken_up(Memory::new(), 11_000).await;
    let (_folder, file) = file();
    taken_up(file.open().await.unwrap(), 30).await;
}

async fn parks<S: EventStore + Clone>(store: S) {
    let bus = Bus::open(store.clone()).await.unwrap();
    bus.dispatch(add("a", 1)).await.unwrap();
    let receipt = bus.dispatch(take("a", 5)).await.unwrap();
    bus.dispatch(add("b", 3)).await.unwrap();
    assert_eq!(
        bus.find::<Stock>(&shelf("b"))
            .await
            .unwrap()
            .unwrap()
            .pieces,
        3
    );
    let error = bus
        .find::<Stock>(&shelf("a"))
        .after(&receipt)
        .await
        .unwrap_err();
    assert!(matches!(error, ReadError::Parked { .. }), "{error:?}");
    bus.close().await.unwrap();
    drop(bus);
    let before = kept(&store, "a").await;

    let bus = Bus::open(store.clone()).await.unwrap();
    bus.dispatch(add("a", 7)).await.unwrap();
    assert_eq!(kept(&store, "a").await, before, "it waits, whoever commits");
    bus.caught_up().await.unwrap();
    assert_eq!(bus.parked::<Stock>().unwrap()[0].waiting, 2);

    MENDED.store(true, SeqCst);
    bus.retry::<Stock>().await.unwrap();
    assert_eq!(
        bus.find::<Stock>(&shelf("a"))
            .await
            .unwrap()
            .unwrap()
            .pieces,
        7
    );
    bus.dispatch(add("a", 1)).await.unwrap();
    assert_eq!(
        bus.find::<Stock>(&shelf("a"))
            .await
            .unwrap()
            .unwrap()
            .pieces,
        8
    );
    MENDED.store(false, SeqCst);
}

#[tokio::test]
async fn a_key_that_cannot_be_folded_waits_and_the_commit_goes_on() {
    parks(Memory::new()).await;
    let (_folder, file) = file();
    parks(file.open().await.unwrap()).await;
}

async fn stops<S: EventStore>(store: S) {
    let bus = Bus::open(store).await.unwrap();
    bus.dispatch(add("a", 1)).await.unwrap();
    let receipt = bus.dispatch(add("a", 1_000_000)).await.unwrap();
    let error = bus.value::<AllStock>().after(&receipt).await.unwrap_err();
    assert!(matches!(error, ReadError::Stopped { .. }), "{error:?}");
    bus.dispatch(add("a", 1)).await.unwrap();
    assert_eq!(
        bus.find::<Stock>(&shelf("a"))
            .await
            .unwrap()
            .unwrap()
            .pieces,
        1_000_002
    );
    let State::Stopped { at, .. } = bus.progress::<AllStock>().unwrap().state else {
        panic!("it goes on")
    };
    assert_eq!(at, Position::from(2));
    let before = bus.value::<AllStock>().as_it_is().await.unwrap();
    assert_eq!(before.pieces, 1);
}

#[tokio::test]
async fn one_value_that_cannot_be_folded_stops_and_the_commit_goes_on() {
    stops(Memory::new()).await;
    let (_folder, file) = file();
    stops(file.open().await.unwrap()).await;
}

#[tokio::test]
async fn two_buses_on_one_store_count_once() {
    let (_folder, file) = file();
    let store = file.clone().open().await.unwrap();
    let same = [store.clone(), store];
    let other = file.open().await.unwrap();
    let mut buses = Vec::new();
    for store in same.into_iter().chain([other]) {
        buses.push(Bus::open(store).await.unwrap());
    }
    for count in 1..=30 {
        for bus in &buses {
            bus.dispatch(add("a", 1)).await.unwrap();
        }
        let row = buses[0].find::<Stock>(&shelf("a")).await.unwrap().unwrap();
        assert_eq!(row.pieces, 3 * count);
    }
}

/// A store that folds nothing within its commits.
#[derive(Debug)]
struct Plain(Memory);

impl EventStore for Plain {
    forward!(0: commit stream log head grown command rows_of rows count checkpoint snapshot queued timers_due identity);
}

#[tokio::test]
async fn a_store_that_cannot_do_so_is_refused() {
    let error = Bus::open(Plain(Memory::new())).await.unwrap_err();
    assert!(
        matches!(error, OpenError::NotInline { projection, .. } if ["stock", "all_stock"].contains(&projection)),
        "{error:?}"
    );
    let bus = Bus::builder(Plain(Memory::new())).only_projections::<Arrivals>();
    bus.open().await.unwrap();
}
