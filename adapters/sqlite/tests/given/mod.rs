//! Files for tests to begin with.
#![allow(dead_code, reason = "each test takes what it needs")]

use cqrs_sqlite::Sqlite;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};

/// The path of a file that is not there, in a directory that later runs of the tests clear.
pub fn new_file() -> PathBuf {
    static COUNT: AtomicUsize = AtomicUsize::new(0);
    static ROOT: std::sync::OnceLock<PathBuf> = std::sync::OnceLock::new();
    let root = ROOT.get_or_init(|| {
        let program = std::env::current_exe().unwrap();
        let root = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(program.file_stem().unwrap());
        std::fs::remove_dir_all(&root).ok();
        std::fs::create_dir_all(&root).unwrap();
        root
    });
    let number = COUNT.fetch_add(1, Ordering::Relaxed);
    let own = root.join(format!("{}-{number}", std::process::id()));
    std::fs::create_dir_all(&own).unwrap();
    own.join("store.db")
}

/// A new store.
pub async fn fresh() -> Sqlite {
    Sqlite::at(new_file()).open().await.unwrap()
}
