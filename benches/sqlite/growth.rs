//! What does not grow with the file: the cost of an append, and of opening it.

use crate::json;
use cqrs_benches::{Deposited, median};
use cqrs_core::log::{CommandId, Data, EventId, Metadata, Name, StreamId, Tags, Tenant, Version};
use cqrs_core::store::{Append, Batch, EventStore, Expect, NewEvent};
use cqrs_sqlite::{Durability, Sqlite};
use rusqlite::{Connection, params};
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::time::Instant;

const ROUNDS: usize = 9;
const SMALL: i64 = 10_000;
/// How many events a stream has.
const EACH: i64 = 10;
/// So many streams are written side by side.
const BESIDE: i64 = 1_000;

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

/// Writes streams of as many events each, by plain SQL, into a store's own tables.
async fn seed(file: PathBuf, streams: i64, each: i64) -> Result<PathBuf> {
    Sqlite::at(&file).open().await?.close().await; // it makes the tables
    let connection = Connection::open(&file)?;
    connection.execute_batch(
        "PRAGMA synchronous = OFF; PRAGMA cache_size = -262144;
         INSERT INTO cqrs_categories VALUES (1, '', 'account');
         INSERT INTO cqrs_kinds VALUES (1, 'account.deposited', 1)",
    )?;
    for first in (0..streams).step_by(usize::try_from(BESIDE)?) {
        let beside = BESIDE.min(streams - first);
        connection.execute_batch("BEGIN")?;
        connection.execute(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?2)
             INSERT INTO cqrs_streams SELECT ?1 + i, 1, CAST(?1 + i AS TEXT) FROM n",
            params![first, beside],
        )?;
        connection.execute(
            "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < ?2 * ?3 - 1)
             INSERT INTO cqrs_events
             SELECT ?1 * ?3 + i + 1, ?1 + i % ?2 + 1, i / ?2 + 1, 1, 1700000000000000 + ?1 * ?3 + i,
                NULL, randomblob(16), 1, NULL, NULL,
                CAST(printf('{\"amount\":1,\"balance\":%d}', i / ?2 + 1) AS BLOB)
             FROM n",
            params![first, beside, each],
        )?;
        connection.execute_batch("COMMIT")?;
    }
    connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
    // or the first flush that is measured would flush all of this
    std::fs::File::open(&file)?.sync_all()?;
    Ok(file)
}

fn megabytes(file: &Path) -> Result<u64> {
    Ok(std::fs::metadata(file)?.len() >> 20)
}

/// A store, and how far its streams have come.
struct Grown {
    store: Sqlite,
    streams: i64,
    versions: HashMap<i64, i64>,
    random: u64,
    /// How many streams were begun since.
    begun: u64,
}

/// Which streams get another event.
#[derive(Clone, Copy)]
enum To {
    /// Those that begin.
    New,
    /// Any of the file: mostly one whose pages are not in memory.
    Any,
}

