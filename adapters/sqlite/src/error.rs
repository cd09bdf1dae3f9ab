use crate::guard::Refused;
use crate::schema;
use cqrs_core::store::StoreError;
use rusqlite::ErrorCode;
use std::error::Error;
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

/// Why a file cannot be opened as a store. Nothing in it was changed.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum FileError {
    /// It is a directory.
    #[error("{} is a directory: name a file in it", path.display())]
    Directory {
        /// The path that was given.
        path: PathBuf,
    },
    /// The directory that is to hold it is not there.
    #[error("{} cannot be made: there is no directory {}", path.display(), directory.display())]
    NoDirectory {
        /// The path that was given.
        path: PathBuf,
        /// What is missing.
        directory: PathBuf,
    },
    /// It cannot be written.
    #[error("{} is read-only: a store is written to; give the right to write, or copy the file", path.display())]
    ReadOnly {
        /// The path that was given.
        path: PathBuf,
    },
    /// It is no `SQLite` database.
    #[error("{} is no SQLite database", path.display())]
    NoDatabase {
        /// The path that was given.
        path: PathBuf,
    },
    /// It is the database of another application.
    #[error("{} is a SQLite database of another application (application id {application}): name a file of its own for the store; tables of yours may be in it once the store has made it", path.display())]
    OtherApplication {
        /// The path that was given.
        path: PathBuf,
        /// What the file's header says.
        application: i32,
    },
    /// It was written by a newer version of this crate.
    #[error("{} has version {version} of the tables, and this program knows up to {}: run the newer program", path.display(), schema::VERSION)]
    Newer {
        /// The path that was given.
        path: PathBuf,
        /// The version of its tables.
        version: i32,
    },
    /// It stands on a network file system, where the locks and the shared memory of `SQLite` are
    /// not to be relied on.
    #[error("{} stands on a network file system ({kind}), on which SQLite loses data: put it on a local disk", path.display())]
    NetworkFileSystem {
        /// The path that was given.
        path: PathBuf,
        /// The kind of file system.
        kind: String,
    },
    /// It is damaged.
    #[error("{} is damaged ({source}): restore a backup, or try what `sqlite3 FILE .recover` can save", path.display())]
    Damaged {
        /// The path that was given.
        path: PathBuf,
        /// What `SQLite` said.
        r#source: SqliteError,
    },
    /// The file was deleted, or another one put in its place, while it was open.
    #[error("{} is not the file that was opened: it was deleted or replaced; close the store and open it again", path.display())]
    Replaced {
        /// The path that was given.
        path: PathBuf,
    },
    /// The program is linked to a `SQLite` that can lose what was committed.
    #[error(
        "SQLite {found} can lose commits when several connections write: 3.51.3 or later is needed"
    )]
    OldSqlite {
        /// The version that the program is linked to.
        found: &'static str,
    },
    /// The operating system, or `SQLite`, refused.
    #[error("{} cannot be opened: {source}", path.display())]
    Failed {
        /// The path that was given.
        path: PathBuf,
        /// Why.
        r#source: Arc<dyn Error + Send + Sync>,
    },
}

impl FileError {
    /// Whether another connection has locked the file.
    pub(crate) fn is_busy(&self) -> bool {
        match self {
            Self::Failed { source, .. } => {
                let said = source.downcast_ref::<SqliteError>();
                said.is_some_and(SqliteError::is_busy)
            }
            _ => false,
        }
    }
}

/// What `SQLite` said, wherever a [`StoreError::Backend`] of this store comes from; or why a statement
/// was not put to it.
#[derive(Debug, Clone)]
pub struct SqliteError(Arc<Said>);

#[derive(Debug)]
enum Said {
    Sqlite(rusqlite::Error),
    Refused(Refused),
}

impl SqliteError {
    fn sqlite(&self) -> Option<&rusqlite::Error> {
        match &*self.0 {
            Said::Sqlite(error) => Some(error),
            Said::Refused(_) => None,
        }
    }

    fn is(&self, code: ErrorCode) -> bool {
        self.sqlite().and_then(rusqlite::Error::sqlite_error_code) == Some(code)
    }

    /// Its extended result code (<https://sqlite.org/rescode.html>), if it has one.
    pub fn code(&self) -> Option<i32> {
        let error = self.sqlite()?.sqlite_error()?;
        Some(error.extended_code)
    }

    /// Why the statement was refused before it did anything, if it was.
    pub fn refused(&self) -> Option<&Refused> {
        match &*self.0 {
            Said::Sqlite(_) => None,
            Said::Refused(refused) => Some(refused),
        }
    }

    /// Whether there was no room on the disk. Once there is, the store goes on.
    pub fn is_full(&self) -> bool {
        self.is(ErrorCode::DiskFull)
    }

    /// Whether another process kept the file locked for too long.
    pub fn is_busy(&self) -> bool {
        self.is(ErrorCode::DatabaseBusy)
    }

    /// Whether the file is damaged.
    pub fn is_corrupt(&self) -> bool {
        self.is(ErrorCode::DatabaseCorrupt)
    }

    /// Whether a statement broke a rule of its table, as `UNIQUE` or `CHECK` states it.
    pub fn is_constraint(&self) -> bool {
        self.is(ErrorCode::ConstraintViolation)
    }

    pub(crate) fn is_no_database(&self) -> bool {
        self.is(ErrorCode::NotADatabase)
    }

    /// Whether it befell the store, so that the statement is not to blame.
    pub(crate) fn is_of_the_store(&self) -> bool {
        [
            ErrorCode::DiskFull,
            ErrorCode::SystemIoFailure,
            ErrorCode::OutOfMemory,
            ErrorCode::DatabaseBusy,
            ErrorCode::DatabaseCorrupt,
            ErrorCode::NotADatabase,
            ErrorCode::CannotOpen,
            ErrorCode::ReadOnly,
            ErrorCode::FileLockingProtocolFailed,
        ]
        .into_iter()
        .any(|code| self.is(code))
    }

    /// As the failure of a store that was doing that.
    pub(crate) fn doing(self, doing: &'static str) -> StoreError {
        let source = Box::new(self);
        StoreError::Backend { doing, source }
    }
}

impl From<rusqlite::Error> for SqliteError {
    fn from(error: rusqlite::Error) -> Self {
        Self(Arc::new(Said::Sqlite(error)))
    }
}

impl From<Refused> for SqliteError {
    fn from(refused: Refused) -> Self {
        Self(Arc::new(Said::Refused(refused)))
    }
}

impl fmt::Display for SqliteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &*self.0 {
            Said::Sqlite(error) => error.fmt(f)?,
            Said::Refused(refused) => refused.fmt(f)?,
        }
        match self.code() {
            Some(code) => write!(f, " (SQLite code {code})"),
            None => Ok(()),
        }
    }
}

// its text is all that `SQLite` said
impl Error for SqliteError {}
