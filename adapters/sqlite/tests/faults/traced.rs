//! System calls: how often the disk is flushed, and what happens where one fails.

use crate::ledger::{Ledger, Seen};
use crate::{given::new_file, traced};
use cqrs_sqlite::Sqlite;
use std::path::Path;

/// With one caller each commit is flushed before it is acknowledged; with many, no more often than
/// that.
pub fn flushes() {
    for (tasks, steps) in [(1, 50), (16, 50)] {
        let file = new_file();
        let (ledger, trace) = (file.with_file_name("ledger"), file.with_file_name("trace"));
        let status = traced(
            &[
                "-y",
                "-e",
                "trace=write,pwrite64,fdatasync,fsync",
                "-o",
                trace.to_str().unwrap(),
            ],
            "load",
            &[
                file.to_str().unwrap(),
                ledger.to_str().unwrap(),
                &tasks.to_string(),
                &steps.to_string(),
            ],
        )
        .status()
        .unwrap();
        assert!(status.success());
        let trace = std::fs::read_to_string(&trace).unwrap();
        let (mut unflushed, mut flushes, mut kept) = (0, 0_u32, 0);
        let mut begun = false;
        for line in trace.lines() {
            let wal = line.contains("-wal>");
            if line.contains("\"ready") {
                begun = true;
            } else if line.contains("pwrite64(") && wal {
                unflushed += 1;
            } else if line.contains("sync(") && wal && begun {
                (unflushed, flushes) = (0, flushes + 1);
            } else if line.contains("write(") && line.contains("\"kept ") {
                kept += 1;
                // with several, the next transaction may be on its way by now
                assert!(
                    tasks > 1 || unflushed == 0,
                    "acknowledged before it was flushed"
                );
            }
        }
        assert_eq!(kept, tasks * steps);
        println!("{tasks} tasks: {kept} commits acknowledged, {flushes} flushes of the log");
        assert!(
            flushes > 0 && flushes <= kept + 2,
            "more flushes than commits"
        );
        assert!(tasks > 1 || flushes >= kept, "a commit was not flushed");
        hold(&file, &ledger, tasks as usize, false);
    }
}

/// The flush of some commit fails: it is not acknowledged, and the file is sound.
pub fn failing_flushes() {
    for nth in [3, 10, 30] {
        failing(
            &format!("inject=fdatasync,fsync:error=EIO:when={nth}"),
            true,
        );
    }
}

/// A write fails: it is refused or not known, and the file is sound.
pub fn failing_writes() {
    for nth in [40, 60, 90] {
        for error in ["EIO", "ENOSPC"] {
            failing(&format!("inject=pwrite64:error={error}:when={nth}"), false);
        }
    }
}

fn failing(inject: &str, flush: bool) {
    let file = new_file();
    let ledger = file.with_file_name("ledger");
    // so that the calls that are counted are those of commits
    blocking(async { Sqlite::at(&file).open().await.unwrap().close().await });
    let trace = file.with_file_name("trace");
    let status = traced(
        &[
            "-e",
            "trace=fdatasync,fsync,pwrite64",
            "-e",
            inject,
            "-o",
            trace.to_str().unwrap(),
        ],
        "load",
        &[file.to_str().unwrap(), ledger.to_str().unwrap(), "4", "30"],
    )
    .status()
    .unwrap();
    assert!(
        status.success(),
        "{inject}: the child did not come to its end"
    );
    let told = std::fs::read_to_string(&trace).unwrap();
    assert!(told.contains("INJECTED"), "{inject}: no call failed");
    let told = hold(&file, &ledger, 4, true);
    if flush {
        // what a flush that failed has left on the disk nobody knows
        assert!(!told.unknown.is_empty(), "{inject}: all was acknowledged");
        assert!(told.failed.is_empty(), "{inject}: {told:?}");
    }
}

/// Holds the file against the ledger.
fn hold(file: &Path, ledger: &Path, tasks: usize, may_fail: bool) -> Ledger {
    let told = Ledger::read(ledger);
    let failures = told.failed.len() + told.unknown.len();
    assert!(may_fail || failures == 0, "{told:?}");
    assert_eq!(told.in_flight(), 0, "all are answered");
    assert!(!told.kept.is_empty(), "the store went on: {told:?}");
    let told = [told];
    blocking(async {
        let store = Sqlite::at(file).open().await.unwrap();
        Seen::nothing(tasks).hold(&store, &told).await;
        assert_eq!(store.check().await.unwrap(), Vec::<String>::new());
    });
    let [told] = told;
    told
}

pub fn blocking<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap()
        .block_on(future)
}
