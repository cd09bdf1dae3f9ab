//! What is not a file to open, and what stays as it is then.

mod given;

use cqrs_core::conformance::a_command_has_its_effect_once;
use cqrs_core::prelude::*;
use cqrs_core::store::{EventStore, StoreError};
use cqrs_sqlite::{FileError, Sqlite};
use given::new_file;
use rusqlite::Connection;
use std::path::Path;

async fn refused(path: &Path) -> FileError {
    Sqlite::at(path).open().await.map(|_| ()).unwrap_err()
}

/// Refuses the file, and leaves its bytes as they are.
async fn refused_untouched(path: &Path) -> FileError {
    let before = std::fs::read(path).unwrap();
    let error = refused(path).await;
    assert_eq!(std::fs::read(path).unwrap(), before);
    error
}

#[tokio::test]
async fn a_directory_is_refused() {
    let file = new_file();
    let error = refused(file.parent().unwrap()).await;
    assert!(matches!(error, FileError::Directory { .. }), "{error}");
    let error = refused(Path::new("/")).await;
    assert!(matches!(error, FileError::Directory { .. }), "{error}");
}

#[tokio::test]
async fn a_file_in_a_directory_that_is_not_there_is_refused() {
    let file = new_file().parent().unwrap().join("no/such/store.db");
    let error = refused(&file).await;
    assert!(matches!(error, FileError::NoDirectory { .. }), "{error}");
}

#[tokio::test]
async fn a_file_that_may_only_be_read_is_refused() {
    let file = new_file();
    Sqlite::at(&file).open().await.unwrap().close().await;
    let mut rights = std::fs::metadata(&file).unwrap().permissions();
    rights.set_readonly(true);
    std::fs::set_permissions(&file, rights).unwrap();
    let error = refused_untouched(&file).await;
    assert!(matches!(error, FileError::ReadOnly { .. }), "{error}");
}

#[tokio::test]
async fn a_file_that_is_no_database_is_refused() {
    for content in ["id,name\n1,Ada\n", &"x".repeat(100_000)] {
        let file = new_file();
        std::fs::write(&file, content).unwrap();
        let error = refused_untouched(&file).await;
        assert!(matches!(error, FileError::NoDatabase { .. }), "{error}");
    }
}

#[tokio::test]
async fn an_empty_file_becomes_a_store() {
    let file = new_file();
    std::fs::write(&file, "").unwrap();
    let store = Sqlite::at(&file).open().await.unwrap();
    a_command_has_its_effect_once(store).await;
}

#[tokio::test]
async fn the_database_of_another_application_is_refused() {
    for sql in [
        "CREATE TABLE notes (text TEXT)",
        "PRAGMA application_id = 7",
        "PRAGMA user_version = 3",
        "PRAGMA journal_mode = WAL; CREATE TABLE notes (text TEXT)",
    ] {
        let file = new_file();
        let connection = Connection::open(&file).unwrap();
        connection.execute_batch(sql).unwrap();
        connection.close().unwrap();
        let error = refused_untouched(&file).await;
        assert!(
            matches!(error, FileError::OtherApplication { .. }),
            "{sql}: {error}"
        );
    }
}

#[tokio::test]
async fn a_file_of_a_newer_program_is_refused() {
    let file = new_file();
    Sqlite::at(&file).open().await.unwrap().close().await;
    let connection = Connection::open(&file).unwrap();
    connection
        .execute_batch("PRAGMA user_version = 99")
        .unwrap();
    connection.close().unwrap();
    let error = refused_untouched(&file).await;
    assert!(
        matches!(error, FileError::Newer { version: 99, .. }),
        "{error}"
    );
}

#[tokio::test]
async fn a_damaged_file_is_refused() {
    let file = new_file();
    Sqlite::at(&file).open().await.unwrap().close().await;
    let mut bytes = std::fs::read(&file).unwrap();
    for byte in &mut bytes[100..4_096] {
        *byte = 0xa5;
    }
    std::fs::write(&file, bytes).unwrap();
    let error = refused_untouched(&file).await;
    assert!(matches!(error, FileError::Damaged { .. }), "{error}");
}

