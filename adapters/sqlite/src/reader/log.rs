//! Events: of one stream, and of the log.

use super::{Known, Reader};
use crate::events::{COLUMNS, KIND, kinds_of, matching, number, read};
use crate::schema;
use crate::tables::as_int;
use cqrs_core::log::{Position, RecordedEvent, Version};
use cqrs_core::store::{LogPage, LogQuery, StreamQuery};
use rusqlite::types::Value;
use rusqlite::{Connection, params, params_from_iter};

/// The most bytes of data that are read before they are asked for.
const AHEAD: usize = 1 << 20;

impl Reader {
    pub(crate) fn stream(&mut self, query: &StreamQuery) -> rusqlite::Result<Vec<RecordedEvent>> {
        self.of_stream(query, usize::MAX)
    }

    /// As [`stream`](Self::stream), but not many bytes: fewer events than there are, it may be.
    pub(super) fn ahead(&mut self, query: &StreamQuery) -> rusqlite::Result<Vec<RecordedEvent>> {
        self.of_stream(query, AHEAD)
    }

    fn of_stream(
        &mut self,
        query: &StreamQuery,
        most_bytes: usize,
    ) -> rusqlite::Result<Vec<RecordedEvent>> {
        let Some(number) = self.stream_number(&query.stream)? else {
            return Ok(Vec::new());
        };
        let Self {
            connection, known, ..
        } = self;
        let mut found = connection.prepare_cached(&format!(
            "SELECT {COLUMNS} FROM cqrs_events e WHERE e.stream = ? AND e.version > ?
             ORDER BY e.version LIMIT ?"
        ))?;
        let after = clamped(query.after.get());
        let mut rows = found.query(params![number, after, as_int(query.limit)])?;
        let mut events = Vec::with_capacity(query.limit.min(1_000));
        let (mut version, mut bytes) = (query.after.get(), 0);
        while let Some(row) = rows.next()? {
            version += 1; // versions have no gaps
            let kind = known.kind(connection, row.get(KIND)?)?;
            let event = read(row, query.stream.clone(), Version::from(version), kind)?;
            bytes += event.data().as_bytes().map_or(0, <[u8]>::len);
            events.push(event);
            if bytes > most_bytes {
                break;
            }
        }
        Ok(events)
    }

    pub(crate) fn log(&mut self, query: &LogQuery) -> rusqlite::Result<LogPage> {
        self.known.log(&self.connection, query)
    }
}

impl Known {
    /// Reads a page of the log.
    pub(crate) fn log(
        &mut self,
        connection: &Connection,
        query: &LogQuery,
    ) -> rusqlite::Result<LogPage> {
        // events up to the head never change, so what is read later sees the same
        let head = schema::head(connection)?;
        let end = query
            .through
            .map_or(head, |through| clamped(through.get()).min(head));
        let kinds = kinds_of(connection, &query.filter)?;
        let range = (clamped(query.after.get()), end);
        let (sql, mut values) = matching(&query.filter, kinds.as_deref(), range);
        values.push(Value::Integer(as_int(query.limit)));
        let mut found =
            connection.prepare_cached(&format!("SELECT {COLUMNS}, e.stream, e.version{sql}"))?;
        let mut rows = found.query(params_from_iter(values))?;
        let mut events = Vec::with_capacity(query.limit.min(1_000));
        while let Some(row) = rows.next()? {
            let stream = self.stream_id(connection, row.get(10)?)?;
            let version = Version::from(number(row, 11)?);
            let kind = self.kind(connection, row.get(KIND)?)?;
            events.push(read(row, stream, version, kind)?);
        }
        let through = if events.len() == query.limit {
            let last = events.last();
            last.map_or(query.after, |last| last.recorded().position)
        } else {
            Position::from(end.cast_unsigned()).max(query.after)
        };
        Ok(LogPage { events, through })
    }
}

/// A number as `SQLite` has it; beyond its numbers, the last of them.
fn clamped(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
