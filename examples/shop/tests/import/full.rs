//! A disk that fills while the import runs.

use crate::{Run, SAMPLE, import, new_store, shop};
use std::path::{Path, PathBuf};
use std::process::Command;

/// How large the disk is: too small for the sample.
const ROOM: u64 = 1 << 20;

/// A folder on a small file system of its own, where one can be mounted.
struct Small(PathBuf);

impl Small {
    fn mounted(folder: &Path) -> Option<Self> {
        mount(folder, &format!("size={ROOM}")).then(|| Self(folder.to_owned()))
    }

    fn grow(&self) {
        assert!(mount(&self.0, "remount,size=64m"));
    }
}

impl Drop for Small {
    fn drop(&mut self) {
        Command::new("umount").arg(&self.0).status().ok();
    }
}

fn mount(folder: &Path, options: &str) -> bool {
    Command::new("mount")
        .args(["-t", "tmpfs", "-o", options, "tmpfs"])
        .arg(folder)
        .output()
        .is_ok_and(|output| output.status.success())
}

/// The import where no file may grow beyond the size of the disk.
fn limited(store: &Path) -> Command {
    let mut command = Command::new("sh");
    command
        .args([
            "-c",
            "trap '' XFSZ; exec prlimit --fsize=\"$0\": \"$@\"",
            &ROOM.to_string(),
        ])
        .arg(env!("CARGO_BIN_EXE_shop"))
        .args(["import", SAMPLE, "--store"])
        .arg(store);
    command
}

#[test]
fn an_import_that_fills_the_disk_says_so_and_goes_on_once_there_is_room() {
    let store = new_store();
    let small = Small::mounted(store.parent().unwrap());
    let import_there = || {
        let mut command = shop();
        command
            .args(["import", SAMPLE, "--json", "--store"])
            .arg(&store);
        command
    };
    let full = match &small {
        Some(_) => Run::of(&mut import_there()),
        None => Run::of(&mut limited(&store)),
    };
    full.assert_failed();
    full.assert_tells("the order is not recorded");
    if small.is_some() {
        full.assert_tells("disk is full");
    }

    if let Some(small) = &small {
        small.grow();
    }
    let again = Run::of(&mut import_there());
    again.assert_succeeded();
    again.assert_tells("purchases that were recorded before: ");
    let clean = Run::of(&mut import([SAMPLE, "--json"]));
    assert_eq!(again.last_line(), clean.last_line());
}
