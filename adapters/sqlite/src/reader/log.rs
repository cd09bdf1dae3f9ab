//! Events: of one stream, and of the log.

use super::{Known, Reader};
use crate::events::{COLUMNS, matching, read};
use crate::schema;
use crate::tables::as_int;
use cqrs_core::log::{LogFilter, Position, RecordedEvent, StreamId};
use cqrs_core::store::{LogPage, LogQuery, StreamQuery};
use rusqlite::types::Value;
use rusqlite::{Connection, Row, params, params_from_iter};

impl Reader {
    pub(crate) fn stream(&mut self, query: &StreamQuery) -> rusqlite::Result<Vec<RecordedEvent>> {
        let Some(number) = self.stream_number(&query.stream)? else {
            return Ok(Vec::new());
        };
        let asked = params![number, clamped(query.after.get()), as_int(query.limit)];
        let sql = format!(
            "SELECT {COLUMNS} FROM cqrs_events e WHERE e.stream = ? AND e.version > ?
             ORDER BY e.version LIMIT ?"
        );
        self.events(&sql, query.limit, asked, |_, _, _| Ok(query.stream.clone()))
    }

    pub(crate) fn log(&mut self, query: &LogQuery) -> rusqlite::Result<LogPage> {
        // events up to the head never change, so what is read later sees the same
        let head = schema::head(&self.connection)?;
        let end = query
            .through
            .map_or(head, |through| clamped(through.get()).min(head));
        let kinds = self.kinds_of(&query.filter)?;
        let range = (clamped(query.after.get()), end);
        let (sql, mut values) = matching(&query.filter, kinds.as_deref(), range);
        values.push(Value::Integer(as_int(query.limit)));
        let sql = format!("SELECT {COLUMNS}{sql}");
        let events = self.events(
            &sql,
            query.limit,
            params_from_iter(values),
            |connection, known, row| known.stream_id(connection, row.get(1)?),
        )?;
        let through = if events.len() == query.limit {
            let last = events.last();
            last.map_or(query.after, |last| last.recorded().position)
        } else {
            Position::from(end.cast_unsigned()).max(query.after)
        };
        Ok(LogPage { events, through })
    }

    fn events(
        &mut self,
        sql: &str,
        limit: usize,
        asked: impl rusqlite::Params,
        mut stream: impl FnMut(&Connection, &mut Known, &Row<'_>) -> rusqlite::Result<StreamId>,
    ) -> rusqlite::Result<Vec<RecordedEvent>> {
        let Self {
            connection, known, ..
        } = self;
        let mut found = connection.prepare_cached(sql)?;
        let mut rows = found.query(asked)?;
        let mut events = Vec::with_capacity(limit.min(1_000));
        while let Some(row) = rows.next()? {
            let stream = stream(connection, known, row)?;
            let kind = known.kind(connection, row.get(3)?)?;
            events.push(read(row, stream, kind)?);
        }
        Ok(events)
    }

    /// The kinds of events that a filter takes; `None`: all.
    fn kinds_of(&self, filter: &LogFilter) -> rusqlite::Result<Option<Vec<i64>>> {
        let Some(names) = &filter.names else {
            return Ok(None);
        };
        let mut find = self
            .connection
            .prepare_cached("SELECT kind FROM cqrs_kinds WHERE name = ?")?;
        let mut kinds = Vec::new();
        for name in names {
            for kind in find.query_map([name.as_str()], |row| row.get(0))? {
                kinds.push(kind?);
            }
        }
        kinds.sort_unstable();
        Ok(Some(kinds))
    }
}

/// A number as `SQLite` has it; beyond its numbers, the last of them.
fn clamped(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
