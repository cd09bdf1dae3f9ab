//! The `SQLite` store beside a plain `rusqlite` loop that writes the same rows to the same tables
//! and indexes, for the same number of client tasks: the limit of the disk and of `SQLite`.
//!
//! `cargo bench -p cqrs-benches --bench sqlite [commands|replay|wal|opening|growth] [DIRECTORY]`; the
//! files are made in the directory, the current one unless it is said, since the disk is what is
//! measured. `opening` and `growth` are measured only where they are named: they write files of a
//! million streams, and of ten million events (`EVENTS=3000000`: of so many), some 170 bytes each.

mod bare;
mod growth;
mod wal;

use bare::Bare;
use cqrs_benches::{Account, Deposit, Deposited, Open, Opened, median};
use cqrs_core::log::{CommandId, Data, EventId, Metadata, Name, StreamId, Tags, Tenant};
use cqrs_core::prelude::*;
use cqrs_core::store::{Append, Batch, EventStore, Expect, NewEvent};
use cqrs_sqlite::Sqlite;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

const ROUNDS: usize = 7;
const ROUND: Duration = Duration::from_millis(1_500);
const CLIENTS: [usize; 3] = [1, 16, 64];
/// How many deposits an account gets before its client takes the next one.
const DEPOSITS: u64 = 10;
const REPLAYED: u64 = 100_000;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words = || arguments.iter().filter(|it| !it.starts_with('-'));
    let named = |name| words().any(|it| it == name);
    let any = ["commands", "replay", "wal", "opening", "growth"]
        .into_iter()
        .any(named);
    let chosen = |name| !any || named(name);
    let place = words().find(|it| Path::new(it).is_dir());
    let directory = tempfile::tempdir_in(place.map_or(".", String::as_str))?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    println!(
        "SQLite {}, files in {}",
        rusqlite::version(),
        directory.path().display()
    );
    if chosen("commands") {
        runtime.block_on(commands(directory.path()))?;
    }
    if chosen("replay") {
        runtime.block_on(replay(directory.path()))?;
    }
    if chosen("wal") {
        runtime.block_on(wal::compare(directory.path()))?;
    }
    if named("opening") {
        runtime.block_on(growth::opening(directory.path()))?;
    }
    if named("growth") {
        let events = std::env::var("EVENTS").map_or(Ok(10_000_000), |events| events.parse())?;
        runtime.block_on(growth::appends(directory.path(), events))?;
    }
    Ok(())
}

/// What one round came to.
struct Round {
    each_second: f64,
    /// In microseconds, in order.
    latencies: Vec<f64>,
}

impl Round {
    #[allow(clippy::cast_precision_loss, reason = "figures for people")]
    fn of(mut latencies: Vec<f64>, time: Duration) -> Self {
        latencies.sort_by(f64::total_cmp);
        Self {
            each_second: latencies.len() as f64 / time.as_secs_f64(),
            latencies,
        }
    }

    fn at(&self, percent: usize) -> f64 {
        let place = (self.latencies.len() * percent / 100).min(self.latencies.len() - 1);
        self.latencies[place]
    }
}

async fn commands(directory: &Path) -> Result<(), Box<dyn std::error::Error>> {
    println!(
        "\ncommands a second, durable (FULL): open an account, {DEPOSITS} deposits, the next one; {ROUNDS} rounds, interleaved, medians\n"
    );
    println!(
        "{:<8} {:>10} {:>10} {:>7} {:>17} {:>10} {:>10} {:>10} {:>10}",
        "clients",
        "bus",
        "bare",
        "ratio",
        "(least, most)",
        "p50 us",
        "p99 us",
        "bare p50",
        "bare p99"
    );
    for clients in CLIENTS {
        let files = ["bus", "bare"].map(|name| directory.join(format!("{name}-{clients}.db")));
        let bus = Bus::builder(Sqlite::at(&files[0]))
            .without_projections()
            .open()
            .await?;
        Sqlite::at(&files[1]).open().await?.close().await; // it makes the tables
        let bare = Arc::new(Bare::open(&files[1])?);
        let accounts = Arc::new(AtomicU64::new(0));
        let mut rounds: [Vec<Round>; 2] = [Vec::new(), Vec::new()];
        for round in 0..=ROUNDS {
            let mut measured = [None, None];
            for turn in [round % 2, (round + 1) % 2] {
                let accounts = Arc::clone(&accounts);
                measured[turn] = Some(if turn == 0 {
                    of_bus(&bus, clients, accounts).await
                } else {
                    of_bare(&bare, clients, accounts).await
                });
            }
            for (rounds, measured) in rounds.iter_mut().zip(measured) {
                if round > 0 {
                    rounds.extend(measured); // the first one warms up
                }
            }
        }
        told(clients, &rounds);
        bus.store().clone().close().await;
    }
    one_account(directory).await
}

