//! Every read is one statement or more on one connection that nobody else writes to meanwhile.

use super::schema::{self, EVENT};
use super::writer::ordered;
use super::{condition, int};
use cqrs_core::Uuid;
use cqrs_core::log::{
    CommandId, Data, EventId, Fingerprint, Metadata, Name, Position, Recorded, RecordedEvent,
    StreamId, Tag, Tags, Tenant, Timestamp, Version, microsecond,
};
use cqrs_core::store::{
    CommandRecord, IndexRange, LogPage, LogQuery, QueueQuery, Queued, RowOrder, RowQuery, Snapshot,
    StoredRow, StreamQuery, Table, Timer,
};
use rusqlite::types::{Type, Value};
use rusqlite::{Connection, OptionalExtension, Row, params, params_from_iter};
use std::collections::BTreeMap;
use std::error::Error;
use std::ops::Bound;

/// What is kept of metadata, in the order of its fields.
pub(super) type Kept = (
    Uuid,
    Uuid,
    Option<Uuid>,
    Option<String>,
    Option<String>,
    Option<BTreeMap<String, String>>,
);

fn unreadable(place: usize) -> impl FnOnce(Box<dyn Error + Send + Sync>) -> rusqlite::Error {
    move |error| rusqlite::Error::FromSqlConversionFailure(place, Type::Null, error)
}

fn number(row: &Row<'_>, place: usize) -> rusqlite::Result<u64> {
    row.get::<_, i64>(place).map(i64::cast_unsigned)
}

fn uuid(row: &Row<'_>, place: usize) -> rusqlite::Result<Uuid> {
    row.get(place).map(Uuid::from_bytes)
}

fn data(row: &Row<'_>, place: usize) -> rusqlite::Result<Data> {
    row.get::<_, Vec<u8>>(place).map(Data::from_bytes)
}

fn time(row: &Row<'_>, place: usize) -> rusqlite::Result<Timestamp> {
    Timestamp::from_microsecond(row.get(place)?).map_err(|error| unreadable(place)(error.into()))
}

pub(super) fn head(connection: &Connection) -> rusqlite::Result<Position> {
    let mut head = connection.prepare("SELECT coalesce(max(position), 0) FROM events")?;
    head.query_row([], |row| number(row, 0)).map(Position::from)
}

pub(super) fn version(connection: &Connection, stream: &StreamId) -> rusqlite::Result<Version> {
    let mut version = connection.prepare(
        "SELECT coalesce(max(version), 0) FROM events
         WHERE tenant = ? AND category = ? AND stream = ?",
    )?;
    let stream = params![stream.tenant().as_str(), stream.category(), stream.id()];
    version
        .query_row(stream, |row| number(row, 0))
        .map(Version::from)
}

/// The id of the event at that version.
pub(super) fn event_id(
    connection: &Connection,
    stream: &StreamId,
    version: Version,
) -> rusqlite::Result<Option<EventId>> {
    let mut event = connection.prepare(
        "SELECT id FROM events WHERE tenant = ? AND category = ? AND stream = ? AND version = ?",
    )?;
    let of = params![
        stream.tenant().as_str(),
        stream.category(),
        stream.id(),
        int(version.get())
    ];
    event
        .query_row(of, |row| uuid(row, 0))
        .optional()
        .map(|id| id.map(EventId::from))
}

pub(super) fn stream(
    connection: &Connection,
    query: &StreamQuery,
) -> rusqlite::Result<Vec<RecordedEvent>> {
    let stream = &query.stream;
    let mut events = connection.prepare(&format!(
        "{EVENT} WHERE e.tenant = ? AND e.category = ? AND e.stream = ? AND e.version > ?
         ORDER BY e.version LIMIT ?"
    ))?;
    let asked = params![
        stream.tenant().as_str(),
        stream.category(),
        stream.id(),
        int(query.after.get()),
        int(query.limit),
    ];
    events
        .query_map(asked, |row| event(connection, row))?
        .collect()
}

pub(super) fn snapshot(
    connection: &Connection,
    stream: &StreamId,
) -> rusqlite::Result<Option<Snapshot>> {
    let mut snapshot = connection.prepare(
        "SELECT version, event, fingerprint, checksum, data FROM snapshots
         WHERE tenant = ? AND category = ? AND stream = ?",
    )?;
    let of = params![stream.tenant().as_str(), stream.category(), stream.id()];
    let snapshot = snapshot.query_row(of, |row| {
        Ok(Snapshot {
            version: Version::from(number(row, 0)?),
            event: EventId::from(uuid(row, 1)?),
            fingerprint: number(row, 2)?,
            checksum: number(row, 3)?,
            data: data(row, 4)?,
        })
    });
    snapshot.optional()
}

