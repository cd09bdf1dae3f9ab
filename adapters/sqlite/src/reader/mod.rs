//! The threads that read, each through a connection of its own that cannot write.

mod ahead;
mod beside;
mod gather;
mod log;

pub(crate) use beside::{command, queued, rows_of, snapshot, timers_due};

use crate::connection::{data_version, to_read};
use crate::error::SqliteError;
use crate::gate::Gate;
use crate::guard::Guard;
use crate::lent::Tables;
use crate::tables::RowTable;
use cqrs_core::log::{Name, StreamId, Tenant};
use cqrs_core::store::{StoreError, Table};
use foldhash::HashMap;
use gather::Gather;
use quick_cache::unsync::Cache;
use rusqlite::{Connection, OptionalExtension};
use std::collections::VecDeque;
use std::collections::hash_map::Entry;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, Thread};
use tokio::sync::oneshot;

/// How many streams a reader remembers.
const STREAMS: usize = 10_000;

type Read = Box<dyn FnOnce(&Path, &mut Option<Reader>) + Send>;

/// What is to be read.
#[derive(Default)]
pub(crate) struct Readers {
    waiting: Mutex<Waiting>,
    ahead: ahead::Ahead,
    pub(crate) gate: Arc<Gate>,
}

#[derive(Default)]
struct Waiting {
    reads: VecDeque<Read>,
    /// The threads that have nothing to do. The one that read last is asked first: its connection
    /// has in memory what is likely to be read again.
    idle: Vec<Thread>,
    closed: bool,
}

impl Readers {
    /// Has a thread read something.
    pub(crate) async fn read<T: Send + 'static>(
        &self,
        doing: &'static str,
        read: impl FnOnce(&mut Reader) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, StoreError> {
        let (answer, answered) = oneshot::channel();
        let work: Read = Box::new(move |path, reader| {
            if answer.is_closed() {
                return; // nobody waits any more
            }
            let result = Reader::at(reader, path).and_then(read);
            answer
                .send(result.map_err(|error| SqliteError::from(error).doing(doing)))
                .ok();
        });
        self.put(work)?;
        answered.await.unwrap_or(Err(StoreError::Closed))
    }

    fn put(&self, work: Read) -> Result<(), StoreError> {
        let mut waiting = self.waiting();
        if waiting.closed {
            return Err(StoreError::Closed);
        }
        waiting.reads.push_back(work);
        let idle = waiting.idle.pop();
        drop(waiting);
        if let Some(thread) = idle {
            thread.unpark();
        }
        Ok(())
    }

    /// Reads until it is closed: the work of a thread of its own.
    pub(crate) fn serve(&self, path: &Path) {
        let mut reader = None;
        while let Some(read) = self.next() {
            let read = AssertUnwindSafe(|| self.gate.pass(|| read(path, &mut reader)));
            if catch_unwind(read).is_err() {
                reader = None; // whoever waits finds that nobody answers
            }
        }
    }

    fn next(&self) -> Option<Read> {
        let me = thread::current();
        let mut waiting = self.waiting();
        loop {
            if let Some(read) = waiting.reads.pop_front() {
                return Some(read);
            }
            if waiting.closed {
                return None;
            }
            waiting.idle.push(me.clone());
            drop(waiting);
            thread::park();
            waiting = self.waiting();
            // it may have woken by itself
            waiting.idle.retain(|idle| idle.id() != me.id());
        }
    }

    /// Takes no more reads; those that wait are done.
    pub(crate) fn close(&self) {
        let mut waiting = self.waiting();
        waiting.closed = true;
        for thread in waiting.idle.drain(..) {
            thread.unpark();
        }
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A connection to read through, and what is known of what was read.
pub(crate) struct Reader {
    pub(crate) connection: Connection,
    guard: Guard,
    known: Known,
    gather: Gather,
    /// The tables as they were at that version of the data.
    tables: HashMap<Table, RowTable>,
    tables_at: i64,
}

impl Reader {
    fn at<'a>(reader: &'a mut Option<Self>, path: &Path) -> rusqlite::Result<&'a mut Self> {
        match reader {
            Some(reader) => Ok(reader),
            None => Ok(reader.insert(Self::new(to_read(path)?)?)),
        }
    }

    fn new(mut connection: Connection) -> rusqlite::Result<Self> {
        Ok(Self {
            guard: Guard::set_on(&mut connection)?,
            gather: Gather::through(&connection)?,
            connection,
            known: Known::default(),
            tables: HashMap::default(),
            tables_at: i64::MIN,
        })
    }

