//! The one way to write: a batch in a transaction, judged and then kept.

use super::reader::{self, Kept};
use super::schema::LAST_POSITION;
use super::{condition, failed, int, sqlite};
use cqrs_core::log::{Data, Metadata, Timestamp, Version, microsecond, now};
use cqrs_core::projection::IndexKey;
use cqrs_core::store::{
    Append, Batch, CommitError, Committed, Expect, QueuePut, RowWrite, StoreError, TimerSet,
};
use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior, params};

pub(super) fn commit(connection: &mut Connection, batch: &Batch) -> Result<Committed, CommitError> {
    let writing = sqlite("beginning to write");
    let transaction = connection
        .transaction_with_behavior(TransactionBehavior::Immediate)
        .map_err(writing)?;
    if let Some(before) = committed_before(&transaction, batch)? {
        return Ok(before);
    }
    judge(&transaction, batch)?;
    let committed = keep(&transaction, batch)?;
    transaction
        .commit()
        .map_err(|error| CommitError::OutcomeUnknown {
            source: Box::new(error),
        })?;
    Ok(committed)
}

fn committed_before(
    connection: &Connection,
    batch: &Batch,
) -> Result<Option<Committed>, CommitError> {
    let Some(key) = &batch.command else {
        return Ok(None);
    };
    let record = reader::command(connection, &key.tenant, key.id);
    match record.map_err(sqlite("reading a command"))? {
        None => Ok(None),
        Some(record) if record.fingerprint == key.fingerprint => {
            Ok(Some(Committed::new(record.version, record.position, true)))
        }
        Some(_) => Err(CommitError::CommandIdReused { id: key.id }),
    }
}

fn judge(connection: &Connection, batch: &Batch) -> Result<(), CommitError> {
    let mut last: i64 = connection
        .query_row(LAST_POSITION, [], |row| row.get(0))
        .optional()
        .map_err(sqlite("reading the last position"))?
        .unwrap_or(0);
    for append in &batch.appends {
        let actual = reader::version(connection, &append.stream);
        let actual = actual.map_err(sqlite("reading a version"))?;
        if let Some(expected) = append.expect.version()
            && expected != actual
        {
            return Err(CommitError::Conflict {
                stream: append.stream.clone(),
                expected,
                actual,
            });
        }
        if let Expect::Event { version, id } = append.expect {
            let last = reader::event_id(connection, &append.stream, version);
            if last.map_err(sqlite("reading an event's id"))? != Some(id) {
                return Err(CommitError::OtherEvent {
                    stream: append.stream.clone(),
                    version,
                });
            }
        }
        last =
            last.checked_add(int(append.events.len()))
                .ok_or_else(|| CommitError::Exhausted {
                    stream: append.stream.clone(),
                })?;
    }
    for guard in &batch.guards {
        let (condition, values) = condition(&guard.filter);
        let forbidden = reader::first(connection, &condition, guard.after, values);
        if let Some(at) = forbidden.map_err(sqlite("reading what a guard forbids"))? {
            return Err(CommitError::Guarded { at });
        }
    }
    for checkpoint in &batch.checkpoints {
        let actual = reader::checkpoint(connection, &checkpoint.table);
        let actual = actual.map_err(sqlite("reading a checkpoint"))?;
        if actual != checkpoint.from {
            return Err(CommitError::CheckpointMoved {
                table: checkpoint.table.clone(),
                expected: checkpoint.from,
                actual,
            });
        }
    }
    for cancel in batch.cancels.iter().filter(|cancel| cancel.seen.is_some()) {
        let place = reader::timer(connection, &cancel.owner, &cancel.id);
        if place.map_err(sqlite("reading a timer"))? != cancel.seen {
            return Err(CommitError::TimerChanged {
                owner: cancel.owner.clone(),
                id: cancel.id.clone(),
            });
        }
    }
    Ok(())
}

