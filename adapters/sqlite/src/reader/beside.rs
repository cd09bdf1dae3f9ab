//! What is kept beside the log.

use super::Reader;
use crate::events::{number, time, uuid};
use crate::tables::{RowTable, as_int, data, stored};
use cqrs_core::Version;
use cqrs_core::log::{CommandId, EventId, Name, StreamId, Tenant, Timestamp, microsecond};
use cqrs_core::store::{CommandRecord, QueueQuery, Queued, Snapshot, StoredRow, Timer};
use rusqlite::{Connection, OptionalExtension, Row, params};

pub(crate) fn command(
    reader: &Reader,
    tenant: &Tenant,
    id: CommandId,
) -> rusqlite::Result<Option<CommandRecord>> {
    crate::writer::command(&reader.connection, tenant, id)
}

pub(crate) fn snapshot(reader: &Reader, stream: &StreamId) -> rusqlite::Result<Option<Snapshot>> {
    let Some(number_of_it) = reader.stream_number(stream)? else {
        return Ok(None);
    };
    reader
        .connection
        .prepare_cached(
            "SELECT version, event, fingerprint, checksum, state FROM cqrs_snapshots WHERE stream = ?",
        )?
        .query_row([number_of_it], |row| {
            Ok(Snapshot {
                version: Version::from(number(row, 0)?),
                event: EventId::from(uuid(row, 1)?),
                fingerprint: number(row, 2)?,
                checksum: number(row, 3)?,
                data: data(row, 4)?,
            })
        })
        .optional()
}

/// For each key in turn, its row if there is one.
pub(crate) fn rows_of(
    connection: &Connection,
    table: &RowTable,
    keys: &[String],
) -> rusqlite::Result<Vec<Option<StoredRow>>> {
    let Some(name) = &table.name else {
        return Ok(vec![None; keys.len()]);
    };
    let mut row =
        connection.prepare_cached(&format!("SELECT key, row FROM {name} WHERE key = ?"))?;
    keys.iter()
        .map(|key| row.query_row([key], stored).optional())
        .collect()
}

pub(crate) fn queued(reader: &Reader, query: &QueueQuery) -> rusqlite::Result<Vec<Queued>> {
    let mut messages = reader.connection.prepare_cached(
        "SELECT place, id, key, body, due FROM cqrs_messages
         WHERE queue = ? AND place > ? AND (due IS NULL OR due <= ?) ORDER BY place LIMIT ?",
    )?;
    let asked = params![
        query.queue.as_str(),
        i64::try_from(query.after).unwrap_or(i64::MAX),
        microsecond(query.at).as_microsecond(),
        as_int(query.limit),
    ];
    let message = |row: &Row<'_>| {
        let due: Option<i64> = row.get(4)?;
        Ok(Queued {
            place: number(row, 0)?,
            id: uuid(row, 1)?,
            key: row.get(2)?,
            body: data(row, 3)?,
            due: due.map(|_| time(row, 4)).transpose()?,
        })
    };
    messages.query_map(asked, message)?.collect()
}

pub(crate) fn timers_due(
    reader: &Reader,
    at: Timestamp,
    limit: usize,
) -> rusqlite::Result<Vec<Timer>> {
    let mut timers = reader.connection.prepare_cached(
        "SELECT place, owner, id, due, body FROM cqrs_timers WHERE due <= ?
         ORDER BY due, owner, id LIMIT ?",
    )?;
    let timer = |row: &Row<'_>| {
        Ok(Timer {
            place: number(row, 0)?,
            owner: Name::from(row.get_ref(1)?.as_str()?),
            id: row.get(2)?,
            due: time(row, 3)?,
            body: data(row, 4)?,
        })
    };
    let asked = params![microsecond(at).as_microsecond(), as_int(limit)];
    timers.query_map(asked, timer)?.collect()
}
