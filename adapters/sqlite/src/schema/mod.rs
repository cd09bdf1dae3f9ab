//! The tables of the store, how they came to be, and which store they are.

use cqrs_core::Uuid;
use cqrs_core::log::StoreIdentity;
use rusqlite::{Connection, params};

/// Marks a file as a store of this crate.
pub(crate) const APPLICATION: i32 = 0x4351_5253;

/// Each takes the file from the version that is its place here to the next one.
const MIGRATIONS: &[&str] = &[include_str!("v1.sql")];

/// The version that this program writes.
pub(crate) const VERSION: i32 = 1;
const _: () = assert!(MIGRATIONS.len() == VERSION as usize);

/// What a file says it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Marks {
    pub(crate) application: i32,
    pub(crate) version: i32,
    /// Whether there is anything in it.
    pub(crate) empty: bool,
}

impl Marks {
    pub(crate) fn read(connection: &Connection) -> rusqlite::Result<Self> {
        // all as of one moment: another process may be making the file
        let moment = connection.unchecked_transaction()?;
        let number = |pragma| moment.query_row(pragma, [], |row| row.get(0));
        Ok(Self {
            application: number("PRAGMA application_id")?,
            version: number("PRAGMA user_version")?,
            empty: moment.query_row(
                "SELECT NOT EXISTS (SELECT 1 FROM sqlite_schema)",
                [],
                |row| row.get(0),
            )?,
        })
    }

    /// Whether it is a file that nobody has written to yet.
    pub(crate) fn is_new(self) -> bool {
        let untouched = Self {
            application: 0,
            version: 0,
            empty: true,
        };
        self == untouched
    }
}

/// Brings the file up to date, in one transaction: of several processes that would, one does.
pub(crate) fn migrate(connection: &Connection) -> rusqlite::Result<()> {
    let version = |connection: &Connection| -> rusqlite::Result<i32> {
        connection.query_row("PRAGMA user_version", [], |row| row.get(0))
    };
    if version(connection)? >= VERSION {
        return Ok(());
    }
    connection.execute_batch("BEGIN IMMEDIATE")?;
    let migrated = (|| {
        let from = usize::try_from(version(connection)?).unwrap_or_default();
        for migration in MIGRATIONS.get(from..).unwrap_or_default() {
            connection.execute_batch(migration)?;
        }
        if from == 0 {
            connection.execute(
                "INSERT INTO cqrs_store (one, id, epoch) VALUES (1, ?, 0)",
                params![Uuid::now_v7().into_bytes()],
            )?;
        }
        connection.execute_batch(&format!(
            "PRAGMA application_id = {APPLICATION}; PRAGMA user_version = {VERSION}; COMMIT"
        ))
    })();
    if migrated.is_err() {
        connection.execute_batch("ROLLBACK").ok(); // the first error is the one to tell
    }
    migrated
}

/// Which store it is.
pub(crate) fn identity(connection: &Connection) -> rusqlite::Result<StoreIdentity> {
    connection.query_row("SELECT id, epoch FROM cqrs_store", [], |row| {
        Ok(StoreIdentity {
            id: Uuid::from_bytes(row.get(0)?),
            epoch: row.get(1)?,
        })
    })
}

/// The position of the last event; 0 of an empty log.
pub(crate) fn head(connection: &Connection) -> rusqlite::Result<i64> {
    connection
        .prepare_cached("SELECT coalesce(max(position), 0) FROM cqrs_events")?
        .query_row([], |row| row.get(0))
}