pub(super) fn log(connection: &Connection, query: &LogQuery) -> rusqlite::Result<LogPage> {
    let head = head(connection)?;
    let end = query.through.map_or(head, |through| through.min(head));
    let (condition, values) = condition(&query.filter);
    let mut events = connection.prepare(&format!(
        "{EVENT} WHERE e.position > ? AND e.position <= ? AND {condition}
         ORDER BY e.position LIMIT ?"
    ))?;
    let mut asked = vec![
        Value::from(int(query.after.get())),
        Value::from(int(end.get())),
    ];
    asked.extend(values);
    asked.push(Value::from(int(query.limit)));
    let events: Vec<RecordedEvent> = events
        .query_map(params_from_iter(asked), |row| event(connection, row))?
        .collect::<rusqlite::Result<_>>()?;
    let through = if events.len() == query.limit {
        events
            .last()
            .map_or(query.after, |last| last.recorded().position)
    } else {
        end.max(query.after)
    };
    Ok(LogPage { events, through })
}

/// The first event after `after` that the condition takes.
pub(super) fn first(
    connection: &Connection,
    condition: &str,
    after: Position,
    values: Vec<Value>,
) -> rusqlite::Result<Option<Position>> {
    let mut first = connection.prepare(&format!(
        "SELECT min(e.position) FROM events e WHERE e.position > ? AND {condition}"
    ))?;
    let mut asked = vec![Value::from(int(after.get()))];
    asked.extend(values);
    let first: Option<i64> = first.query_row(params_from_iter(asked), |row| row.get(0))?;
    Ok(first.map(|position| Position::from(position.cast_unsigned())))
}

fn event(connection: &Connection, row: &Row<'_>) -> rusqlite::Result<RecordedEvent> {
    let metadata: String = row.get(11)?;
    let (command_id, correlation_id, causation_id, actor, trace, custom): Kept =
        serde_json::from_str(&metadata).map_err(|error| unreadable(11)(error.into()))?;
    let mut kept = Metadata::of(CommandId::from(command_id));
    kept.correlation_id = correlation_id;
    kept.causation_id = causation_id;
    kept.actor = actor.map(Into::into);
    kept.trace = trace.map(Into::into);
    kept.custom = custom.map(Into::into);
    let stream = || -> Result<StreamId, Box<dyn Error + Send + Sync>> {
        let tenant = Tenant::new(&row.get::<_, String>(1)?)?;
        let category: String = row.get(2)?;
        let id: String = row.get(3)?;
        Ok(StreamId::new(tenant, category, id)?)
    };
    let position: i64 = row.get(0)?;
    let mut recorded = Recorded::new(
        Position::from(position.cast_unsigned()),
        stream().map_err(unreadable(3))?,
        Version::from(number(row, 4)?),
        EventId::from(uuid(row, 5)?),
        Name::from(row.get::<_, String>(6)?),
        time(row, 9)?,
        kept,
    );
    recorded.schema = row.get(7)?;
    recorded.tags = tags(connection, position)?;
    recorded.occurred_at = time(row, 10)?;
    Ok(RecordedEvent::new(recorded, data(row, 8)?))
}

fn tags(connection: &Connection, position: i64) -> rusqlite::Result<Tags> {
    let mut tags =
        connection.prepare("SELECT name, value FROM tags WHERE position = ? ORDER BY place")?;
    tags.query_map([position], |row| {
        Ok(Tag::new(row.get::<_, String>(0)?, row.get::<_, String>(1)?))
    })?
    .collect()
}

pub(super) fn command(
    connection: &Connection,
    tenant: &Tenant,
    id: CommandId,
) -> rusqlite::Result<Option<CommandRecord>> {
    let mut command = connection.prepare(
        "SELECT fingerprint, version, position FROM commands WHERE tenant = ? AND id = ?",
    )?;
    let key = params![tenant.as_str(), id.as_uuid().into_bytes()];
    command
        .query_row(key, |row| {
            Ok(CommandRecord {
                fingerprint: Fingerprint::from(uuid(row, 0)?),
                version: Version::from(number(row, 1)?),
                position: Position::from(number(row, 2)?),
            })
        })
        .optional()
}

fn stored(row: &Row<'_>) -> rusqlite::Result<StoredRow> {
    Ok(StoredRow {
        key: row.get(0)?,
        data: data(row, 1)?,
    })
}

pub(super) fn rows_of(
    connection: &Connection,
    table: &Table,
    keys: &[String],
) -> rusqlite::Result<Vec<Option<StoredRow>>> {
    let mut row = connection
        .prepare("SELECT key, data FROM rows WHERE projection = ? AND version = ? AND key = ?")?;
    keys.iter()
        .map(|key| {
            row.query_row(
                params![table.projection.as_str(), table.version, key],
                stored,
            )
            .optional()
        })
        .collect()
}