/// Clients that share an account, beside as many that each have their own.
async fn one_account(directory: &Path) -> Result<(), Box<dyn std::error::Error>> {
    const CLIENTS: usize = 16;
    let bus = Bus::builder(Sqlite::at(directory.join("shared.db")))
        .without_projections()
        .open()
        .await?;
    let shared = u64::MAX;
    let owner = "Ada".to_owned();
    bus.dispatch(Open {
        account: shared,
        owner,
    })
    .await
    .expect("it is new");
    let accounts = Arc::new(AtomicU64::new(0));
    let (mut of_one, mut of_own, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
    for round in 0..=ROUNDS {
        let mut each_second = [0.0; 2];
        for turn in [round % 2, (round + 1) % 2] {
            let round = if turn == 0 {
                of_shared(&bus, CLIENTS, shared).await
            } else {
                of_bus(&bus, CLIENTS, Arc::clone(&accounts)).await
            };
            each_second[turn] = round.each_second;
        }
        if round > 0 {
            of_one.push(each_second[0]);
            of_own.push(each_second[1]);
            ratios.push(each_second[0] / each_second[1]);
        }
    }
    println!(
        "\n{CLIENTS} clients on one account {:.0}, each on its own {:.0} commands a second, ratio {:.3}; no conflict surfaced",
        median(of_one),
        median(of_own),
        median(ratios)
    );
    bus.store().clone().close().await;
    Ok(())
}

async fn of_shared(bus: &Bus<Sqlite>, clients: usize, account: u64) -> Round {
    let begun = Instant::now();
    let tasks: Vec<_> = (0..clients)
        .map(|_| {
            let bus = bus.clone();
            tokio::spawn(async move {
                let mut latencies = Vec::new();
                while begun.elapsed() < ROUND {
                    let sent = Instant::now();
                    bus.dispatch(Deposit { account, amount: 1 })
                        .await
                        .expect("no conflict surfaces");
                    latencies.push(micros(sent));
                }
                latencies
            })
        })
        .collect();
    joined(tasks, begun).await
}

fn told(clients: usize, [bus, bare]: &[Vec<Round>; 2]) {
    let middle =
        |rounds: &[Round], of: &dyn Fn(&Round) -> f64| median(rounds.iter().map(of).collect());
    let mut ratios: Vec<f64> = bus
        .iter()
        .zip(bare)
        .map(|(bus, bare)| bus.each_second / bare.each_second)
        .collect();
    ratios.sort_by(f64::total_cmp);
    println!(
        "{clients:<8} {:>10.0} {:>10.0} {:>7.3} {:>17} {:>10.0} {:>10.0} {:>10.0} {:>10.0}",
        middle(bus, &|it| it.each_second),
        middle(bare, &|it| it.each_second),
        median(ratios.clone()),
        format!("({:.3}, {:.3})", ratios[0], ratios[ratios.len() - 1]),
        middle(bus, &|it| it.at(50)),
        middle(bus, &|it| it.at(99)),
        middle(bare, &|it| it.at(50)),
        middle(bare, &|it| it.at(99)),
    );
}

async fn of_bus(bus: &Bus<Sqlite>, clients: usize, accounts: Arc<AtomicU64>) -> Round {
    let begun = Instant::now();
    let tasks: Vec<_> = (0..clients)
        .map(|_| {
            let (bus, accounts) = (bus.clone(), Arc::clone(&accounts));
            tokio::spawn(async move {
                let mut latencies = Vec::new();
                while begun.elapsed() < ROUND {
                    let account = accounts.fetch_add(1, Ordering::Relaxed);
                    let sent = Instant::now();
                    let owner = "Ada".to_owned();
                    bus.dispatch(Open { account, owner })
                        .await
                        .expect("it is new");
                    latencies.push(micros(sent));
                    for amount in 1..=DEPOSITS {
                        let sent = Instant::now();
                        bus.dispatch(Deposit { account, amount })
                            .await
                            .expect("it is open");
                        latencies.push(micros(sent));
                    }
                }
                latencies
            })
        })
        .collect();
    joined(tasks, begun).await
}

async fn of_bare(bare: &Arc<Bare>, clients: usize, accounts: Arc<AtomicU64>) -> Round {
    let begun = Instant::now();
    let tasks: Vec<_> = (0..clients)
        .map(|_| {
            let (bare, accounts) = (Arc::clone(bare), Arc::clone(&accounts));
            tokio::spawn(async move {
                let mut latencies = Vec::new();
                while begun.elapsed() < ROUND {
                    let account = accounts.fetch_add(1, Ordering::Relaxed);
                    let sent = Instant::now();
                    let opened = Opened {
                        owner: "Ada".to_owned(),
                    };
                    let stream = bare.begin(account, json(&opened)).await;
                    latencies.push(micros(sent));
                    let mut balance = 0;
                    for amount in 1..=DEPOSITS {
                        let sent = Instant::now();
                        balance += amount;
                        let deposited = Deposited { amount, balance };
                        let version = i64::try_from(amount).expect("it is small") + 1;
                        bare.append(stream, version, json(&deposited)).await;
                        latencies.push(micros(sent));
                    }
                }
                latencies
            })
        })
        .collect();
    joined(tasks, begun).await
}

async fn joined(tasks: Vec<tokio::task::JoinHandle<Vec<f64>>>, begun: Instant) -> Round {
    let mut latencies = Vec::new();
    for task in tasks {
        latencies.extend(task.await.expect("a client does not panic"));
    }
    Round::of(latencies, begun.elapsed())
}

fn json(event: &impl serde::Serialize) -> Vec<u8> {
    serde_json::to_vec(event).expect("it encodes")
}

fn micros(since: Instant) -> f64 {
    since.elapsed().as_secs_f64() * 1e6
}

/// Loads one account with many events, through the bus and with nothing but `rusqlite` and
/// `serde_json`.
async fn replay(directory: &Path) -> Result<(), Box<dyn std::error::Error>> {
    let file = directory.join("replay.db");
    let bus = Bus::builder(Sqlite::at(&file))
        .without_projections()
        .open()
        .await?;
    bus.dispatch(Open {
        account: 1,
        owner: "Ada".to_owned(),
    })
    .await
    .expect("it is new");
    let stream = StreamId::new(Tenant::default(), "account", "1")?;
    for thousand in 0..REPLAYED / 1_000 {
        let mut batch = Batch::default();
        let events = (0..1_000).map(|one| deposited(thousand * 1_000 + one + 1));
        batch.appends = [Append {
            stream: stream.clone(),
            expect: Expect::Any,
            events: events.collect(),
            occurred_at: None,
            metadata: Metadata::of(CommandId::generate()),
            snapshot: None,
        }]
        .into_iter()
        .collect();
        bus.store().commit(batch).await?;
    }
    let bare = rusqlite::Connection::open(&file)?;
    let mut ratios = Vec::new();
    let (mut of_bus, mut of_bare) = (Vec::new(), Vec::new());
    for round in 0..=2 * ROUNDS {
        let begun = Instant::now();
        let loaded = bus.load::<Account>(&1).await?;
        let by_bus = begun.elapsed();
        let begun = Instant::now();
        let folded = bare::replay(&bare)?;
        let by_bare = begun.elapsed();
        assert_eq!(loaded.state.balance, folded, "both read the same");
        if round > 0 {
            #[allow(clippy::cast_precision_loss, reason = "figures for people")]
            let each_second = |time: Duration| REPLAYED as f64 / time.as_secs_f64();
            of_bus.push(each_second(by_bus));
            of_bare.push(each_second(by_bare));
            ratios.push(by_bare.as_secs_f64() / by_bus.as_secs_f64());
        }
    }
    println!(
        "\nreplay of one stream of {REPLAYED} events, events a second, medians of {}",
        2 * ROUNDS
    );
    println!(
        "bus {:.0}, rusqlite and serde_json {:.0}, ratio {:.3}",
        median(of_bus),
        median(of_bare),
        median(ratios)
    );
    bus.store().clone().close().await;
    Ok(())
}

fn deposited(balance: u64) -> NewEvent {
    NewEvent {
        id: EventId::generate(),
        name: Name::from_static("account.deposited"),
        schema: 1,
        data: Data::from_bytes(json(&Deposited { amount: 1, balance })),
        tags: Tags::default(),
    }
}