impl Grown {
    /// Appends one event at a time: nanoseconds an append.
    #[allow(clippy::cast_precision_loss, reason = "figures for people")]
    async fn appends(&mut self, to: To, count: u32) -> Result<f64> {
        let begun = Instant::now();
        for _ in 0..count {
            self.random ^= self.random << 13;
            self.random ^= self.random >> 7;
            self.random ^= self.random << 17;
            let stream = i64::try_from(self.random >> 1)? % self.streams + 1;
            self.begun += 1;
            let (id, version) = match to {
                To::New => (format!("new-{}", self.begun), &mut 0),
                To::Any => (
                    stream.to_string(),
                    self.versions.entry(stream).or_insert(EACH),
                ),
            };
            let mut batch = Batch::default();
            batch.appends = [Append {
                stream: StreamId::new(Tenant::default(), "account", id)?,
                expect: Expect::Version(Version::from(version.cast_unsigned())),
                events: [deposited(version.cast_unsigned())].into_iter().collect(),
                snapshot: None,
                occurred_at: None,
                metadata: Metadata::of(CommandId::generate()),
            }]
            .into_iter()
            .collect();
            self.store.commit(batch).await?;
            *version += 1;
        }
        Ok(begun.elapsed().as_nanos() as f64 / f64::from(count))
    }
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

/// Appends to a small file and to one of so many events, in turns.
pub async fn appends(directory: &Path, events: i64) -> Result<()> {
    let small = seed(directory.join("small.db"), SMALL / EACH, EACH).await?;
    let begun = Instant::now();
    let large = seed(directory.join("large.db"), events / EACH, EACH).await?;
    println!(
        "\none append at a time, to a file of {SMALL} events ({} MiB) and to one of {events} ({} MiB, seeded in {:.0?}); {ROUNDS} rounds, interleaved, medians\n",
        megabytes(&small)?,
        megabytes(&large)?,
        begun.elapsed()
    );
    let full = Durability::Full;
    let unflushed = Durability::LastTransactionsMayBeLost;
    for (durability, to, count, told) in [
        (full, To::New, 200, "to new streams, durable (FULL)"),
        (full, To::Any, 200, "to any stream, durable (FULL)"),
        (
            unflushed,
            To::New,
            2_000,
            "to new streams, without the flush (NORMAL)",
        ),
        (
            unflushed,
            To::Any,
            2_000,
            "to any stream, without the flush (NORMAL)",
        ),
    ] {
        let mut stores = Vec::new();
        for (file, streams) in [(&small, SMALL / EACH), (&large, events / EACH)] {
            let store = Sqlite::at(file).durability(durability).open().await?;
            stores.push(Grown {
                begun: store.head().await?.get(),
                store,
                streams,
                versions: last_versions(file, streams)?,
                random: 0x9e37_79b9_7f4a_7c15,
            });
        }
        let (mut times, mut ratios) = ([Vec::new(), Vec::new()], Vec::new());
        for round in 0..=ROUNDS {
            let mut measured = [0.0; 2];
            for turn in [round % 2, (round + 1) % 2] {
                measured[turn] = stores[turn].appends(to, count).await? / 1e3;
            }
            if round > 0 {
                times[0].push(measured[0]);
                times[1].push(measured[1]);
                ratios.push(measured[1] / measured[0]);
            }
        }
        let [small, large] = times.map(median);
        println!(
            "{told}: {small:.0} us and {large:.0} us an append, ratio {:.3}",
            median(ratios)
        );
        for grown in stores {
            grown.store.close().await;
        }
    }
    std::fs::remove_file(large)?;
    Ok(())
}

/// The versions of the first streams, where they have come further than they were seeded.
fn last_versions(file: &Path, streams: i64) -> Result<HashMap<i64, i64>> {
    let connection = Connection::open(file)?;
    let mut further = connection.prepare(
        "SELECT stream, max(version) FROM cqrs_events WHERE position > ?1 AND stream <= ?2
         GROUP BY stream",
    )?;
    let versions = further.query_map([streams * EACH, streams], |row| {
        Ok((row.get(0)?, row.get(1)?))
    })?;
    Ok(versions.collect::<rusqlite::Result<_>>()?)
}

/// Opens files of few and of many streams, in turns, and loads nothing.
pub async fn opening(directory: &Path) -> Result<()> {
    const STREAMS: [i64; 2] = [1_000, 1_000_000];
    let mut files = Vec::new();
    for streams in STREAMS {
        let file = directory.join(format!("streams-{streams}.db"));
        files.push(seed(file, streams, 1).await?);
    }
    let mut times = [Vec::new(), Vec::new()];
    for round in 0..=2 * ROUNDS {
        for turn in [round % 2, (round + 1) % 2] {
            let begun = Instant::now();
            let store = Sqlite::at(&files[turn]).open().await?;
            let head = store.head().await?; // it can be read
            let opened = begun.elapsed().as_secs_f64() * 1e3;
            assert_eq!(head.get(), STREAMS[turn].cast_unsigned());
            if round > 0 {
                times[turn].push(opened);
            }
            store.close().await;
        }
    }
    let ratios = times[0].iter().zip(&times[1]).map(|(few, many)| many / few);
    let ratio = median(ratios.collect());
    let [few, many] = times.map(median);
    println!(
        "\nopening a file of {} streams ({} MiB) and of {} ({} MiB), until it can be read; medians of {}, interleaved\n{few:.2} ms and {many:.2} ms, ratio {ratio:.3}",
        STREAMS[0],
        megabytes(&files[0])?,
        STREAMS[1],
        megabytes(&files[1])?,
        2 * ROUNDS
    );
    Ok(())
}
