//! An event as it stands in a row, and as it is read from one.

use crate::json;
use cqrs_core::Uuid;
use cqrs_core::log::{
    CommandId, Data, EventId, LogFilter, Metadata, Name, Position, Recorded, RecordedEvent,
    StreamId, Timestamp, Version,
};
use rusqlite::types::{ToSqlOutput, Type, Value, ValueRef};
use rusqlite::{Connection, Row, ToSql};
use std::error::Error;

/// The columns that [`read`] reads, in its order. To get a column out of `SQLite` is most of what an
/// event costs, so those that most events do not have are looked at only where one of them is
/// there.
pub(crate) const COLUMNS: &str = "e.position, e.kind, e.recorded_at, e.id, e.command, e.data,
    coalesce(e.occurred_at, e.tags, e.metadata), e.occurred_at, e.tags, e.metadata";

/// How an event's command is kept: by how far the event's id counts on from the command's, if it
/// was made so, else whole.
#[derive(Debug, PartialEq)]
pub(crate) enum KeptCommand {
    Before(u32),
    Whole([u8; 16]),
}

/// The most by which an id may count on.
const FURTHEST: u32 = 1_000_000;

impl KeptCommand {
    pub(crate) fn of(event: EventId, command: CommandId) -> Self {
        let (event, command) = (event.as_uuid().as_u128(), command.as_uuid().as_u128());
        let (event_count, command_count) = (last_32(event), last_32(command));
        let further = event_count.wrapping_sub(command_count);
        if event >> 32 == command >> 32 && further <= FURTHEST {
            Self::Before(further)
        } else {
            Self::Whole(command.to_be_bytes())
        }
    }

    fn read(event: Uuid, kept: ValueRef<'_>) -> Option<CommandId> {
        let uuid = match kept {
            ValueRef::Integer(further) => {
                let event = event.as_u128();
                let count = last_32(event).wrapping_sub(u32::try_from(further).ok()?);
                Uuid::from_u128(event >> 32 << 32 | u128::from(count))
            }
            ValueRef::Blob(whole) => Uuid::from_slice(whole).ok()?,
            _ => return None,
        };
        Some(uuid.into())
    }
}

#[allow(
    clippy::cast_possible_truncation,
    reason = "the last 32 bits are meant"
)]
fn last_32(number: u128) -> u32 {
    number as u32
}

impl ToSql for KeptCommand {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match self {
            Self::Before(further) => ToSqlOutput::Owned(Value::Integer(i64::from(*further))),
            Self::Whole(id) => ToSqlOutput::Borrowed(ValueRef::Blob(id)),
        })
    }
}

/// The place of the kind's number among the columns.
pub(crate) const KIND: usize = 1;

/// Reads an event of a stream and a kind that are known by now.
pub(crate) fn read(
    row: &Row<'_>,
    stream: StreamId,
    version: Version,
    (name, schema): &(Name, u32),
) -> rusqlite::Result<RecordedEvent> {
    let position = Position::from(number(row, 0)?);
    let recorded_at = timestamp(2, row.get(2)?)?;
    let id = uuid(row, 3)?;
    let command = KeptCommand::read(id, row.get_ref(4)?)
        .ok_or_else(|| unreadable(4, "it is no command's id".into()))?;
    let data = Data::from_bytes(row.get_ref(5)?.as_blob()?);
    let mut event = Recorded::new(
        position,
        stream,
        version,
        EventId::from(id),
        name.clone(),
        recorded_at,
        Metadata::of(command),
    );
    event.schema = *schema;
    if row.get_ref(6)? != ValueRef::Null {
        if let Some(occurred_at) = row.get(7)? {
            event.occurred_at = timestamp(7, occurred_at)?;
        }
        if let ValueRef::Text(tags) = row.get_ref(8)? {
            event.tags = json::read_tags(tags).map_err(|error| unreadable(8, error.into()))?;
        }
        if let ValueRef::Text(metadata) = row.get_ref(9)? {
            event.metadata = json::read_metadata(command, metadata)
                .map_err(|error| unreadable(9, error.into()))?;
        }
    }
    Ok(RecordedEvent::new(event, data))
}

