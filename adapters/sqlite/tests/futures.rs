//! Futures that are dropped, runtimes of one thread, and readers that take long.

mod given;

use cqrs_core::log::{LogFilter, Name};
use cqrs_core::store::{
    Batch, EventStore, Expect, FactQuery, IndexedField, LogQuery, RowOrder, RowQuery, StreamQuery,
    Table,
};
use cqrs_core::{Position, Version};
use cqrs_sqlite::Sqlite;
use given::{fresh, new_file, one_event, stream};
use std::pin::pin;
use std::task::{Context as TaskContext, Waker};

fn append(version: u64, bytes: usize) -> Batch {
    let expect = Expect::Version(Version::from(version));
    one_event(stream("a"), expect, vec![b'1'; bytes])
}

fn facts(after: u64, limit: usize) -> FactQuery {
    FactQuery {
        stream: stream("a"),
        after: Version::from(after),
        limit,
        events: &[],
        envelopes: false,
    }
}

/// Polls so often, unless it is ready before, and drops it then.
async fn dropped_after(polls: usize, future: impl Future) -> bool {
    let mut future = pin!(future);
    for _ in 0..polls {
        let mut context = TaskContext::from_waker(Waker::noop());
        if future.as_mut().poll(&mut context).is_ready() {
            return false;
        }
        tokio::task::yield_now().await;
    }
    true
}

#[tokio::test]
async fn a_future_may_be_dropped_after_any_poll() {
    let store = fresh().await;
    let rows = || Table {
        projection: Name::from_static("rows"),
        version: 1,
    };
    let key = ["k".to_owned()];
    let by_key = RowOrder::Key { descending: false };
    let log = || LogQuery {
        after: Position::ZERO,
        through: None,
        filter: LogFilter::all(),
        limit: 1_000,
    };
    let mut version = 0;
    for round in 0..20 {
        for polls in 0..4 {
            dropped_after(polls, store.commit(append(version, 10))).await;
            version += 1;
            let page = StreamQuery {
                stream: stream("a"),
                after: Version::ZERO,
                limit: 1_000,
            };
            dropped_after(polls, store.stream(page)).await;
            dropped_after(polls, store.facts(facts(0, 1_000))).await;
            dropped_after(polls, store.log(log())).await;
            dropped_after(polls, store.head()).await;
            dropped_after(polls, store.grown(Position::from(u64::MAX))).await;
            dropped_after(polls, store.rows_of(&rows(), &key)).await;
            dropped_after(polls, store.rows(RowQuery::all(rows(), by_key))).await;
            dropped_after(polls, store.count(&rows(), &[])).await;
            dropped_after(polls, store.checkpoint(&rows())).await;
            dropped_after(
                polls,
                store.declare_fields(&rows(), &[IndexedField::new("one")]),
            )
            .await;
            let copy = new_file();
            if round == 0 {
                dropped_after(polls, store.backup_to(copy)).await;
            }
        }
        // what was dropped was kept all the same, each once and in its turn
        let committed = store.commit(append(version, 10)).await.unwrap();
        version += 1;
        assert_eq!(committed.version.get(), version);
    }
    assert_eq!(store.log(log()).await.unwrap().events.len() as u64, version);
    assert_eq!(store.check().await.unwrap(), Vec::<String>::new());
}

/// Pages are read before they are asked for, and yet have what is there when they are.
#[tokio::test]
async fn what_came_after_it_was_read_ahead_is_not_missed() {
    let store = Sqlite::at(new_file()).readers(1).open().await.unwrap();
    let more = async |from: u64, to: u64| {
        for version in from..to {
            store.commit(append(version, 10)).await.unwrap();
        }
    };
    more(0, 250).await;
    let (mut seen, mut end) = (0, false);
    while !end {
        let page = store.facts(facts(seen, 100)).await.unwrap();
        for fact in page.iter() {
            seen += 1;
            assert_eq!(fact.version().get(), seen);
        }
        end = !page.more();
        if seen == 100 {
            store.head().await.unwrap(); // by the one reader, once it has read ahead
            more(250, 300).await;
        }
    }
    assert_eq!(seen, 300);
}

/// On one thread, whoever waits for the store leaves the others alone.
#[tokio::test]
async fn a_runtime_of_one_thread_is_not_blocked() {
    let store = fresh().await;
    let (mut commits, mut turns) = (Vec::new(), 0_u32);
    for version in 0..200 {
        commits.push(store.commit(append(version, 1_000)));
    }
    let waits = async {
        for commit in commits {
            commit.await.unwrap();
        }
    };
    let mut waits = pin!(waits);
    std::future::poll_fn(|context| {
        turns += 1;
        waits.as_mut().poll(context)
    })
    .await;
    assert!(turns > 1, "it never had to wait: the call did");
}

/// While a reader of another process holds on to what it sees, the log beside the file grows; once
/// it is gone, that begins anew.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_write_ahead_log_grows_no_longer_than_a_reader_needs_it() {
    let store = fresh().await;
    let wal = store.path().with_extension("db-wal");
    let size = || std::fs::metadata(&wal).unwrap().len();
    let mut version = 0;
    let mut write = async |count: u64| {
        let from = version;
        let commits: Vec<_> = (from..from + count)
            .map(|version| store.commit(append(version, 100_000)))
            .collect();
        for commit in commits {
            commit.await.unwrap();
        }
        version += count;
    };
    write(400).await;
    let without = size();
    let reader = rusqlite::Connection::open(store.path()).unwrap();
    reader.execute_batch("BEGIN").unwrap();
    let seen: i64 = reader
        .query_row("SELECT count(*) FROM cqrs_events", [], |row| row.get(0))
        .unwrap();
    write(1_200).await;
    let held = size();
    assert!(held > without + (80 << 20), "{without} {held}");
    let still: i64 = reader
        .query_row("SELECT count(*) FROM cqrs_events", [], |row| row.get(0))
        .unwrap();
    assert_eq!(seen, still);
    reader.execute_batch("COMMIT").unwrap();
    write(1_200).await;
    assert!(size() <= held + (16 << 20), "{held} {}", size());
}