    /// Has others read, all of one state.
    pub(crate) fn lend<T>(&mut self, read: impl FnOnce(&Tables<'_>) -> T) -> rusqlite::Result<T> {
        self.at_once(|reader| Ok(read(&Tables::of(&reader.connection, &reader.guard))))
    }

    /// Several statements that see one state of the file.
    fn at_once<T>(
        &mut self,
        read: impl FnOnce(&mut Self) -> rusqlite::Result<T>,
    ) -> rusqlite::Result<T> {
        self.connection.prepare_cached("BEGIN")?.execute([])?;
        let result = read(self);
        self.connection.prepare_cached("COMMIT")?.execute([])?;
        result
    }

    /// Reads of the rows of a table, if there are any.
    pub(crate) fn of_table<T: Default>(
        &mut self,
        table: &Table,
        read: impl FnOnce(&Connection, &RowTable) -> rusqlite::Result<T>,
    ) -> rusqlite::Result<T> {
        self.at_once(|reader| {
            let version = data_version(&reader.connection)?;
            if version != reader.tables_at {
                reader.tables.clear();
                reader.tables_at = version;
            }
            if !reader.tables.contains_key(table) {
                let Some(found) = RowTable::load(&reader.connection, table)? else {
                    return Ok(T::default());
                };
                reader.tables.insert(table.clone(), found);
            }
            match reader.tables.get(table) {
                Some(table) => read(&reader.connection, table),
                None => Ok(T::default()),
            }
        })
    }

    /// The number of a stream, if it has events.
    fn stream_number(&self, stream: &StreamId) -> rusqlite::Result<Option<i64>> {
        self.connection
            .prepare_cached(
                "SELECT s.stream FROM cqrs_categories c JOIN cqrs_streams s USING (category)
                 WHERE c.tenant = ? AND c.name = ? AND s.id = ?",
            )?
            .query_row(
                [stream.tenant().as_str(), stream.category(), stream.id()],
                |row| row.get(0),
            )
            .optional()
    }
}

/// What never changes, and was read before.
pub(crate) struct Known {
    streams: Cache<i64, StreamId>,
    categories: HashMap<i64, (Tenant, Name)>,
    kinds: HashMap<i64, (Name, u32)>,
}

impl Default for Known {
    fn default() -> Self {
        Self {
            streams: Cache::new(STREAMS),
            categories: HashMap::default(),
            kinds: HashMap::default(),
        }
    }
}

impl Known {
    /// The kind of that number.
    fn kind(&mut self, connection: &Connection, number: i64) -> rusqlite::Result<&(Name, u32)> {
        match self.kinds.entry(number) {
            Entry::Occupied(known) => Ok(known.into_mut()),
            Entry::Vacant(unknown) => {
                let kind = connection
                    .prepare_cached("SELECT name, schema FROM cqrs_kinds WHERE kind = ?")?
                    .query_row([number], |row| {
                        Ok((Name::from(row.get_ref(0)?.as_str()?), row.get(1)?))
                    })?;
                Ok(unknown.insert(kind))
            }
        }
    }

    /// The stream of that number.
    fn stream_id(&mut self, connection: &Connection, number: i64) -> rusqlite::Result<StreamId> {
        if let Some(known) = self.streams.get(&number) {
            return Ok(known.clone());
        }
        let (category, id): (i64, String) = connection
            .prepare_cached("SELECT category, id FROM cqrs_streams WHERE stream = ?")?
            .query_row([number], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let (tenant, name) = self.category(connection, category)?;
        let stream = StreamId::new(tenant, name, id)
            .map_err(|error| crate::events::unreadable(1, error.into()))?;
        self.streams.insert(number, stream.clone());
        Ok(stream)
    }

    fn category(
        &mut self,
        connection: &Connection,
        number: i64,
    ) -> rusqlite::Result<(Tenant, Name)> {
        if let Some(known) = self.categories.get(&number) {
            return Ok(known.clone());
        }
        let (tenant, name): (String, String) = connection
            .prepare_cached("SELECT tenant, name FROM cqrs_categories WHERE category = ?")?
            .query_row([number], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let tenant =
            Tenant::new(&tenant).map_err(|error| crate::events::unreadable(0, error.into()))?;
        let category = (tenant, Name::from(name));
        self.categories.insert(number, category.clone());
        Ok(category)
    }
}
