//! The tables. Texts compare by their bytes, which is `SQLite`'s own order.

use cqrs_core::Uuid;
use cqrs_core::log::StoreIdentity;
use rusqlite::{Connection, OptionalExtension};

const TABLES: &str = "
PRAGMA journal_mode = WAL;
PRAGMA synchronous = FULL;
CREATE TABLE IF NOT EXISTS store (id BLOB NOT NULL, epoch INTEGER NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS events (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant TEXT NOT NULL,
    category TEXT NOT NULL,
    stream TEXT NOT NULL,
    version INTEGER NOT NULL,
    id BLOB NOT NULL,
    name TEXT NOT NULL,
    schema INTEGER NOT NULL,
    data BLOB NOT NULL,
    recorded_at INTEGER NOT NULL,
    occurred_at INTEGER NOT NULL,
    metadata TEXT NOT NULL,
    UNIQUE (tenant, category, stream, version)
) STRICT;
CREATE TABLE IF NOT EXISTS snapshots (
    tenant TEXT NOT NULL,
    category TEXT NOT NULL,
    stream TEXT NOT NULL,
    version INTEGER NOT NULL,
    event BLOB NOT NULL,
    fingerprint INTEGER NOT NULL,
    checksum INTEGER NOT NULL,
    data BLOB NOT NULL,
    PRIMARY KEY (tenant, category, stream)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS tags (
    position INTEGER NOT NULL,
    place INTEGER NOT NULL,
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (position, place)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS commands (
    tenant TEXT NOT NULL,
    id BLOB NOT NULL,
    fingerprint BLOB NOT NULL,
    version INTEGER NOT NULL,
    position INTEGER NOT NULL,
    PRIMARY KEY (tenant, id)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS rows (
    projection TEXT NOT NULL,
    version INTEGER NOT NULL,
    key TEXT NOT NULL,
    data BLOB NOT NULL,
    PRIMARY KEY (projection, version, key)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS fields (
    projection TEXT NOT NULL,
    version INTEGER NOT NULL,
    key TEXT NOT NULL,
    place INTEGER NOT NULL,
    value BLOB NOT NULL,
    PRIMARY KEY (projection, version, key, place)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS fields_by_value ON fields (projection, version, place, value, key);
CREATE TABLE IF NOT EXISTS checkpoints (
    projection TEXT NOT NULL,
    version INTEGER NOT NULL,
    position INTEGER NOT NULL,
    PRIMARY KEY (projection, version)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS messages (
    place INTEGER PRIMARY KEY AUTOINCREMENT,
    queue TEXT NOT NULL,
    id BLOB NOT NULL,
    key TEXT NOT NULL,
    body BLOB NOT NULL,
    due INTEGER,
    UNIQUE (queue, id)
) STRICT;
CREATE TABLE IF NOT EXISTS timers (
    place INTEGER PRIMARY KEY AUTOINCREMENT,
    owner TEXT NOT NULL,
    id TEXT NOT NULL,
    due INTEGER NOT NULL,
    body BLOB NOT NULL,
    UNIQUE (owner, id)
) STRICT;
CREATE INDEX IF NOT EXISTS timers_by_due ON timers (due, owner, id);
";

/// Also demands a tag of an event `e`.
pub(super) const AND_TAGGED: &str = " AND EXISTS (SELECT 1 FROM tags t
    WHERE t.position = e.position AND t.name = ? AND t.value = ?)";

/// Begins a condition on a field `f` of a row `r`.
pub(super) const AND_FIELD: &str = " AND EXISTS (SELECT 1 FROM fields f WHERE
    f.projection = r.projection AND f.version = r.version AND f.key = r.key AND f.place = ?";

/// An event `e`, as [`reader`](super::reader) reads it.
pub(super) const EVENT: &str = "SELECT e.position, e.tenant, e.category, e.stream, e.version, e.id,
    e.name, e.schema, e.data, e.recorded_at, e.occurred_at, e.metadata FROM events e";

/// The last position that was given out.
pub(super) const LAST_POSITION: &str = "SELECT seq FROM sqlite_sequence WHERE name = 'events'";

pub(super) const SET_LAST_POSITION: &str =
    "INSERT INTO sqlite_sequence (name, seq) VALUES ('events', ?)";

/// Makes what is missing, and tells which store it is.
pub(super) fn prepare(connection: &Connection) -> rusqlite::Result<StoreIdentity> {
    connection.execute_batch(TABLES)?;
    let mut identity = connection.prepare("SELECT id, epoch FROM store")?;
    let known = identity
        .query_row([], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    if let Some((id, epoch)) = known {
        let id: [u8; 16] = id;
        return Ok(StoreIdentity {
            id: Uuid::from_bytes(id),
            epoch,
        });
    }
    let id = Uuid::now_v7();
    connection.execute("INSERT INTO store VALUES (?, 0)", [id.into_bytes()])?;
    Ok(StoreIdentity { id, epoch: 0 })
}
