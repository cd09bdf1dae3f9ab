//! One batch: judged whole, then kept whole.

use super::known::{Known, Stream};
use super::{Failed, beside};
use crate::events::{KeptCommand, kinds_of, matching};
use crate::json;
use crate::lent::Transaction;
use crate::tables::{as_int, checkpoint};
use cqrs_core::log::{Position, Timestamp, Version};
use cqrs_core::store::{
    Append, Batch, CommitError, Committed, Expect, Guard, NewEvent, SmallVec, StoreError,
};
use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, params, params_from_iter};

/// What became of a job.
pub(super) struct Kept {
    pub(super) answer: Result<Committed, CommitError>,
    /// Whether anything was written.
    pub(super) changed: bool,
}

impl Kept {
    fn refused(error: impl Into<CommitError>) -> Self {
        Self {
            answer: Err(error.into()),
            changed: false,
        }
    }
}

/// The streams that a batch appends to, as they stand.
type Found = SmallVec<[Option<Stream>; 1]>;

pub(super) fn keep(
    lent: &Transaction,
    known: &mut Known<'_>,
    batch: &Batch,
) -> Result<Kept, Failed> {
    let connection = lent.connection();
    if let Some(typed) = typed(batch) {
        return Ok(Kept::refused(typed));
    }
    if let Some(answer) = committed_before(connection, batch)? {
        return Ok(Kept {
            answer,
            changed: false,
        });
    }
    let found = match judge(connection, known, batch)? {
        Ok(found) => found,
        Err(refused) => return Ok(Kept::refused(refused)),
    };
    if !batch.tables.is_empty()
        && let Err(refused) = lent.run(&batch.tables)?
    {
        return Ok(Kept::refused(refused));
    }
    let before = known.head();
    let mut first = None;
    if !batch.appends.is_empty() {
        let recorded_at = known.clock();
        for (append, found) in batch.appends.iter().zip(found) {
            let version = keep_append(connection, known, append, found, recorded_at)?;
            first.get_or_insert(version);
        }
    }
    let others = beside::keep(connection, known, batch)?;
    let committed = Committed::new(
        Version::from(first.unwrap_or_default().cast_unsigned()),
        Position::from(known.head().cast_unsigned()),
        false,
    );
    if let Some(key) = &batch.command {
        beside::keep_command(connection, key, committed)?;
    }
    Ok(Kept {
        answer: Ok(committed),
        changed: known.head() > before || others || batch.command.is_some(),
    })
}

/// Refuses what is no bytes: a bus asks the store what it keeps.
fn typed(batch: &Batch) -> Option<StoreError> {
    let events = batch.appends.iter().flat_map(|append| &append.events);
    let mut all = events.map(|event| &event.data).chain(beside::data(batch));
    all.any(|data| data.as_bytes().is_none())
        .then(|| StoreError::Backend {
            doing: super::WRITING,
            source: "it keeps bytes, not typed values".into(),
        })
}

fn committed_before(
    connection: &Connection,
    batch: &Batch,
) -> Result<Option<Result<Committed, CommitError>>, Failed> {
    let Some(key) = &batch.command else {
        return Ok(None);
    };
    let record = beside::command(connection, &key.tenant, key.id)?;
    Ok(record.map(|record| {
        if record.fingerprint == key.fingerprint {
            Ok(Committed::new(record.version, record.position, true))
        } else {
            Err(CommitError::CommandIdReused { id: key.id })
        }
    }))
}