#[tokio::test]
async fn a_bus_tells_why_a_file_does_not_open() {
    let file = new_file();
    std::fs::write(&file, "no database").unwrap();
    let error = Bus::open(Sqlite::at(&file)).await.unwrap_err();
    let cqrs_core::OpenError::Store(StoreError::Backend { source, .. }) = error else {
        panic!("{error:?}");
    };
    let source = source.downcast_ref::<FileError>();
    assert!(matches!(source, Some(FileError::NoDatabase { .. })));
}

#[tokio::test]
async fn a_file_that_was_deleted_or_replaced_is_not_written_any_more() {
    use cqrs_core::store::{Batch, QueuePut};
    let put = |id: u128| {
        let mut batch = Batch::default();
        batch.puts = vec![QueuePut {
            queue: "q".into(),
            id: cqrs_core::Uuid::from_u128(id),
            key: String::new(),
            body: cqrs_core::log::Data::from_bytes(*b"{}"),
            due: None,
        }];
        batch
    };
    let file = new_file();
    let store = Sqlite::at(&file).open().await.unwrap();
    store.commit(put(1)).await.unwrap();
    let elsewhere = file.with_extension("moved");
    std::fs::rename(&file, &elsewhere).unwrap();
    for replaced in [false, true] {
        if replaced {
            std::fs::write(&file, "").unwrap();
        }
        let error = store.commit(put(2)).await.unwrap_err();
        let cqrs_core::store::CommitError::Store(StoreError::Backend { source, .. }) = error else {
            panic!("{error:?}");
        };
        let source = source.downcast_ref::<FileError>();
        assert!(matches!(source, Some(FileError::Replaced { .. })));
    }
    std::fs::rename(&elsewhere, &file).unwrap();
    store.commit(put(2)).await.unwrap();
}

#[tokio::test]
async fn many_that_make_one_store_at_once_make_one() {
    let file = new_file();
    let opens = (0..8).map(|_| tokio::spawn(Sqlite::at(&file).open()));
    let mut identities = Vec::new();
    for open in opens.collect::<Vec<_>>() {
        identities.push(open.await.unwrap().unwrap().identity());
    }
    identities.dedup();
    assert_eq!(identities.len(), 1);
}

#[tokio::test]
async fn a_store_that_is_closed_behind_its_bus_is_one_file() {
    let file = new_file();
    let wal = file.with_extension("db-wal");
    let bus = Bus::open(Sqlite::at(&file)).await.unwrap();
    bus.close().await.unwrap();
    assert!(wal.exists(), "a bus leaves its store open");
    bus.store().clone().close().await;
    assert!(file.exists() && !wal.exists());
}

#[tokio::test]
async fn a_closed_store_takes_nothing_and_wakes_whoever_waits() {
    let store = given::fresh().await;
    let other = store.clone();
    let waiting = tokio::spawn(async move { other.grown(cqrs_core::Position::ZERO).await });
    tokio::task::yield_now().await;
    let other = store.clone();
    store.close().await;
    assert!(matches!(waiting.await.unwrap(), Err(StoreError::Closed)));
    assert!(matches!(other.head().await, Err(StoreError::Closed)));
    let commit = other.commit(cqrs_core::store::Batch::default()).await;
    assert!(matches!(
        commit,
        Err(cqrs_core::store::CommitError::Store(StoreError::Closed))
    ));
}

#[test]
fn many_may_make_one_file_at_the_same_moment() {
    for _ in 0..50 {
        let file = new_file();
        let identities = std::thread::scope(|scope| {
            let open = || {
                let store = Sqlite::at(&file).open_blocking().unwrap();
                EventStore::identity(&store)
            };
            let threads: Vec<_> = (0..8).map(|_| scope.spawn(open)).collect();
            let opened = threads.into_iter().map(|thread| thread.join().unwrap());
            opened.collect::<std::collections::HashSet<_>>()
        });
        assert_eq!(identities.len(), 1, "one of them made it");
    }
}