pub(super) fn rows(connection: &Connection, query: &RowQuery) -> rusqlite::Result<Vec<StoredRow>> {
    let descending = query.order.is_descending();
    let (beyond, direction) = if descending {
        ("<", "DESC")
    } else {
        (">", "ASC")
    };
    let (mut sql, mut values, order) = match query.order {
        RowOrder::Key { .. } => (
            "SELECT r.key, r.data FROM rows r WHERE 1".to_owned(),
            Vec::new(),
            format!("r.key {direction}"),
        ),
        RowOrder::Index { place, .. } => (
            "SELECT r.key, r.data FROM fields o JOIN rows r USING (projection, version, key)
             WHERE o.place = ?"
                .to_owned(),
            vec![Value::from(int(place))],
            format!("o.value {direction}, r.key"),
        ),
    };
    if let Some(after) = &query.after {
        let (value, key) = (ordered(&after.value), after.key.clone());
        if let RowOrder::Key { .. } = query.order {
            sql.extend([" AND r.key ", beyond, " ?"]);
        } else {
            sql.extend([
                " AND (o.value ",
                beyond,
                " ? OR (o.value = ? AND r.key > ?))",
            ]);
            values.extend([Value::from(value.clone()), Value::from(value)]);
        }
        values.push(Value::from(key));
    }
    let (standing, bounds) = standing(&query.table, &query.within);
    sql.extend([&standing, " ORDER BY ", &order, " LIMIT ?"]);
    values.extend(bounds);
    values.push(Value::from(query.limit.map_or(i64::MAX, int)));
    let mut rows = connection.prepare(&sql)?;
    rows.query_map(params_from_iter(values), stored)?.collect()
}

pub(super) fn count(
    connection: &Connection,
    table: &Table,
    within: &[IndexRange],
) -> rusqlite::Result<u64> {
    let (standing, values) = standing(table, within);
    let sql = format!("SELECT count(*) FROM rows r WHERE 1{standing}");
    let mut count = connection.prepare(&sql)?;
    count.query_row(params_from_iter(values), |row| number(row, 0))
}

/// Conditions on a row `r`: of that table, in all of these ranges; and the values for their
/// question marks.
fn standing(table: &Table, within: &[IndexRange]) -> (String, Vec<Value>) {
    let mut sql = " AND r.projection = ? AND r.version = ?".to_owned();
    let mut values = vec![
        Value::from(table.projection.to_string()),
        Value::from(table.version),
    ];
    for range in within {
        sql += schema::AND_FIELD;
        values.push(Value::from(int(range.place)));
        for (bound, including, excluding) in [(&range.lower, ">=", ">"), (&range.upper, "<=", "<")]
        {
            let (compares, value) = match bound {
                Bound::Included(value) => (including, value),
                Bound::Excluded(value) => (excluding, value),
                Bound::Unbounded => continue,
            };
            sql.extend([" AND f.value ", compares, " ?"]);
            values.push(Value::from(ordered(value)));
        }
        sql += ")";
    }
    (sql, values)
}

pub(super) fn checkpoint(connection: &Connection, table: &Table) -> rusqlite::Result<Position> {
    let mut checkpoint = connection
        .prepare("SELECT position FROM checkpoints WHERE projection = ? AND version = ?")?;
    let asked = params![table.projection.as_str(), table.version];
    let position = checkpoint
        .query_row(asked, |row| number(row, 0))
        .optional()?;
    Ok(Position::from(position.unwrap_or(0)))
}

pub(super) fn queued(connection: &Connection, query: &QueueQuery) -> rusqlite::Result<Vec<Queued>> {
    let mut messages = connection.prepare(
        "SELECT place, id, key, body, due FROM messages
         WHERE queue = ? AND place > ? AND (due IS NULL OR due <= ?) ORDER BY place LIMIT ?",
    )?;
    let asked = params![
        query.queue.as_str(),
        int(query.after),
        microsecond(query.at).as_microsecond(),
        int(query.limit),
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

pub(super) fn timers_due(
    connection: &Connection,
    at: Timestamp,
    limit: usize,
) -> rusqlite::Result<Vec<Timer>> {
    let mut timers = connection.prepare(
        "SELECT place, owner, id, due, body FROM timers WHERE due <= ?
         ORDER BY due, owner, id LIMIT ?",
    )?;
    let timer = |row: &Row<'_>| {
        Ok(Timer {
            place: number(row, 0)?,
            owner: Name::from(row.get::<_, String>(1)?),
            id: row.get(2)?,
            due: time(row, 3)?,
            body: data(row, 4)?,
        })
    };
    timers
        .query_map(params![microsecond(at).as_microsecond(), int(limit)], timer)?
        .collect()
}

/// The place of a timer, if it is there.
pub(super) fn timer(
    connection: &Connection,
    owner: &str,
    id: &str,
) -> rusqlite::Result<Option<u64>> {
    let mut timer = connection.prepare("SELECT place FROM timers WHERE owner = ? AND id = ?")?;
    timer
        .query_row([owner, id], |row| number(row, 0))
        .optional()
}