fn judge(
    connection: &Connection,
    known: &mut Known<'_>,
    batch: &Batch,
) -> Result<Result<Found, CommitError>, Failed> {
    let mut last = known.head();
    let mut streams = Found::new();
    for append in &batch.appends {
        let found = known.stream(connection, &append.stream)?;
        let actual = found.map_or(0, |stream| stream.version).cast_unsigned();
        if let Some(expected) = append.expect.version()
            && expected.get() != actual
        {
            return Ok(Err(CommitError::Conflict {
                stream: append.stream.clone(),
                expected,
                actual: Version::from(actual),
            }));
        }
        if let Expect::Event { version, id } = append.expect
            && found.and_then(|stream| stream.last) != Some(*id.as_uuid().as_bytes())
        {
            return Ok(Err(CommitError::OtherEvent {
                stream: append.stream.clone(),
                version,
            }));
        }
        // no stream has more events than there are positions, so its versions last as long
        let Some(grown) = last.checked_add(as_int(append.events.len())) else {
            let stream = append.stream.clone();
            return Ok(Err(CommitError::Exhausted { stream }));
        };
        last = grown;
        streams.push(found);
    }
    for guard in &batch.guards {
        if let Some(at) = forbidden(connection, guard)? {
            return Ok(Err(CommitError::Guarded { at }));
        }
    }
    for moved in &batch.checkpoints {
        let actual = checkpoint(connection, &moved.table)?.cast_unsigned();
        if actual != moved.from.get() {
            return Ok(Err(CommitError::CheckpointMoved {
                table: moved.table.clone(),
                expected: moved.from,
                actual: Position::from(actual),
            }));
        }
    }
    for cancel in &batch.cancels {
        if cancel.seen.is_some() && cancel.seen != beside::timer(connection, cancel)? {
            return Ok(Err(CommitError::TimerChanged {
                owner: cancel.owner.clone(),
                id: cancel.id.clone(),
            }));
        }
    }
    Ok(Ok(streams))
}

/// The first event that a guard forbids.
fn forbidden(connection: &Connection, guard: &Guard) -> rusqlite::Result<Option<Position>> {
    let kinds = kinds_of(connection, &guard.filter)?;
    let after = i64::try_from(guard.after.get()).unwrap_or(i64::MAX);
    let (sql, values) = matching(&guard.filter, kinds.as_deref(), (after, i64::MAX));
    let first: Option<i64> = connection
        .prepare_cached(&format!("SELECT e.position{sql}"))?
        .query_row(
            params_from_iter(values.into_iter().chain([Value::Integer(1)])),
            |row| row.get(0),
        )
        .optional()?;
    Ok(first.map(|position| Position::from(position.cast_unsigned())))
}

/// Appends events to a stream that was found so, and says at which version it is then.
fn keep_append(
    connection: &Connection,
    known: &mut Known<'_>,
    append: &Append,
    found: Option<Stream>,
    recorded_at: i64,
) -> Result<i64, Failed> {
    if append.events.is_empty() {
        return Ok(found.map_or(0, |stream| stream.version));
    }
    let mut stream = match found {
        Some(stream) => stream,
        None => known.begin_stream(connection, &append.stream)?,
    };
    let metadata = json::metadata(&append.metadata).map_err(unwritable)?;
    let occurred_at = append.occurred_at.map(Timestamp::as_microsecond);
    for event in &append.events {
        let NewEvent {
            id,
            name,
            schema,
            data,
            tags,
        } = event;
        let kind = known.kind(connection, name, *schema)?;
        let position = known.next_position(recorded_at);
        stream.version += 1;
        stream.last = Some(*id.as_uuid().as_bytes());
        known.insert_event.execute(params![
            position,
            stream.number,
            stream.version,
            kind,
            recorded_at,
            occurred_at,
            id.as_uuid().as_bytes(),
            KeptCommand::of(*id, append.metadata.command_id),
            json::tags(tags).map_err(unwritable)?,
            metadata,
            beside::bytes(data),
        ])?;
        for tag in tags.as_slice() {
            connection
                .prepare_cached("INSERT OR IGNORE INTO cqrs_tags VALUES (?, ?, ?)")?
                .execute(params![tag.name.as_str(), tag.value.as_str(), position])?;
        }
    }
    if let Some(snapshot) = &append.snapshot {
        beside::keep_snapshot(connection, stream, snapshot)?;
    }
    known.remember(&append.stream, stream);
    Ok(stream.version)
}

fn unwritable(error: serde_json::Error) -> rusqlite::Error {
    rusqlite::Error::ToSqlConversionFailure(error.into())
}
