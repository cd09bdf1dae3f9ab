//! SIGKILL while a projection writes to tables of its own: its effect and its checkpoint stand and fall together.

use crate::{child, given::new_file};
use cqrs_core::Position;
use cqrs_core::log::LogFilter;
use cqrs_core::prelude::*;
use cqrs_core::store::{LogQuery, Table};
use cqrs_sqlite::{Sqlite, SqliteError, Transaction};
use std::path::Path;
use std::time::{Duration, Instant};

#[commands("till", till: u64)]
enum TillCommand {
    Take { cents: u64 },
}

#[events("till")]
enum TillEvent {
    Taken { cents: u64 },
}

#[derive(Aggregate, Default)]
#[aggregate("till", id = u64)]
struct Till;

#[handle]
impl Till {
    fn take(&self, command: &Take) -> Taken {
        let cents = command.cents;
        Taken { cents }
    }
}

#[apply]
impl Till {
    fn taken(&mut self, _: &Taken) {}
}

#[derive(Projection)]
#[projection("takings", tables = Transaction)]
struct Takings;

#[project]
impl Takings {
    fn tables(tables: &Transaction) -> Result<(), SqliteError> {
        tables.execute_batch(
            "CREATE TABLE takings (till INTEGER PRIMARY KEY, cents INTEGER NOT NULL);
             CREATE TABLE notes (position INTEGER NOT NULL, cents INTEGER NOT NULL)",
        )
    }
    fn taken(
        tables: &Transaction,
        event: &Taken,
        at: &Recorded,
        till: &u64,
    ) -> Result<(), SqliteError> {
        let cents = event.cents;
        let position = at.position.get();
        tables.execute("INSERT INTO notes VALUES (?, ?)", (position, cents))?;
        tables.execute(
            "INSERT INTO takings VALUES (?1, ?2) ON CONFLICT DO UPDATE SET cents = cents + ?2",
            (*till, cents),
        )?;
        Ok(())
    }
}

/// FILE: takes in at eight tills, for ever.
pub fn take(arguments: &[String]) {
    let [file] = arguments else {
        panic!("{arguments:?}");
    };
    runtime().block_on(async {
        let bus = Bus::open(Sqlite::at(file)).await.unwrap();
        let mut all = Vec::new();
        for till in 0..8 {
            let bus = bus.clone();
            all.push(tokio::spawn(async move {
                for cents in 1.. {
                    bus.dispatch(Take { till, cents }).await.unwrap();
                }
            }));
        }
        for task in all {
            task.await.unwrap();
        }
    });
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap()
}

pub fn killed() {
    let file = new_file();
    let name = file.to_str().unwrap();
    let mut random = 0x9e37_79b9_7f4a_7c15_u64;
    let (mut before, mut behind) = (0, 0);
    for _ in 0..40 {
        // two processes, that run the projection both
        let mut children = [(); 2].map(|()| child("take", &[name]).spawn().unwrap());
        let begun = Instant::now();
        while runtime().block_on(head(&file)) <= before {
            let patience = begun.elapsed() < Duration::from_mins(1);
            assert!(patience, "the children do not begin");
        }
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        std::thread::sleep(Duration::from_micros(random % 60_000));
        for child in &mut children {
            child.kill().unwrap();
        }
        for child in &mut children {
            child.wait().unwrap();
        }
        let (head, reached) = runtime().block_on(agree(&file));
        behind += usize::from(reached < head);
        before = head;
    }
    println!("40 kills; {before} events, {behind} times some were not yet in the tables");
    assert!(behind > 0, "no kill hit the projection at work");
    runtime().block_on(async {
        let bus = Bus::open(Sqlite::at(&file)).await.unwrap();
        bus.caught_up().await.unwrap();
        bus.store().clone().close().await;
        let (head, reached) = agree(&file).await;
        assert_eq!(head, reached);
    });
}

async fn head(file: &Path) -> u64 {
    match Sqlite::at(file).open().await {
        Ok(store) => EventStore::head(&store).await.map_or(0, Position::get),
        Err(_) => 0,
    }
}

/// The tables hold the events up to the checkpoint, each once, and no other.
async fn agree(file: &Path) -> (u64, u64) {
    let store = Sqlite::at(file).open().await.unwrap();
    let reached = store.checkpoint(&Table::of::<Takings>()).await.unwrap();
    let page = store.log(LogQuery {
        after: Position::ZERO,
        through: Some(reached),
        filter: LogFilter::all(),
        limit: usize::MAX,
    });
    let happened: Vec<(u64, u64)> = page
        .await
        .unwrap()
        .events
        .iter()
        .map(|event| {
            let position = event.recorded().position.get();
            (position, event.decode::<Taken>().unwrap().cents)
        })
        .collect();
    let read = store.read(|tables| {
        let notes = tables.query("SELECT * FROM notes ORDER BY position", (), |row| {
            Ok((row.get(0)?, row.get(1)?))
        })?;
        let sum = "SELECT coalesce(sum(cents), 0) FROM takings";
        let sum = tables.query_row(sum, (), |row| row.get(0))?;
        Ok((notes, sum.unwrap_or(0)))
    });
    let (notes, sum): (Vec<(u64, u64)>, u64) = read.await.unwrap();
    assert_eq!(notes, happened, "{} at {reached}", Takings::NAME);
    assert_eq!(sum, happened.iter().map(|(_, cents)| cents).sum::<u64>());
    let head = EventStore::head(&store).await.unwrap();
    store.close().await;
    (head.get(), reached.get())
}
