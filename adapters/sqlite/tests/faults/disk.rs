//! A disk that fills.

use crate::ledger::{Ledger, Seen};
use crate::load::step;
use crate::tally;
use crate::traced::blocking;
use crate::{child, given::new_file};
use cqrs_core::store::{CommitError, EventStore, StoreError};
use cqrs_sqlite::SqliteError;
use std::path::{Path, PathBuf};
use std::process::Command;

/// How large the disk is.
const ROOM: u64 = 4 << 20;

pub fn full() {
    on_a_small_disk("fill", ROOM, ROOM);
}

/// Has a child do that on a small file system, where one can be mounted; else under a limit to the size of a file.
pub fn on_a_small_disk(role: &str, room: u64, limit: u64) {
    let file = new_file();
    let folder = file.parent().unwrap().join("small");
    std::fs::create_dir(&folder).unwrap();
    let mounted = Command::new("mount")
        .args(["-t", "tmpfs", "-o", &format!("size={room}"), "tmpfs"])
        .arg(&folder)
        .output()
        .is_ok_and(|output| output.status.success());
    let _unmount = Unmount(mounted.then(|| folder.clone()));
    let file = folder.join("store.db");
    let arguments = [
        file.to_str().unwrap(),
        if mounted { "mounted" } else { "limited" },
    ];
    let status = if mounted {
        child(role, &arguments).status()
    } else {
        println!("no file system can be mounted here: the size of files is limited in its place");
        let program = std::env::current_exe().unwrap();
        Command::new("sh")
            .args([
                "-c",
                "trap '' XFSZ; exec prlimit --fsize=\"$0\": \"$@\"",
                &limit.to_string(),
            ])
            .arg(program)
            .arg(format!("child={role}"))
            .args(arguments)
            .status()
    };
    assert!(status.unwrap().success());
}

struct Unmount(Option<PathBuf>);

impl Drop for Unmount {
    fn drop(&mut self) {
        if let Some(folder) = &self.0 {
            Command::new("umount").arg(folder).status().ok();
        }
    }
}

/// FILE mounted|limited: writes until there is no room, looks that it can read, makes room, and
/// goes on with the same store.
pub fn fill(arguments: &[String]) {
    let [file, how] = arguments else {
        panic!("{arguments:?}");
    };
    let ballast = Path::new(file).with_file_name("ballast");
    if how == "mounted" {
        std::fs::write(&ballast, vec![7; 1 << 20]).unwrap();
    }
    let mut ledger = Ledger::default();
    blocking(async {
        let (store, _tally) = tally::opened(file).await;
        let mut count = 0;
        let error = loop {
            count += 1;
            ledger.sent.insert((0, count));
            match store.commit(step(0, count)).await {
                Ok(committed) => ledger.kept.insert((0, count), committed.position.get()),
                Err(error) => break error,
            };
        };
        println!("after {count} commits: {error:?}");
        if how == "mounted" {
            let CommitError::Store(StoreError::Backend { source, .. }) = &error else {
                panic!("{error:?}");
            };
            let source = source.downcast_ref::<SqliteError>().unwrap();
            assert!(source.is_full(), "{source}");
            assert!(
                store.commit(step(0, count)).await.is_err(),
                "it is still full"
            );
            ledger.failed.insert((0, count));
        }
        Seen::nothing(1)
            .hold(&store, std::slice::from_ref(&ledger))
            .await;

        make_room(&ballast, how);
        ledger.failed.clear();
        for count in count..count + 10 {
            ledger.sent.insert((0, count));
            let committed = store.commit(step(0, count)).await.unwrap();
            if !committed.repeated {
                ledger.kept.insert((0, count), committed.position.get());
            }
        }
        Seen::nothing(1)
            .hold(&store, std::slice::from_ref(&ledger))
            .await;
        assert_eq!(store.check().await.unwrap(), Vec::<String>::new());
        store.close().await;
    });
}

pub fn make_room(ballast: &Path, how: &str) {
    if how == "mounted" {
        std::fs::remove_file(ballast).unwrap();
        return;
    }
    let own = std::process::id().to_string();
    let raised = Command::new("prlimit")
        .args(["--fsize=unlimited:", "--pid", &own])
        .status();
    assert!(raised.unwrap().success());
}
