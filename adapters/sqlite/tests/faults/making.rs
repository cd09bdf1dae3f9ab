//! SIGKILL while a file comes to be, before each call by which it does: a new store, or the copy of one.

use crate::ledger::{Ledger, Seen};
use crate::load::step;
use crate::traced::blocking;
use crate::{given::new_file, tally, traced};
use cqrs_core::store::EventStore;
use cqrs_sqlite::Sqlite;
use std::path::Path;

/// What changes files.
const CALLS: &str = "pwrite64,fdatasync,fsync,ftruncate,rename,unlink";

/// Lets the child be killed before its first such call, its second, and so on until it comes to its end; says how
/// often it did not.
fn killed(role: &str, mut arguments: impl FnMut() -> Vec<String>, hold: impl Fn(&[String])) -> u32 {
    for nth in 1.. {
        let arguments = arguments();
        let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let trace = format!("trace={CALLS}");
        let inject = format!("inject={CALLS}:signal=KILL:when={nth}");
        let options = ["-e", &trace, "-e", &inject, "-o", "/dev/null"];
        let status = traced(&options, role, &words).status().unwrap();
        hold(&arguments);
        if status.success() {
            return nth - 1;
        }
    }
    0
}

/// FILE: makes a store.
pub fn make(arguments: &[String]) {
    let [file] = arguments else {
        panic!("{arguments:?}");
    };
    // one thread does it all, so that its calls are counted on
    drop(Sqlite::at(file).open_blocking().unwrap());
}

/// Whoever comes next finds a store, or what becomes one.
pub fn new() {
    let file = || vec![new_file().to_str().unwrap().to_owned()];
    let kills = killed("make", file, |arguments| {
        blocking(async {
            let (store, _tally) = tally::opened(&arguments[0]).await;
            store.commit(step(0, 1)).await.unwrap();
            let ledger = Ledger {
                sent: [(0, 1)].into(),
                ..Ledger::default()
            };
            Seen::nothing(1).hold(&store, &[ledger]).await;
            assert_eq!(store.check().await.unwrap(), Vec::<String>::new());
            store.close().await;
        });
    });
    println!("killed before each of {kills} calls");
    assert!(kills > 5, "it was made by fewer calls than there are");
}

/// FROM TO: copies a store.
pub fn copy(arguments: &[String]) {
    let [from, to] = arguments else {
        panic!("{arguments:?}");
    };
    blocking(async {
        let store = Sqlite::at(from).open().await.unwrap();
        store.backup_to(to).await.unwrap();
    });
}

/// A copy is there whole, or not at all, and can be made once more.
pub fn copies() {
    let file = new_file();
    let ledger = Ledger {
        sent: (1..=20).map(|count| (0, count)).collect(),
        ..Ledger::default()
    };
    blocking(async {
        let (store, _tally) = tally::opened(&file).await;
        for (_, count) in &ledger.sent {
            store.commit(step(0, *count)).await.unwrap();
        }
        store.close().await;
    });
    let from = file.to_str().unwrap().to_owned();
    let paths = || vec![from.clone(), new_file().to_str().unwrap().to_owned()];
    let kills = killed("copy", paths, |arguments| {
        let copy = Path::new(&arguments[1]);
        blocking(async {
            let store = Sqlite::at(&file).open().await.unwrap();
            if !copy.exists() {
                store.backup_to(copy).await.unwrap();
            }
            let copied = Sqlite::at(copy).open().await.unwrap();
            let ledgers = std::slice::from_ref(&ledger);
            let mut seen = Seen::nothing(1);
            seen.hold(&copied, ledgers).await;
            assert_eq!(copied.head().await.unwrap(), store.head().await.unwrap());
            assert!(copied.identity().epoch > store.identity().epoch);
            assert_eq!(copied.check().await.unwrap(), Vec::<String>::new());
            copied.close().await;
            store.close().await;
        });
    });
    println!("killed before each of {kills} calls");
    assert!(kills > 5, "it was copied by fewer calls than there are");
}
