//! What is kept beside the log: rows, checkpoints, messages, timers, commands.

use super::known::{Known, Stream};
use crate::events::{number, uuid};
use crate::tables::Holds;
use cqrs_core::log::{CommandId, Data, Fingerprint, Position, Tenant, Timestamp, Version};
use cqrs_core::store::{
    Batch, CommandKey, CommandRecord, Committed, NewSnapshot, RowWrite, Table, TimerCancel,
};
use rusqlite::types::{ToSqlOutput, Value, ValueRef};
use rusqlite::{CachedStatement, Connection, OptionalExtension, ToSql, params};

/// The bytes of data, which was judged to have some.
pub(super) fn bytes(data: &Data) -> &[u8] {
    data.as_bytes().unwrap_or_default()
}

/// The data of all that is not an event.
pub(super) fn data(batch: &Batch) -> impl Iterator<Item = &Data> {
    let rows = batch.rows.iter().filter_map(|write| write.row.as_ref());
    let puts = batch.puts.iter().map(|put| &put.body);
    let timers = batch.timers.iter().map(|set| &set.body);
    let snapshots = batch
        .appends
        .iter()
        .filter_map(|append| append.snapshot.as_ref());
    rows.map(|row| &row.data)
        .chain(puts)
        .chain(timers)
        .chain(snapshots.map(|snapshot| &snapshot.data))
}

/// Keeps all that is neither an event nor the command, and says whether there was anything.
pub(super) fn keep(
    connection: &Connection,
    known: &mut Known<'_>,
    batch: &Batch,
) -> rusqlite::Result<bool> {
    let mut writes = batch.rows.as_slice();
    while let Some(first) = writes.first() {
        let same = |write: &&RowWrite| write.table == first.table;
        let run = writes.iter().take_while(same).count();
        keep_rows(connection, known, &first.table, &writes[..run])?;
        writes = &writes[run..];
    }
    for moved in &batch.checkpoints {
        let to = moved.to.get().cast_signed();
        known
            .table(connection, &moved.table)?
            .move_to(connection, to)?;
    }
    for ack in &batch.acks {
        connection
            .prepare_cached("DELETE FROM cqrs_messages WHERE queue = ? AND id = ?")?
            .execute(params![ack.queue.as_str(), ack.id.as_bytes()])?;
    }
    for put in &batch.puts {
        connection
            .prepare_cached(
                "INSERT INTO cqrs_messages (queue, id, key, body, due) VALUES (?, ?, ?, ?, ?)
                 ON CONFLICT (queue, id) DO NOTHING",
            )?
            .execute(params![
                put.queue.as_str(),
                put.id.as_bytes(),
                put.key,
                bytes(&put.body),
                put.due.map(Timestamp::as_microsecond),
            ])?;
    }
    for cancel in &batch.cancels {
        connection
            .prepare_cached("DELETE FROM cqrs_timers WHERE owner = ? AND id = ?")?
            .execute([cancel.owner.as_str(), &cancel.id])?;
    }
    for set in &batch.timers {
        connection
            .prepare_cached(
                "INSERT OR REPLACE INTO cqrs_timers (owner, id, due, body) VALUES (?, ?, ?, ?)",
            )?
            .execute(params![
                set.owner.as_str(),
                set.id,
                set.due.as_microsecond(),
                bytes(&set.body)
            ])?;
    }
    let Batch {
        rows,
        checkpoints,
        acks,
        puts,
        cancels,
        timers,
        ..
    } = batch;
    Ok(!(rows.is_empty()
        && checkpoints.is_empty()
        && acks.is_empty()
        && puts.is_empty()
        && cancels.is_empty()
        && timers.is_empty()))
}

/// Data as it stands in a row: a text that `sqlite3` shows, if it is one.
struct Shown<'a>(&'a [u8]);

impl ToSql for Shown<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match std::str::from_utf8(self.0) {
            Ok(_) => ValueRef::Text(self.0),
            Err(_) => ValueRef::Blob(self.0),
        }))
    }
}

