//! What becomes of the write-ahead log when it is copied into the file: kept and written anew from
//! its beginning, or cut off, so that the file system has to make room for it again.

use cqrs_benches::median;
use cqrs_sqlite::Sqlite;
use rusqlite::{Connection, params};
use std::path::Path;
use std::time::{Duration, Instant};

const ROUNDS: usize = 5;
const ROUND: Duration = Duration::from_secs(1);

/// What a way is called, how the connection is set, and what is done after so many pages.
const WAYS: [(&str, &str, u32, &str); 4] = [
    ("kept, copied at 1000 pages", "", 1_000, "PASSIVE"),
    ("kept, copied at 4000 pages", "", 4_000, "PASSIVE"),
    ("cut off at 1000 pages", "", 1_000, "TRUNCATE"),
    (
        "journal_size_limit = 0",
        "PRAGMA journal_size_limit = 0",
        1_000,
        "PASSIVE",
    ),
];

/// Commits one event a transaction in each way, in turns.
pub async fn compare(directory: &Path) -> Result<(), Box<dyn std::error::Error>> {
    println!(
        "\nthe write-ahead log, one event a transaction; {ROUNDS} rounds, interleaved, medians\n"
    );
    let mut connections = Vec::new();
    for (number, (_, set, _, _)) in WAYS.iter().enumerate() {
        let file = directory.join(format!("wal-{number}.db"));
        Sqlite::at(&file).open().await?.close().await; // it makes the tables
        let connection = Connection::open(&file)?;
        connection.execute_batch(&format!(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0; {set}"
        ))?;
        connections.push((connection, 0_i64));
    }
    let mut measured = vec![(Vec::new(), Vec::new()); WAYS.len()];
    for round in 0..=ROUNDS {
        for (number, (_, _, pages, mode)) in WAYS.iter().enumerate() {
            let (connection, position) = &mut connections[number];
            let (each_second, p99) = run(connection, position, *pages, mode)?;
            if round > 0 {
                measured[number].0.push(each_second);
                measured[number].1.push(p99);
            }
        }
    }
    for ((name, ..), (each_second, p99)) in WAYS.iter().zip(measured) {
        println!(
            "{name:<28} {:>8.0} commits/s, p99 {:>6.0} us",
            median(each_second),
            median(p99)
        );
    }
    Ok(())
}

#[allow(clippy::cast_precision_loss, reason = "figures for people")]
fn run(
    connection: &Connection,
    position: &mut i64,
    pages: u32,
    mode: &str,
) -> rusqlite::Result<(f64, f64)> {
    let mut event = connection.prepare(
        "INSERT INTO cqrs_events VALUES (?1, 1, ?1, 1, 0, NULL, zeroblob(16), 1, NULL, NULL, zeroblob(60))",
    )?;
    // a commit of one event writes the leaf of the table and that of the index
    let copy_every = i64::from(pages / 2);
    let (begun, mut latencies) = (Instant::now(), Vec::new());
    while begun.elapsed() < ROUND {
        let sent = Instant::now();
        *position += 1;
        event.execute(params![*position])?;
        if *position % copy_every == 0 {
            connection.query_row(&format!("PRAGMA wal_checkpoint({mode})"), [], |_| Ok(()))?;
        }
        latencies.push(sent.elapsed().as_secs_f64() * 1e6);
    }
    let each_second = latencies.len() as f64 / begun.elapsed().as_secs_f64();
    latencies.sort_by(f64::total_cmp);
    Ok((each_second, latencies[latencies.len() * 99 / 100]))
}
