//! A copy of the store, made while it is in use.

use crate::connection::{PATIENCE, to_read};
use crate::error::{FileError, SqliteError};
use rusqlite::backup::Backup;
use rusqlite::{Connection, params};
use std::ffi::OsString;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Copies the store at `from` into a new file. That is there whole, or not at all.
pub(crate) fn copy(from: &Path, to: &Path) -> Result<(), FileError> {
    let failed = |source: Box<dyn std::error::Error + Send + Sync>| FileError::Failed {
        path: to.to_owned(),
        source: source.into(),
    };
    if to.is_dir() {
        let path = to.to_owned();
        return Err(FileError::Directory { path });
    }
    if to.exists() {
        return Err(failed("there is a file already".into()));
    }
    let partial = beside(to);
    let copied = pages(from, &partial).map_err(|error| failed(Box::new(SqliteError::from(error))));
    let named = copied.and_then(|()| {
        fs::rename(&partial, to).map_err(|error| failed(error.into()))?;
        kept(to).map_err(|error| failed(error.into()))
    });
    if named.is_err() {
        fs::remove_file(&partial).ok();
    }
    named
}

/// What the copy is called until it is whole.
fn beside(to: &Path) -> PathBuf {
    let mut name = to.file_name().map_or_else(OsString::new, OsString::from);
    name.push(format!(".{}.partial", std::process::id()));
    to.with_file_name(name)
}

/// Copies all pages in one go: a copy in several would begin anew whenever something is written.
fn pages(from: &Path, to: &Path) -> rusqlite::Result<()> {
    fs::remove_file(to).ok();
    let source = to_read(from)?;
    let mut copy = Connection::open(to)?;
    copy.busy_timeout(PATIENCE)?;
    {
        let backup = Backup::new(&source, &mut copy)?;
        backup.run_to_completion(i32::MAX, Duration::from_millis(10), None)?;
    }
    // whoever opens the copy has a log that went back to where it was now: it is another epoch,
    // and no two copies have the same one
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH);
    let now = seconds.map_or(0, |since| {
        u32::try_from(since.as_secs()).unwrap_or(u32::MAX)
    });
    copy.execute(
        "UPDATE cqrs_store SET epoch = max(epoch + 1, ?)",
        params![now],
    )?;
    // without a log of its own beside it, the file is the whole copy
    copy.query_row("PRAGMA journal_mode = DELETE", [], |_| Ok(()))?;
    copy.close().map_err(|(_, error)| error)
}

/// Makes the name durable; `SQLite` has seen to the content.
fn kept(file: &Path) -> std::io::Result<()> {
    let directory = match file.parent() {
        Some(parent) if parent != Path::new("") => parent,
        _ => Path::new("."),
    };
    File::open(directory)?.sync_all()
}