/// Writes rows of one table.
fn keep_rows(
    connection: &Connection,
    known: &mut Known<'_>,
    of: &Table,
    writes: &[RowWrite],
) -> rusqlite::Result<()> {
    let table = known.table(connection, of)?;
    let rows = || writes.iter().filter_map(|write| write.row.as_ref());
    if let Some(most) = rows().map(|row| row.index.len()).max() {
        table.make(connection, of, most)?;
    }
    for place in 0..table.columns.len() {
        let column = &table.columns[place];
        let (mut holds, mut nulls) = (column.holds, column.nulls);
        for value in rows().filter_map(|row| row.index.get(place)) {
            holds = holds.and(value);
            nulls |= *value == cqrs_core::projection::IndexKey::Null;
        }
        if (holds, nulls) != (column.holds, column.nulls) {
            table.hold(connection, place, holds, nulls)?;
        }
    }
    let Some(name) = &table.name else {
        return Ok(()); // there are none to delete
    };
    let holds: Vec<Holds> = table.columns.iter().map(|column| column.holds).collect();
    let places = ", ?".repeat(table.columns.len());
    let (mut named, mut set) = (String::new(), String::new());
    for column in &table.columns {
        named.extend([", ", &column.name]);
        set.extend([", ", &column.name, " = excluded.", &column.name]);
    }
    let mut write = connection.prepare_cached(&format!(
        "INSERT INTO {name} (key, row, fields{named}) VALUES (?, ?, ?{places})
         ON CONFLICT (key) DO UPDATE SET row = excluded.row, fields = excluded.fields{set}"
    ))?;
    let mut delete = connection.prepare_cached(&format!("DELETE FROM {name} WHERE key = ?"))?;
    for RowWrite { key, row, .. } in writes {
        let Some(row) = row else {
            delete.execute([key])?;
            continue;
        };
        write.raw_bind_parameter(1, key)?;
        write.raw_bind_parameter(2, Shown(bytes(&row.data)))?;
        write.raw_bind_parameter(3, crate::tables::as_int(row.index.len()))?;
        for (place, holds) in holds.iter().enumerate() {
            let value = row.index.get(place).map(|value| holds.kept(value));
            write.raw_bind_parameter(4 + place, value.unwrap_or(Value::Null))?;
        }
        write.raw_execute()?;
    }
    Ok(())
}

/// Keeps the state of a stream as it stands now.
pub(super) fn keep_snapshot(
    connection: &Connection,
    stream: Stream,
    snapshot: &NewSnapshot,
) -> rusqlite::Result<()> {
    connection
        .prepare_cached("INSERT OR REPLACE INTO cqrs_snapshots VALUES (?, ?, ?, ?, ?, ?)")?
        .execute(params![
            stream.number,
            stream.version,
            stream.last,
            snapshot.fingerprint.cast_signed(),
            snapshot.checksum.cast_signed(),
            Shown(bytes(&snapshot.data)),
        ])?;
    Ok(())
}

/// What is kept of a command.
pub(crate) fn command(
    connection: &Connection,
    tenant: &Tenant,
    id: CommandId,
) -> rusqlite::Result<Option<CommandRecord>> {
    connection
        .prepare_cached(
            "SELECT fingerprint, version, position FROM cqrs_commands WHERE id = ? AND tenant = ?",
        )?
        .query_row(params![id.as_uuid().as_bytes(), tenant.as_str()], |row| {
            Ok(CommandRecord {
                fingerprint: Fingerprint::from(uuid(row, 0)?),
                version: Version::from(number(row, 1)?),
                position: Position::from(number(row, 2)?),
            })
        })
        .optional()
}

pub(super) fn keep_command(
    connection: &Connection,
    key: &CommandKey,
    committed: Committed,
) -> rusqlite::Result<()> {
    connection
        .prepare_cached("INSERT INTO cqrs_commands VALUES (?, ?, ?, ?, ?)")?
        .execute(params![
            key.id.as_uuid().as_bytes(),
            key.tenant.as_str(),
            key.fingerprint.as_uuid().as_bytes(),
            committed.version.get().cast_signed(),
            committed.position.get().cast_signed(),
        ])?;
    Ok(())
}

/// The place of the timer that is to be cancelled, if it is there.
pub(super) fn timer(
    connection: &Connection,
    cancel: &TimerCancel,
) -> rusqlite::Result<Option<u64>> {
    let mut timer: CachedStatement<'_> =
        connection.prepare_cached("SELECT place FROM cqrs_timers WHERE owner = ? AND id = ?")?;
    timer
        .query_row([cancel.owner.as_str(), &cancel.id], |row| number(row, 0))
        .optional()
}
