//! Files for tests to begin with.
#![allow(dead_code, reason = "each test takes what it needs")]

use cqrs_core::log::{CommandId, Data, EventId, Metadata, Name, StreamId, Tags, Tenant};
use cqrs_core::store::{Append, Batch, Expect, NewEvent};
use cqrs_sqlite::Sqlite;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

/// The path of a file that is not there, in a directory that later runs of the tests clear.
pub fn new_file() -> PathBuf {
    static COUNT: AtomicUsize = AtomicUsize::new(0);
    static ROOT: std::sync::OnceLock<PathBuf> = std::sync::OnceLock::new();
    let root = ROOT.get_or_init(|| {
        let program = std::env::current_exe().unwrap();
        let root = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(program.file_stem().unwrap());
        clear(&root);
        root
    });
    let number = COUNT.fetch_add(1, Ordering::Relaxed);
    let own = root.join(format!("{}-{number}", std::process::id()));
    std::fs::create_dir_all(&own).unwrap();
    own.join("store.db")
}

/// Removes what runs left that have ended: another may still be at it.
fn clear(root: &Path) {
    for left in std::fs::read_dir(root).into_iter().flatten().flatten() {
        let name = left.file_name();
        let process = name.to_str().and_then(|name| name.split('-').next());
        let is_own = process == Some(&std::process::id().to_string());
        if is_own || process.is_none_or(|id| !Path::new("/proc").join(id).exists()) {
            std::fs::remove_dir_all(left.path()).ok();
        }
    }
}

/// The stream of category `test` that is called so.
pub fn stream(id: &str) -> StreamId {
    StreamId::new(Tenant::default(), "test", id).unwrap()
}

/// A batch of one event.
pub fn one_event(stream: StreamId, expect: Expect, data: impl Into<Vec<u8>>) -> Batch {
    let event = NewEvent {
        id: EventId::generate(),
        name: Name::from_static("e"),
        schema: 1,
        data: Data::from_bytes(data.into()),
        tags: Tags::default(),
    };
    let append = Append {
        stream,
        expect,
        events: [event].into_iter().collect(),
        occurred_at: None,
        metadata: Metadata::of(CommandId::generate()),
        snapshot: None,
    };
    let mut batch = Batch::default();
    batch.appends = [append].into_iter().collect();
    batch
}

/// A new store.
pub async fn fresh() -> Sqlite {
    Sqlite::at(new_file()).open().await.unwrap()
}
