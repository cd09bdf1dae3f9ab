//! Two processes on one file.

use crate::ledger::{Ledger, Seen};
use crate::load::step;
use crate::{child, given::new_file};
use cqrs_core::Position;
use cqrs_core::store::EventStore;
use cqrs_sqlite::Sqlite;
use std::time::Duration;

/// Each process counts with tasks of its own, under numbers of its own; both append to one stream.
pub fn write_together() {
    const TASKS: usize = 4;
    let file = new_file();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        Sqlite::at(&file).open().await.unwrap().close().await;
        let name = file.to_str().unwrap();
        let ledgers = [0, 1].map(|number| file.with_file_name(format!("ledger-{number}")));
        let children = ledgers.each_ref().map(|ledger| {
            let ledger = ledger.to_str().unwrap();
            child("append", &[name, ledger, &TASKS.to_string(), "400"])
                .spawn()
                .unwrap()
        });
        for mut child in children {
            assert!(child.wait().unwrap().success());
        }
        let store = Sqlite::at(&file).open().await.unwrap();
        let ledgers = ledgers.map(|ledger| Ledger::read(&ledger));
        for ledger in &ledgers {
            assert!(
                ledger.failed.is_empty() && ledger.unknown.is_empty(),
                "{ledger:?}"
            );
        }
        // each step was sent by both, under one command id: one of them had the effect
        Seen::nothing(TASKS).hold(&store, &ledgers).await;
        assert_eq!(store.check().await.unwrap(), Vec::<String>::new());
    });
}

/// FILE LEDGER TASKS STEPS: as the load does, but from 1 on, so that both send the same commands.
pub fn append(arguments: &[String]) {
    crate::load::run(arguments);
}

/// Whoever follows the log is woken by what another process commits.
pub fn follow() {
    let file = new_file();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let store = Sqlite::at(&file).open().await.unwrap();
        store.commit(step(0, 1)).await.unwrap();
        let head = store.head().await.unwrap();
        let waiting = store.clone();
        let waiting = tokio::spawn(async move { waiting.grown(head).await });
        // long enough that it has begun to look less often
        tokio::time::sleep(Duration::from_millis(300)).await;
        assert!(!waiting.is_finished(), "nothing has grown");
        let ledger = file.with_file_name("ledger");
        let mut other = child(
            "load",
            &[file.to_str().unwrap(), ledger.to_str().unwrap(), "1", "3"],
        )
        .spawn()
        .unwrap();
        let woken = tokio::time::timeout(Duration::from_secs(10), waiting).await;
        woken.expect("it is woken").unwrap().unwrap();
        assert!(other.wait().unwrap().success());
        assert_eq!(store.head().await.unwrap(), Position::from(head.get() + 6));
        // what this process knew of the file is not so any more
        let committed = store.commit(step(0, 5)).await.unwrap();
        assert_eq!((committed.version.get(), committed.position.get()), (5, 10));
    });
}
