//! Power fails: of what was written, only what was flushed is there for sure.

use crate::ledger::{Ledger, Seen};
use crate::load::step;
use crate::tally;
use crate::traced::blocking;
use crate::{given::new_file, traced};
use cqrs_core::store::EventStore;
use cqrs_sqlite::Sqlite;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// The trace of a run has each write and each flush of the file and of its log. From it the files
/// are made again as a disk would hold them that keeps nothing but what was flushed, at each of
/// many moments; and what was acknowledged by then must be in them.
pub fn lost() {
    const TASKS: usize = 4;
    let file = new_file();
    let (ledger, trace) = (file.with_file_name("ledger"), file.with_file_name("trace"));
    let status = traced(
        &[
            "-y",
            "-xx",
            "-s",
            "100000",
            "-e",
            "trace=write,pwrite64,fdatasync,fsync,ftruncate,unlink,openat",
            "-o",
            trace.to_str().unwrap(),
        ],
        "load",
        &[
            file.to_str().unwrap(),
            ledger.to_str().unwrap(),
            &TASKS.to_string(),
            "400",
        ],
    )
    .status()
    .unwrap();
    assert!(status.success());
    let all = Ledger::read(&ledger);
    let trace = fs::read_to_string(&trace).unwrap();
    let mut disk = Disk::default();
    let mut told = String::new();
    let mut moments = 0;
    let mut copied = 0;
    for (number, call) in calls(&trace).enumerate() {
        match disk.take(&call, &file) {
            Effect::None => {}
            Effect::Told(text) => told.push_str(&text),
            Effect::Flushed(main) => copied += usize::from(main),
        }
        if number % 97 == 0 && told.contains("kept") {
            moments += 1;
            restored(&disk, &told, &all, TASKS);
        }
    }
    println!("{moments} moments of power loss, {copied} flushes of the file itself");
    assert!(moments > 20 && copied > 1, "the run was too short");
}

fn restored(disk: &Disk, told: &str, all: &Ledger, tasks: usize) {
    let copy = new_file();
    for (suffix, flushed) in &disk.flushed {
        let mut name = copy.clone().into_os_string();
        name.push(suffix);
        fs::write(PathBuf::from(name), flushed).unwrap();
    }
    let acknowledged = copy.with_file_name("told");
    fs::write(&acknowledged, told).unwrap();
    let mut ledger = Ledger::read(&acknowledged);
    ledger.sent.clone_from(&all.sent);
    blocking(async {
        let store = Sqlite::at(&copy).open().await.unwrap();
        Seen::nothing(tasks).hold(&store, &[ledger]).await;
        store.close().await;
    });
    fs::remove_dir_all(copy.parent().unwrap()).unwrap();
}

/// What files hold, by what their names add to that of the store: as the system has them, and as
/// the disk has them for sure.
#[derive(Default)]
struct Disk {
    written: BTreeMap<String, Vec<u8>>,
    flushed: BTreeMap<String, Vec<u8>>,
}

enum Effect {
    None,
    Told(String),
    Flushed(bool),
}

