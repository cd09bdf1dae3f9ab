//! A long log on disk, read as a whole: the rebuild of a keyed projection into rows in the file, and a
//! subscription from the beginning; how fast, and how much memory it takes. Each runs in a process of its own, since
//! it is the process's memory that is told.
//!
//! `cargo bench -p cqrs-benches --bench rebuild [EVENTS] [DIRECTORY]`; it fails where more than 200 MiB are
//! resident.

use cqrs_benches::{Deposited, Opened, median};
use cqrs_core::Version;
use cqrs_core::log::{CommandId, Data, EventId, LogFilter, Metadata, Name, StreamId, Tags, Tenant};
use cqrs_core::prelude::*;
use cqrs_core::store::{Append, Batch, EventStore, Expect, NewEvent};
use cqrs_sqlite::Sqlite;
use std::path::Path;
use std::process::{Command, ExitCode};
use std::time::{Duration, Instant};

/// Events an account.
const EACH: u64 = 10;
const ROUNDS: usize = 3;
/// The most that may be resident, in MiB.
const MOST: u64 = 200;

#[derive(Projection, Default, Serialize, Deserialize)]
#[projection("balances", key = u64)]
struct Balance {
    owner: String,
    #[index]
    amount: u64,
}

#[project]
impl Balance {
    fn opened(&mut self, event: &Opened) {
        self.owner.clone_from(&event.owner);
    }
    fn deposited(&mut self, event: &Deposited) {
        self.amount += event.amount;
    }
}

type Failed = Box<dyn std::error::Error>;

#[tokio::main]
async fn main() -> Result<ExitCode, Failed> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let Some(role) = arguments.first().and_then(|it| it.strip_prefix("child=")) {
        let (file, events) = (Path::new(&arguments[1]), arguments[2].parse()?);
        let took = match role {
            "fill" => {
                fill(file, events / EACH).await?;
                Duration::ZERO
            }
            "rebuild" => rebuild(file, events).await?,
            _ => tail(file, events).await?,
        };
        println!("{} {}", took.as_nanos(), resident()?);
        return Ok(ExitCode::SUCCESS);
    }
    let words = || arguments.iter().filter(|it| !it.starts_with('-'));
    let events: u64 = words().find_map(|it| it.parse().ok()).unwrap_or(1_000_000);
    let place = words().find(|it| Path::new(it).is_dir());
    let directory = tempfile::tempdir_in(place.map_or(".", String::as_str))?;
    let log = directory.path().join("log.db");
    fill(&log, events / EACH).await?;
    println!(
        "{events} events of {} streams in a file; median of {ROUNDS} rounds\n",
        events / EACH
    );
    println!("{:<44} {:>12} {:>20}", "", "events/s", "resident, at most");
    let mut most = 0;
    for (role, name) in [
        ("rebuild", "rebuild of a keyed projection, one row a stream"),
        ("tail", "subscription from the beginning"),
    ] {
        let (mut rates, mut memory) = (Vec::new(), 0);
        for round in 0..ROUNDS {
            let copy = directory.path().join(format!("{role}-{round}.db"));
            std::fs::copy(&log, &copy)?;
            let (rate, resident) = child(role, &copy, events)?;
            rates.push(rate);
            memory = memory.max(resident);
            std::fs::remove_file(&copy)?;
        }
        println!("{name:<44} {:>12.0} {:>16} MiB", median(rates), memory);
        most = most.max(memory);
    }
    if most > MOST {
        eprintln!("more than {MOST} MiB were resident");
        return Ok(ExitCode::FAILURE);
    }
    Ok(ExitCode::SUCCESS)
}

/// The events a second that a process of its own came to, and its memory in MiB.
#[allow(clippy::cast_precision_loss, reason = "figures for people")]
fn child(role: &str, file: &Path, events: u64) -> Result<(f64, u64), Failed> {
    let ran = Command::new(std::env::current_exe()?)
        .arg(format!("child={role}"))
        .arg(file)
        .arg(events.to_string())
        .stderr(std::process::Stdio::inherit())
        .output()?;
    let told = String::from_utf8(ran.stdout)?;
    let mut numbers = told.split_whitespace().map(str::parse::<u64>);
    let (Some(nanoseconds), Some(resident)) = (numbers.next(), numbers.next()) else {
        return Err(format!("`{role}` did not come to its end").into());
    };
    Ok((events as f64 * 1e9 / nanoseconds? as f64, resident?))
}

/// The most memory that this process had at once, in MiB, as Linux tells it.
fn resident() -> Result<u64, Failed> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kibibytes = line.and_then(|line| line.split_whitespace().next());
    Ok(kibibytes.ok_or("Linux does not tell")?.parse::<u64>()? / 1_024)
}

/// A log in which each account is opened, and then deposited to in turn with the others.
async fn fill(file: &Path, accounts: u64) -> Result<(), Failed> {
    let store = Sqlite::at(file).open().await?;
    let opened = Data::from_bytes(serde_json::to_vec(&Opened {
        owner: "Ada Lovelace".to_owned(),
    })?);
    for round in 0..EACH {
        let (name, data) = if round == 0 {
            ("account.opened", opened.clone())
        } else {
            let balance = round * (round + 1) / 2;
            let deposited = Deposited {
                amount: round,
                balance,
            };
            let data = Data::from_bytes(serde_json::to_vec(&deposited)?);
            ("account.deposited", data)
        };
        let all: Vec<u64> = (0..accounts).collect();
        for some in all.chunks(500) {
            let mut batch = Batch::default();
            for account in some {
                let command = CommandId::generate();
                batch.appends.push(Append {
                    stream: StreamId::new(Tenant::default(), "account", account.to_string())?,
                    expect: Expect::Version(Version::from(round)),
                    events: [NewEvent {
                        id: EventId::generate(),
                        name: Name::from_static(name),
                        schema: 1,
                        data: data.clone(),
                        tags: Tags::default(),
                    }]
                    .into_iter()
                    .collect(),
                    snapshot: None,
                    occurred_at: None,
                    metadata: Metadata::of(command),
                });
            }
            store.commit(batch).await?;
        }
    }
    store.close().await;
    Ok(())
}

async fn rebuild(file: &Path, events: u64) -> Result<Duration, Failed> {
    let start = Instant::now();
    let bus = Bus::builder(Sqlite::at(file))
        .wait_timeout(Duration::from_mins(10))
        .open()
        .await?;
    bus.caught_up().await?;
    let took = start.elapsed();
    for account in [0, events / EACH - 1] {
        let row = bus.find::<Balance>(&account).await?;
        assert_eq!(
            row.map(|row| row.amount),
            Some((1..EACH).sum()),
            "each event counts once"
        );
    }
    Ok(took)
}

async fn tail(file: &Path, events: u64) -> Result<Duration, Failed> {
    let bus = Bus::builder(Sqlite::at(file))
        .without_projections()
        .open()
        .await?;
    let start = Instant::now();
    let mut all = bus.subscribe(LogFilter::all());
    for _ in 0..events {
        std::hint::black_box(all.next().await?);
    }
    Ok(start.elapsed())
}
