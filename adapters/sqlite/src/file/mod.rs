//! Whether a path names a file that may be a store. The file itself is read by `SQLite` alone: to
//! open and close it by other means would drop the locks that this process holds on it.

mod mounts;

use crate::error::{FileError, SqliteError};
use crate::schema::{self, Marks};
use rusqlite::{Connection, OpenFlags};
use std::fs::{self, Metadata};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The first version of `SQLite` without the bug that can lose commits when a WAL is reset.
const SOUND_SINCE: i32 = 3_051_003;

/// Checks all that can be told of a file without changing it, and answers with its absolute path.
pub(crate) fn check(path: &Path) -> Result<PathBuf, FileError> {
    if rusqlite::version_number() < SOUND_SINCE {
        return Err(FileError::OldSqlite {
            found: rusqlite::version(),
        });
    }
    let absolute = place(path)?;
    let there = match fs::metadata(&absolute) {
        Ok(there) => Some(there),
        Err(error) if error.kind() == ErrorKind::NotFound => None,
        Err(error) => return Err(failed(path, error)),
    };
    if let Some(kind) = mounts::network(&absolute) {
        let path = path.to_owned();
        return Err(FileError::NetworkFileSystem { path, kind });
    }
    let Some(there) = there else {
        return Ok(absolute);
    };
    if there.is_dir() {
        return Err(FileError::Directory {
            path: path.to_owned(),
        });
    }
    if there.permissions().readonly() {
        return Err(FileError::ReadOnly {
            path: path.to_owned(),
        });
    }
    if there.len() > 0 {
        marks(path, &absolute)?;
    }
    Ok(absolute)
}

/// The path without what stands for something else in it, so that it stays the same file wherever
/// the process goes.
fn place(path: &Path) -> Result<PathBuf, FileError> {
    if let Ok(there) = fs::canonicalize(path) {
        return Ok(there);
    }
    let directory = match path.parent() {
        Some(parent) if parent != Path::new("") => parent,
        _ => Path::new("."),
    };
    let Some(name) = path.file_name() else {
        return Err(FileError::Directory {
            path: path.to_owned(),
        });
    };
    match fs::canonicalize(directory) {
        Ok(directory) => Ok(directory.join(name)),
        Err(error) if error.kind() == ErrorKind::NotFound => Err(FileError::NoDirectory {
            path: path.to_owned(),
            directory: directory.to_owned(),
        }),
        Err(error) => Err(failed(path, error)),
    }
}

/// Looks at what the file says it is, through a connection that cannot write.
fn marks(path: &Path, absolute: &Path) -> Result<(), FileError> {
    let read = || -> rusqlite::Result<Marks> {
        let only_reads = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(absolute, only_reads)?;
        connection.busy_timeout(crate::connection::PATIENCE)?;
        Marks::read(&connection)
    };
    match read() {
        Ok(marks) => judge(path, marks),
        // it was left in the middle of a transaction: whoever opens it to write can read it
        Err(error) if is_read_only(&error) => Ok(()),
        Err(error) => Err(of_sqlite(path, error)),
    }
}

fn is_read_only(error: &rusqlite::Error) -> bool {
    use rusqlite::ErrorCode::{CannotOpen, ReadOnly};
    matches!(error.sqlite_error_code(), Some(CannotOpen | ReadOnly))
}

/// Whether what a file says of itself makes it a store, or what may become one.
pub(crate) fn judge(path: &Path, marks: Marks) -> Result<(), FileError> {
    if marks.application == schema::APPLICATION {
        if marks.version > schema::VERSION {
            let (path, version) = (path.to_owned(), marks.version);
            return Err(FileError::Newer { path, version });
        }
        return Ok(());
    }
    if marks.is_new() {
        return Ok(());
    }
    Err(FileError::OtherApplication {
        path: path.to_owned(),
        application: marks.application,
    })
}

/// What `SQLite` said, as the error of a file that is being opened.
pub(crate) fn of_sqlite(path: &Path, error: rusqlite::Error) -> FileError {
    let (path, source) = (path.to_owned(), SqliteError::from(error));
    if source.is_no_database() {
        FileError::NoDatabase { path }
    } else if source.is_corrupt() {
        FileError::Damaged { path, source }
    } else {
        let source = Arc::new(source);
        FileError::Failed { path, source }
    }
}

fn failed(path: &Path, error: std::io::Error) -> FileError {
    FileError::Failed {
        path: path.to_owned(),
        source: Arc::new(error),
    }
}

/// Which file stands at a path, where that can be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Standing(Option<(u64, u64)>);

impl Standing {
    /// The file at that path now.
    pub(crate) fn at(path: &Path) -> Self {
        Self(fs::metadata(path).ok().as_ref().and_then(number))
    }
}

#[cfg(unix)]
#[allow(clippy::unnecessary_wraps, reason = "it is not told everywhere")]
fn number(file: &Metadata) -> Option<(u64, u64)> {
    use std::os::unix::fs::MetadataExt;
    Some((file.dev(), file.ino()))
}

#[cfg(not(unix))]
fn number(_: &Metadata) -> Option<(u64, u64)> {
    None
}