fn keep(transaction: &Transaction<'_>, batch: &Batch) -> Result<Committed, StoreError> {
    let recorded_at = clock(transaction).map_err(sqlite("reading the last time"))?;
    let mut first = None;
    for append in &batch.appends {
        let version = keep_append(transaction, append, recorded_at)?;
        first.get_or_insert(version);
    }
    for write in &batch.rows {
        keep_row(transaction, write)?;
    }
    let writing = sqlite("writing what is beside the log");
    for moved in &batch.checkpoints {
        let table = &moved.table;
        transaction
            .execute(
                "INSERT OR REPLACE INTO checkpoints VALUES (?, ?, ?)",
                params![
                    table.projection.as_str(),
                    table.version,
                    moved.to.get().cast_signed()
                ],
            )
            .map_err(&writing)?;
    }
    for ack in &batch.acks {
        transaction
            .execute(
                "DELETE FROM messages WHERE queue = ? AND id = ?",
                params![ack.queue.as_str(), ack.id.into_bytes()],
            )
            .map_err(&writing)?;
    }
    for put in &batch.puts {
        keep_message(transaction, put)?;
    }
    for cancel in &batch.cancels {
        transaction
            .execute(
                "DELETE FROM timers WHERE owner = ? AND id = ?",
                [cancel.owner.as_str(), &cancel.id],
            )
            .map_err(&writing)?;
    }
    for timer in &batch.timers {
        keep_timer(transaction, timer)?;
    }
    let head = reader::head(transaction).map_err(sqlite("reading its head"))?;
    let committed = Committed::new(first.unwrap_or_default(), head, false);
    if let Some(key) = &batch.command {
        transaction
            .execute(
                "INSERT INTO commands VALUES (?, ?, ?, ?, ?)",
                params![
                    key.tenant.as_str(),
                    key.id.as_uuid().into_bytes(),
                    key.fingerprint.as_uuid().into_bytes(),
                    int(committed.version.get()),
                    int(committed.position.get()),
                ],
            )
            .map_err(writing)?;
    }
    Ok(committed)
}

/// The time of recording, which follows the log's order even where the system's clock goes back.
fn clock(connection: &Connection) -> rusqlite::Result<i64> {
    let last: Option<i64> = connection
        .query_row(
            "SELECT recorded_at FROM events ORDER BY position DESC LIMIT 1",
            [],
            |row| row.get(0),
        )
        .optional()?;
    let now = now().as_microsecond();
    Ok(last.map_or(now, |last| last.max(now)))
}

fn micros(time: Timestamp) -> i64 {
    microsecond(time).as_microsecond()
}

fn bytes(data: &Data) -> Result<&[u8], StoreError> {
    data.as_bytes()
        .ok_or_else(|| failed("writing", "it keeps bytes, not typed values".into()))
}

fn keep_append(
    connection: &Connection,
    append: &Append,
    recorded_at: i64,
) -> Result<Version, StoreError> {
    let writing = sqlite("writing events");
    let stream = &append.stream;
    let mut version = reader::version(connection, stream).map_err(&writing)?.get();
    let metadata = metadata(&append.metadata)?;
    for event in &append.events {
        version += 1;
        connection
            .execute(
                "INSERT INTO events (tenant, category, stream, version, id, name, schema, data,
                 recorded_at, occurred_at, metadata) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                params![
                    stream.tenant().as_str(),
                    stream.category(),
                    stream.id(),
                    int(version),
                    event.id.as_uuid().into_bytes(),
                    event.name.as_str(),
                    event.schema,
                    bytes(&event.data)?,
                    recorded_at,
                    append.occurred_at.map_or(recorded_at, micros),
                    metadata,
                ],
            )
            .map_err(&writing)?;
        let position = connection.last_insert_rowid();
        for (place, tag) in event.tags.as_slice().iter().enumerate() {
            connection
                .execute(
                    "INSERT INTO tags VALUES (?, ?, ?, ?)",
                    params![position, int(place), tag.name.as_str(), tag.value.as_str()],
                )
                .map_err(&writing)?;
        }
    }
    if let (Some(snapshot), Some(last)) = (&append.snapshot, append.events.last()) {
        connection
            .execute(
                "INSERT OR REPLACE INTO snapshots VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                params![
                    stream.tenant().as_str(),
                    stream.category(),
                    stream.id(),
                    int(version),
                    last.id.as_uuid().into_bytes(),
                    snapshot.fingerprint.cast_signed(),
                    snapshot.checksum.cast_signed(),
                    bytes(&snapshot.data)?,
                ],
            )
            .map_err(sqlite("writing a snapshot"))?;
    }
    Ok(Version::from(version))
}

