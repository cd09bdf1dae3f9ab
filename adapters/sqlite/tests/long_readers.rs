//! The write-ahead log, while others read: it begins anew where it can, and waits for nobody where it cannot.

mod given;

use cqrs_core::Position;
use cqrs_core::log::LogFilter;
use cqrs_core::store::{Batch, EventStore, Expect, LogQuery};
use cqrs_sqlite::{Durability, Sqlite};
use given::{new_file, one_event, stream};
use rusqlite::Connection;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};

const WRITERS: usize = 8;
/// The data of an event.
const EVENT: usize = 100 << 10;
/// What the log may hold before it begins anew, with the transactions that are under way meanwhile.
const BOUND: u64 = 96 << 20;

/// The flush of the disk is not what this is about.
async fn store() -> Sqlite {
    let file = Sqlite::at(new_file()).durability(Durability::LastTransactionsMayBeLost);
    file.open().await.unwrap()
}

fn large(writer: usize) -> Batch {
    one_event(stream(&writer.to_string()), Expect::Any, vec![b'7'; EVENT])
}

/// Commits so many MiB of events, one an append.
async fn write(store: &Sqlite, mebibytes: usize) {
    let each = (mebibytes << 20) / EVENT / WRITERS;
    let mut all = Vec::new();
    for writer in 0..WRITERS {
        let store = store.clone();
        all.push(tokio::spawn(async move {
            for _ in 0..each {
                store.commit(large(writer)).await.unwrap();
            }
        }));
    }
    for one in all {
        one.await.unwrap();
    }
}

fn wal(file: &Path) -> u64 {
    std::fs::metadata(file.with_extension("db-wal")).map_or(0, |it| it.len())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_log_begins_anew_though_somebody_always_reads() {
    let store = store().await;
    let (done, pages) = (
        Arc::new(AtomicBool::new(false)),
        Arc::new(AtomicUsize::new(0)),
    );
    let mut readers = Vec::new();
    for _ in 0..4 {
        let (store, done, pages) = (store.clone(), Arc::clone(&done), Arc::clone(&pages));
        readers.push(tokio::spawn(async move {
            while !done.load(SeqCst) {
                let query = LogQuery {
                    after: Position::ZERO,
                    through: None,
                    filter: LogFilter::all(),
                    limit: 100,
                };
                store.log(query).await.unwrap();
                pages.fetch_add(1, SeqCst);
            }
        }));
    }
    write(&store, 250).await;
    let length = wal(store.path());
    done.store(true, SeqCst);
    for reader in readers {
        reader.await.unwrap();
    }
    assert!(pages.load(SeqCst) > 0, "somebody reads");
    assert!(length < BOUND, "{length} bytes of 250 MiB");
}

/// What another process reads is as it was when it began, however long that takes; commits go on, and the log
/// grows for as long as it reads, and no longer.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_long_read_of_another_process_holds_up_no_commit() {
    let store = store().await;
    write(&store, 1).await;
    let other = Connection::open(store.path()).unwrap();
    other.execute_batch("BEGIN").unwrap();
    let count = || -> u64 {
        let sql = "SELECT count(*) FROM cqrs_events";
        other.query_row(sql, [], |row| row.get(0)).unwrap()
    };
    let before = count();
    write(&store, 150).await;
    let grown = wal(store.path());
    assert!(grown > 150 << 20, "what it reads stays: {grown} bytes");
    assert_eq!(count(), before);
    other.execute_batch("COMMIT").unwrap();
    assert_eq!(count(), store.head().await.unwrap().get());

    write(&store, 20).await; // it comes to be copied
    let then = wal(store.path());
    write(&store, 200).await;
    assert_eq!(wal(store.path()), then, "it begins anew");
    assert_eq!(count(), store.head().await.unwrap().get());
    let path = store.path().to_owned();
    drop(other);
    store.close().await;
    assert_eq!(wal(&path), 0, "all is in the one file");
}