pub(crate) fn number(row: &Row<'_>, place: usize) -> rusqlite::Result<u64> {
    row.get::<_, i64>(place).map(i64::cast_unsigned)
}

pub(crate) fn uuid(row: &Row<'_>, place: usize) -> rusqlite::Result<Uuid> {
    row.get(place).map(Uuid::from_bytes)
}

pub(crate) fn time(row: &Row<'_>, place: usize) -> rusqlite::Result<Timestamp> {
    timestamp(place, row.get(place)?)
}

fn timestamp(place: usize, microseconds: i64) -> rusqlite::Result<Timestamp> {
    Timestamp::from_microsecond(microseconds).map_err(|error| unreadable(place, error.into()))
}

pub(crate) fn unreadable(place: usize, error: Box<dyn Error + Send + Sync>) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(place, Type::Null, error)
}

/// The kinds of events that a filter takes; `None`: all.
pub(crate) fn kinds_of(
    connection: &Connection,
    filter: &LogFilter,
) -> rusqlite::Result<Option<Vec<i64>>> {
    let Some(names) = &filter.names else {
        return Ok(None);
    };
    let mut find = connection.prepare_cached("SELECT kind FROM cqrs_kinds WHERE name = ?")?;
    let mut kinds = Vec::new();
    for name in names {
        for kind in find.query_map([name.as_str()], |row| row.get(0))? {
            kinds.push(kind?);
        }
    }
    kinds.sort_unstable();
    Ok(Some(kinds))
}

/// What may follow `SELECT ..` for the events after one position and up to another that a filter
/// takes, by position; the values for its question marks, which a limit follows.
pub(crate) fn matching(
    filter: &LogFilter,
    kinds: Option<&[i64]>,
    (after, through): (i64, i64),
) -> (String, Vec<Value>) {
    let mut values = Vec::new();
    let mut text = |text: &Name| values.push(Value::Text(text.to_string()));
    let (mut sql, position) = match filter.tags.first() {
        None => (" FROM cqrs_events e WHERE".to_owned(), "e.position"),
        Some(first) => {
            text(&first.name);
            text(&first.value);
            let sql = " FROM cqrs_tags t CROSS JOIN cqrs_events e ON e.position = t.position
                WHERE t.name = ? AND t.value = ? AND";
            (sql.to_owned(), "t.position")
        }
    };
    values.extend([after, through].map(Value::Integer));
    sql.extend([" ", position, " > ? AND ", position, " <= ?"]);
    for tag in filter.tags.iter().skip(1) {
        sql += " AND EXISTS (SELECT 1 FROM cqrs_tags o
            WHERE o.name = ? AND o.value = ? AND o.position = t.position)";
        values.extend([&tag.name, &tag.value].map(|text| Value::Text(text.to_string())));
    }
    if let Some(kinds) = kinds {
        let kinds: Vec<String> = kinds.iter().map(ToString::to_string).collect();
        sql.extend([" AND e.kind IN (", &kinds.join(","), ")"]);
    }
    sql.extend([" ORDER BY ", position, " LIMIT ?"]);
    (sql, values)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_kept_in_few_bytes_where_an_event_counts_on_from_it() {
        let command = CommandId::from(Uuid::from_u128(0x1234 << 96 | 0xffff_ffff));
        for (further, expected) in [
            (1_u128, KeptCommand::Before(1)),
            (0, KeptCommand::Before(0)),
            (
                u128::from(FURTHEST) + 1,
                KeptCommand::Whole(command.as_uuid().into_bytes()),
            ),
        ] {
            let count = u128::from(0xffff_ffff_u32.wrapping_add(u32::try_from(further).unwrap()));
            let event = EventId::from(Uuid::from_u128(0x1234 << 96 | count));
            let kept = KeptCommand::of(event, command);
            assert_eq!(kept, expected);
            let ToSqlOutput::Owned(Value::Integer(kept)) = kept.to_sql().unwrap() else {
                continue;
            };
            let read = KeptCommand::read(*event.as_uuid(), ValueRef::Integer(kept));
            assert_eq!(read, Some(command));
        }
        let other = EventId::generate();
        let kept = KeptCommand::of(other, command);
        assert_eq!(kept, KeptCommand::Whole(command.as_uuid().into_bytes()));
    }
}