fn metadata(metadata: &Metadata) -> Result<String, StoreError> {
    let kept: Kept = (
        *metadata.command_id.as_uuid(),
        metadata.correlation_id,
        metadata.causation_id,
        metadata.actor.as_deref().map(str::to_owned),
        metadata.trace.as_deref().map(str::to_owned),
        metadata.custom.as_deref().cloned(),
    );
    serde_json::to_string(&kept).map_err(|error| failed("writing metadata", error.into()))
}

fn keep_row(connection: &Connection, write: &RowWrite) -> Result<(), StoreError> {
    let writing = sqlite("writing a row");
    let table = &write.table;
    let place = params![table.projection.as_str(), table.version, write.key];
    for delete in [
        "DELETE FROM rows WHERE projection = ? AND version = ? AND key = ?",
        "DELETE FROM fields WHERE projection = ? AND version = ? AND key = ?",
    ] {
        connection.execute(delete, place).map_err(&writing)?;
    }
    let Some(row) = &write.row else {
        return Ok(());
    };
    connection
        .execute(
            "INSERT INTO rows VALUES (?, ?, ?, ?)",
            params![
                table.projection.as_str(),
                table.version,
                write.key,
                bytes(&row.data)?
            ],
        )
        .map_err(&writing)?;
    for (place, value) in row.index.iter().enumerate() {
        connection
            .execute(
                "INSERT INTO fields VALUES (?, ?, ?, ?, ?)",
                params![
                    table.projection.as_str(),
                    table.version,
                    write.key,
                    int(place),
                    ordered(value)
                ],
            )
            .map_err(&writing)?;
    }
    Ok(())
}

/// Bytes whose order is that of the values.
pub(super) fn ordered(value: &IndexKey) -> Vec<u8> {
    match value {
        IndexKey::Null => vec![0],
        IndexKey::Bool(truth) => vec![1, u8::from(*truth)],
        IndexKey::Int(number) => {
            let above_zero = number.cast_unsigned() ^ (1 << 127);
            [&[2][..], &above_zero.to_be_bytes()].concat()
        }
        IndexKey::Text(text) => [&[3][..], text.as_bytes()].concat(),
        other => panic!("the probe does not know the index key {other:?}"),
    }
}

fn keep_message(connection: &Connection, put: &QueuePut) -> Result<(), StoreError> {
    let put = params![
        put.queue.as_str(),
        put.id.into_bytes(),
        put.key,
        bytes(&put.body)?,
        put.due.map(micros),
    ];
    connection
        .execute(
            "INSERT INTO messages (queue, id, key, body, due) VALUES (?, ?, ?, ?, ?)
             ON CONFLICT (queue, id) DO NOTHING",
            put,
        )
        .map_err(sqlite("putting a message"))?;
    Ok(())
}

fn keep_timer(connection: &Connection, timer: &TimerSet) -> Result<(), StoreError> {
    let set = params![
        timer.owner.as_str(),
        timer.id,
        micros(timer.due),
        bytes(&timer.body)?,
    ];
    connection
        .execute(
            "INSERT OR REPLACE INTO timers (owner, id, due, body) VALUES (?, ?, ?, ?)",
            set,
        )
        .map_err(sqlite("setting a timer"))?;
    Ok(())
}
