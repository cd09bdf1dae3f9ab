//! What the writer knows of the file without looking, for as long as nobody else writes.

use crate::schema;
use crate::tables::RowTable;
use cqrs_core::log::{Name, StreamId, Tenant};
use cqrs_core::store::{IndexedField, Table};
use foldhash::HashMap;
use quick_cache::unsync::Cache;
use rusqlite::{Connection, OptionalExtension, Statement, params};

/// How many streams are remembered.
const STREAMS: usize = 50_000;

/// A stream as it stands.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stream {
    pub(super) number: i64,
    pub(super) version: i64,
    /// The id of the last event; none before the first.
    pub(super) last: Option<[u8; 16]>,
}

pub(super) struct Known<'c> {
    head: i64,
    /// When the last event was recorded.
    latest: i64,
    next_stream: i64,
    /// Streams that have events.
    streams: Cache<StreamId, Stream>,
    categories: HashMap<(Tenant, String), i64>,
    kinds: HashMap<(Name, u32), i64>,
    tables: HashMap<Table, RowTable>,
    find_stream: Statement<'c>,
    find_last: Statement<'c>,
    insert_stream: Statement<'c>,
    pub(super) insert_event: Statement<'c>,
}

impl<'c> Known<'c> {
    pub(super) fn of(connection: &'c Connection) -> rusqlite::Result<Self> {
        let mut known = Self {
            head: 0,
            latest: 0,
            next_stream: 0,
            streams: Cache::new(STREAMS),
            categories: HashMap::default(),
            kinds: HashMap::default(),
            tables: HashMap::default(),
            find_stream: connection
                .prepare("SELECT stream FROM cqrs_streams WHERE category = ? AND id = ?")?,
            find_last: connection.prepare(
                "SELECT version, id FROM cqrs_events WHERE stream = ? ORDER BY version DESC LIMIT 1",
            )?,
            insert_stream: connection.prepare("INSERT INTO cqrs_streams VALUES (?, ?, ?)")?,
            insert_event: connection
                .prepare("INSERT INTO cqrs_events VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")?,
        };
        known.forget(connection)?;
        Ok(known)
    }

    /// Forgets all, and looks again.
    pub(super) fn forget(&mut self, connection: &Connection) -> rusqlite::Result<()> {
        self.streams.clear();
        self.categories.clear();
        self.kinds.clear();
        self.tables.clear();
        let version: i32 = connection.query_row("PRAGMA user_version", [], |row| row.get(0))?;
        if version > schema::VERSION {
            return Err(rusqlite::Error::ToSqlConversionFailure(
                "a newer program has changed the tables meanwhile: run that one".into(),
            ));
        }
        self.head = schema::head(connection)?;
        self.latest = connection
            .prepare_cached("SELECT recorded_at FROM cqrs_events WHERE position = ?")?
            .query_row([self.head], |row| row.get(0))
            .optional()?
            .unwrap_or(i64::MIN);
        self.next_stream = connection
            .prepare_cached("SELECT coalesce(max(stream), 0) + 1 FROM cqrs_streams")?
            .query_row([], |row| row.get(0))?;
        Ok(())
    }

    pub(super) fn head(&self) -> i64 {
        self.head
    }

    /// The time of recording, which follows the log's order even where the system's clock goes back.
    pub(super) fn clock(&self) -> i64 {
        cqrs_core::log::now().as_microsecond().max(self.latest)
    }

    /// Takes the next position for an event that is recorded at that time.
    pub(super) fn next_position(&mut self, recorded_at: i64) -> i64 {
        self.head += 1; // whether there is room was judged before
        self.latest = recorded_at;
        self.head
    }