impl Disk {
    fn take(&mut self, call: &str, file: &Path) -> Effect {
        let Some((name, rest)) = call.split_once('(') else {
            return Effect::None;
        };
        let of = |rest: &str| {
            let path = text(rest.split_once('<')?.1.split_once('>')?.0);
            let path = String::from_utf8_lossy(&path).into_owned();
            path.strip_prefix(file.to_str()?).map(str::to_owned)
        };
        match name {
            "write" if rest.contains("ledger") || of_ledger(rest) => Effect::Told(
                String::from_utf8_lossy(&text(rest.split('"').nth(1).unwrap_or_default())).into(),
            ),
            "pwrite64" => {
                let Some(suffix) = of(rest).filter(|suffix| suffix != "-shm") else {
                    return Effect::None;
                };
                let bytes = text(rest.split('"').nth(1).unwrap());
                let at = rest.rsplit_once(", ").unwrap().1;
                let at: usize = at.split_once(')').unwrap().0.parse().unwrap();
                let content = self.written.entry(suffix).or_default();
                if content.len() < at + bytes.len() {
                    content.resize(at + bytes.len(), 0);
                }
                content[at..at + bytes.len()].copy_from_slice(&bytes);
                Effect::None
            }
            "ftruncate" => {
                if let Some(suffix) = of(rest).filter(|suffix| suffix != "-shm") {
                    let length = rest.rsplit_once(", ").unwrap().1;
                    let length = length.split_once(')').unwrap().0.parse().unwrap();
                    self.written.entry(suffix).or_default().resize(length, 0);
                }
                Effect::None
            }
            "fdatasync" | "fsync" => {
                let Some(suffix) = of(rest) else {
                    return Effect::None;
                };
                let content = self.written.entry(suffix.clone()).or_default().clone();
                let main = suffix.is_empty();
                self.flushed.insert(suffix, content);
                Effect::Flushed(main)
            }
            "unlink" => {
                let path = text(rest.split('"').nth(1).unwrap_or_default());
                let path = String::from_utf8_lossy(&path).into_owned();
                if let Some(suffix) = path.strip_prefix(file.to_str().unwrap()) {
                    self.written.remove(suffix);
                    self.flushed.remove(suffix);
                }
                Effect::None
            }
            _ => Effect::None,
        }
    }
}

fn of_ledger(rest: &str) -> bool {
    let path = rest
        .split_once('<')
        .and_then(|(_, rest)| rest.split_once('>'));
    path.is_some_and(|(path, _)| text(path).ends_with(b"/ledger"))
}

/// What `strace -xx` writes of bytes.
fn text(escaped: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(escaped.len() / 4);
    let mut rest = escaped.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        if first == b'\\' && after.first() == Some(&b'x') {
            let digits = std::str::from_utf8(&after[1..3]).unwrap();
            bytes.push(u8::from_str_radix(digits, 16).unwrap());
            rest = &after[3..];
        } else {
            bytes.push(first);
            rest = after;
        }
    }
    bytes
}

/// The calls of a trace, in the order in which they ended; those that were interrupted by others
/// are put together again.
fn calls(trace: &str) -> impl Iterator<Item = String> {
    let mut begun: BTreeMap<&str, &str> = BTreeMap::new();
    trace.lines().filter_map(move |line| {
        let (thread, call) = line.split_once(' ')?;
        let call = call.trim_start();
        if let Some(unfinished) = call.strip_suffix(" <unfinished ...>") {
            begun.insert(thread, unfinished);
            return None;
        }
        if call.starts_with("<... ") {
            let rest = call.split_once("resumed>")?.1;
            return Some(format!("{}{rest}", begun.remove(thread)?));
        }
        Some(call.to_owned())
    })
}

/// The end of the write-ahead log is torn or turned: what comes before it is read.
pub fn torn() {
    let file = new_file();
    let wal = |file: &Path| {
        let mut name = file.to_path_buf().into_os_string();
        name.push("-wal");
        PathBuf::from(name)
    };
    let (main, log) = blocking(async {
        let (store, _tally) = tally::opened(&file).await;
        for count in 1..=20 {
            store.commit(step(0, count)).await.unwrap();
        }
        (fs::read(&file).unwrap(), fs::read(wal(&file)).unwrap())
    });
    let sent = (1..=20).map(|count| (0, count)).collect();
    let ledger = [Ledger {
        sent,
        ..Ledger::default()
    }];
    let mut heads = Vec::new();
    for torn in 0..40 {
        let copy = new_file();
        let mut log = log.clone();
        let end = log.len() - torn * 501;
        if torn % 2 == 0 {
            log.truncate(end);
        } else {
            log[end - 1] ^= 0x40;
        }
        fs::write(&copy, &main).unwrap();
        fs::write(wal(&copy), log).unwrap();
        blocking(async {
            let store = Sqlite::at(&copy).open().await.unwrap();
            Seen::nothing(1).hold(&store, &ledger).await;
            assert_eq!(store.check().await.unwrap(), Vec::<String>::new());
            heads.push(store.head().await.unwrap().get());
            store.close().await;
        });
    }
    assert_eq!(heads[0], 40, "what is whole is read whole");
    assert!(heads.last() < heads.first(), "{heads:?}");
}
