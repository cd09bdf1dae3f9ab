//! Copies of a store in use.

mod given;

use cqrs_core::conformance::TailCheck;
use cqrs_core::log::{LogFilter, Position};
use cqrs_core::store::{EventStore, LogQuery};
use cqrs_sqlite::{FileError, Sqlite};
use given::{fresh, new_file};
use std::sync::Arc;

async fn events(store: &Sqlite) -> Vec<cqrs_core::RecordedEvent> {
    let query = LogQuery {
        after: Position::ZERO,
        through: None,
        filter: LogFilter::all(),
        limit: usize::MAX,
    };
    store.log(query).await.unwrap().events
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backup_under_load_is_the_log_up_to_some_point() {
    let store = fresh().await;
    let check = TailCheck {
        writers: 8,
        commits: 60,
        streams: 50,
    };
    let load = tokio::spawn(check.run(Arc::new(store.clone())));
    let mut copies = Vec::new();
    for _ in 0..5 {
        store
            .grown(Position::from(copies.len() as u64 * 50))
            .await
            .unwrap();
        let copy = new_file();
        store.backup_to(&copy).await.unwrap();
        assert_eq!(
            copy.parent().unwrap().read_dir().unwrap().count(),
            1,
            "it is one file"
        );
        copies.push(copy);
    }
    load.await.unwrap().assert_clean();
    let all = events(&store).await;
    for copy in copies {
        let copy = Sqlite::at(copy).open().await.unwrap();
        let there = events(&copy).await;
        assert!(!there.is_empty());
        assert_eq!(there, all[..there.len()]);
        assert_eq!(copy.check().await.unwrap(), Vec::<String>::new());
        assert_eq!(copy.identity().id, store.identity().id);
        assert!(copy.identity().epoch > store.identity().epoch);
    }
}

#[tokio::test]
async fn a_backup_is_not_written_over_a_file_nor_half() {
    let store = fresh().await;
    let there = new_file();
    std::fs::write(&there, "mine").unwrap();
    let refused = store.backup_to(&there).await;
    assert!(matches!(refused, Err(FileError::Failed { .. })));
    assert_eq!(std::fs::read(&there).unwrap(), b"mine");
    let nowhere = there.parent().unwrap().join("no/such/copy.db");
    assert!(store.backup_to(&nowhere).await.is_err());
    let refused = store.backup_to(there.parent().unwrap()).await;
    assert!(matches!(refused, Err(FileError::Directory { .. })));
}