    /// The stream, if it has events.
    pub(super) fn stream(
        &mut self,
        connection: &Connection,
        id: &StreamId,
    ) -> rusqlite::Result<Option<Stream>> {
        if let Some(known) = self.streams.get(id) {
            return Ok(Some(*known));
        }
        let Some(category) = self.category(connection, id)? else {
            return Ok(None);
        };
        let number: Option<i64> = self
            .find_stream
            .query_row(params![category, id.id()], |row| row.get(0))
            .optional()?;
        let Some(number) = number else {
            return Ok(None);
        };
        let last = self
            .find_last
            .query_row([number], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?;
        let stream = Stream {
            number,
            version: last.map_or(0, |(version, _)| version),
            last: last.map(|(_, id)| id),
        };
        self.streams.insert(id.clone(), stream);
        Ok(Some(stream))
    }

    /// Begins a stream that has no events.
    pub(super) fn begin_stream(
        &mut self,
        connection: &Connection,
        id: &StreamId,
    ) -> rusqlite::Result<Stream> {
        let category = match self.category(connection, id)? {
            Some(known) => known,
            None => self.begin_category(connection, id)?,
        };
        let number = self.next_stream;
        self.insert_stream
            .execute(params![number, category, id.id()])?;
        self.next_stream += 1;
        Ok(Stream {
            number,
            version: 0,
            last: None,
        })
    }

    /// Remembers where a stream stands now.
    pub(super) fn remember(&mut self, id: &StreamId, stream: Stream) {
        if let Some(mut known) = self.streams.get_mut(id) {
            *known = stream;
            return;
        }
        self.streams.insert(id.clone(), stream);
    }

    fn category(
        &mut self,
        connection: &Connection,
        id: &StreamId,
    ) -> rusqlite::Result<Option<i64>> {
        let key = (id.tenant().clone(), id.category().to_owned());
        if let Some(known) = self.categories.get(&key) {
            return Ok(Some(*known));
        }
        let found = connection
            .prepare_cached("SELECT category FROM cqrs_categories WHERE tenant = ? AND name = ?")?
            .query_row([id.tenant().as_str(), id.category()], |row| row.get(0))
            .optional()?;
        if let Some(found) = found {
            self.categories.insert(key, found);
        }
        Ok(found)
    }

    fn begin_category(&mut self, connection: &Connection, id: &StreamId) -> rusqlite::Result<i64> {
        connection
            .prepare_cached("INSERT INTO cqrs_categories (tenant, name) VALUES (?, ?)")?
            .execute([id.tenant().as_str(), id.category()])?;
        let number = connection.last_insert_rowid();
        let key = (id.tenant().clone(), id.category().to_owned());
        self.categories.insert(key, number);
        Ok(number)
    }

    /// The number of a kind of events.
    pub(super) fn kind(
        &mut self,
        connection: &Connection,
        name: &Name,
        schema: u32,
    ) -> rusqlite::Result<i64> {
        let key = (name.clone(), schema);
        if let Some(known) = self.kinds.get(&key) {
            return Ok(*known);
        }
        let found = connection
            .prepare_cached("SELECT kind FROM cqrs_kinds WHERE name = ? AND schema = ?")?
            .query_row(params![name.as_str(), schema], |row| row.get(0))
            .optional()?;
        let number = if let Some(found) = found {
            found
        } else {
            connection
                .prepare_cached("INSERT INTO cqrs_kinds (name, schema) VALUES (?, ?)")?
                .execute(params![name.as_str(), schema])?;
            connection.last_insert_rowid()
        };
        self.kinds.insert(key, number);
        Ok(number)
    }

    /// A table of rows, entered where it is not there yet.
    pub(super) fn table(
        &mut self,
        connection: &Connection,
        table: &Table,
    ) -> rusqlite::Result<&mut RowTable> {
        if !self.tables.contains_key(table) {
            let entered = RowTable::entered(connection, table)?;
            self.tables.insert(table.clone(), entered);
        }
        self.tables
            .get_mut(table)
            .ok_or(rusqlite::Error::QueryReturnedNoRows) // it is there by now
    }

    /// Sees to the indexed fields of a table, and says whether that changed anything.
    pub(super) fn declare_fields(
        &mut self,
        connection: &Connection,
        table: &Table,
        fields: &[IndexedField],
    ) -> rusqlite::Result<bool> {
        if fields.is_empty() {
            return Ok(false);
        }
        if let Some(there) = RowTable::load(connection, table)?
            && !there.is_otherwise_declared(fields)
        {
            return Ok(false);
        }
        self.table(connection, table)?
            .declare_fields(connection, fields)?;
        Ok(true)
    }
}
