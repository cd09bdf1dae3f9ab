//! Connections, each set up for what it is to do.

use crate::Durability;
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};
use std::path::Path;
use std::time::Duration;

/// How long is waited for another process that writes.
pub(crate) const PATIENCE: Duration = Duration::from_secs(5);

/// The pages that the writer keeps in memory, in KiB: those of the indexes that appends go to.
const WRITER_CACHE: i32 = -32 * 1024;

/// And each reader.
const READER_CACHE: i32 = -4 * 1024;

/// How many statements are kept prepared.
const STATEMENTS: usize = 64;

/// Opens the file to write; makes it where there is none. Nothing is written yet.
pub(crate) fn to_write(path: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
        | OpenFlags::SQLITE_OPEN_CREATE
        | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    set_up(&connection, WRITER_CACHE)?;
    Ok(connection)
}

/// Puts the file into WAL mode, and sets when a commit is durable. Says whether it is in that mode.
pub(crate) fn keep_a_wal(
    connection: &Connection,
    durability: Durability,
) -> rusqlite::Result<bool> {
    let mode: String = connection.query_row("PRAGMA journal_mode = WAL", [], |row| row.get(0))?;
    let synchronous = match durability {
        Durability::Full => "FULL",
        Durability::LastTransactionsMayBeLost => "NORMAL",
    };
    connection.execute_batch(&format!(
        "PRAGMA synchronous = {synchronous};
         PRAGMA fullfsync = 1;
         PRAGMA checkpoint_fullfsync = 1;
         PRAGMA wal_autocheckpoint = 0"
    ))?;
    Ok(mode.eq_ignore_ascii_case("wal"))
}

/// Opens the file to read.
pub(crate) fn to_read(path: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    set_up(&connection, READER_CACHE)?;
    Ok(connection)
}

fn set_up(connection: &Connection, cache: i32) -> rusqlite::Result<()> {
    connection.busy_timeout(PATIENCE)?;
    // or SQLite plans a statement anew whenever a bound of a range is another one
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    connection.execute_batch(&format!(
        "PRAGMA trusted_schema = OFF;
         PRAGMA cell_size_check = ON;
         PRAGMA mmap_size = 0;
         PRAGMA temp_store = MEMORY;
         PRAGMA cache_size = {cache}"
    ))
}

/// A number that changes whenever another connection has committed.
pub(crate) fn data_version(connection: &Connection) -> rusqlite::Result<i64> {
    connection
        .prepare_cached("PRAGMA data_version")?
        .query_row([], |row| row.get(0))
}
