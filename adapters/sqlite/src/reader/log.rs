//! Events: of one stream, and of the log.

use super::gather::PAGE;
use super::{Known, Reader};
use crate::events::{COLUMNS, KIND, kinds_of, matching, number, read};
use crate::schema;
use crate::tables::as_int;
use cqrs_core::log::{BareFacts, Facts, Position, RecordedEvent, Version};
use cqrs_core::store::{FactQuery, LogPage, LogQuery, StreamQuery};
use rusqlite::types::Value;
use rusqlite::{Connection, params, params_from_iter};

/// What comes behind facts that were gathered.
enum Next {
    /// The end of the stream.
    End,
    /// Another one.
    Fact,
    /// An event that is to come with its envelope.
    Whole,
}

impl Reader {
    pub(crate) fn stream(&mut self, query: &StreamQuery) -> rusqlite::Result<Vec<RecordedEvent>> {
        let mut bytes = usize::MAX;
        match self.stream_number(&query.stream)? {
            Some(number) => self.of_stream(number, query, &mut bytes),
            None => Ok(Vec::new()),
        }
    }

    /// Reads events of a stream, until they have those bytes of data; takes off what they have.
    fn of_stream(
        &mut self,
        number: i64,
        query: &StreamQuery,
        bytes: &mut usize,
    ) -> rusqlite::Result<Vec<RecordedEvent>> {
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
        let mut version = query.after.get();
        while let Some(row) = rows.next()? {
            version += 1; // versions have no gaps
            let kind = known.kind(connection, row.get(KIND)?)?;
            let event = read(row, query.stream.clone(), Version::from(version), kind)?;
            *bytes = bytes.saturating_sub(event.data().as_bytes().map_or(0, <[u8]>::len));
            events.push(event);
            if *bytes == 0 {
                break;
            }
        }
        Ok(events)
    }

    /// A page of a stream for a fold: without envelopes up to the first event that needs its own,
    /// and from there on whole events.
    pub(super) fn facts(&mut self, query: &FactQuery) -> rusqlite::Result<Facts> {
        let mut facts = BareFacts::of(query);
        let Some(stream) = self.stream_number(&query.stream)? else {
            return Ok(Facts::new(None, Vec::new(), false));
        };
        if !query.envelopes {
            self.gather.now().begin(facts, query.limit);
            let next = self.gather(stream, query.after);
            facts = self
                .gather
                .now()
                .end()
                .unwrap_or_else(|| BareFacts::of(query));
            match next? {
                Next::End => return Ok(Facts::new(Some(facts), Vec::new(), false)),
                Next::Fact => return Ok(Facts::new(Some(facts), Vec::new(), true)),
                Next::Whole => {}
            }
        }
        let mut bytes = PAGE.saturating_sub(facts.bytes());
        let rest = StreamQuery {
            stream: query.stream.clone(),
            after: facts.last(),
            limit: query.limit - facts.len(),
        };
        let events = self.of_stream(stream, &rest, &mut bytes)?;
        let more = events.len() == rest.limit || bytes == 0;
        Ok(Facts::new(Some(facts), events, more))
    }

    /// Gathers facts until a page is full, or up to an event that is to come with its envelope.
    fn gather(&mut self, stream: i64, after: Version) -> rusqlite::Result<Next> {
        let Self {
            connection,
            known,
            gather,
            ..
        } = self;
        // what is gathered comes in the order of the index
        let mut left = connection.prepare_cached(
            "SELECT kind, position, data FROM cqrs_events INDEXED BY cqrs_events_of_stream
             WHERE stream = ? AND version > ? AND cqrs_left(kind, position, data)
             ORDER BY version",
        )?;
        let mut rows = left.query(params![stream, clamped(after.get())])?;
        while let Some(row) = rows.next()? {
            if gather.now().is_full() {
                return Ok(Next::Fact);
            }
            let number = row.get(0)?;
            let kind = known.kind(connection, number)?;
            let data = row.get_ref(2)?.as_blob()?;
            if !gather.now().learn(number, kind, row.get(1)?, data) {
                return Ok(Next::Whole);
            }
        }
        Ok(Next::End)
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
