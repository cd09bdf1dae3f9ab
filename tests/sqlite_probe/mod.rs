//! A probe of [`EventStore`]: the smallest `SQLite` store that keeps every promise. One connection
//! behind a lock, and whoever calls waits for the disk; it is no product.

mod reader;
mod schema;
mod writer;

use cqrs_core::log::{
    CommandId, LogFilter, Position, RecordedEvent, StoreIdentity, StreamId, Tenant, Timestamp,
};
use cqrs_core::store::{
    Batch, CommandRecord, CommitError, Committed, EventStore, IndexRange, LogPage, LogQuery,
    QueueQuery, Queued, RowQuery, Snapshot, StoreError, StoredRow, StreamQuery, Table, Timer,
};
use rusqlite::Connection;
use rusqlite::types::Value;
use std::error::Error;
use std::future::{Future, ready};
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::timeout;

/// How often the file is looked at for what other processes appended.
const POLLED: Duration = Duration::from_millis(5);

/// The first version of `SQLite` without the bug that can lose commits when a WAL is reset.
const SOUND_SINCE: i32 = 3_051_003;

#[derive(Clone)]
pub struct Probe(Arc<Shared>);

struct Shared {
    connection: Mutex<Connection>,
    identity: StoreIdentity,
    head: watch::Sender<Position>,
}

impl Probe {
    /// A store in memory.
    pub fn in_memory() -> Self {
        Self::of(Connection::open_in_memory()).expect("memory can be opened")
    }

    /// The store in that file.
    pub fn open(file: &Path) -> Result<Self, StoreError> {
        Self::of(Connection::open(file))
    }

    fn of(connection: rusqlite::Result<Connection>) -> Result<Self, StoreError> {
        let version = rusqlite::version_number();
        if version < SOUND_SINCE {
            let old = format!("SQLite {version} can lose commits: {SOUND_SINCE} is needed");
            return Err(failed("opening it", old.into()));
        }
        let connection = connection.map_err(sqlite("opening it"))?;
        let identity = schema::prepare(&connection).map_err(sqlite("preparing it"))?;
        let head = reader::head(&connection).map_err(sqlite("reading its head"))?;
        Ok(Self(Arc::new(Shared {
            connection: Mutex::new(connection),
            identity,
            head: watch::Sender::new(head),
        })))
    }

    /// Leaves room for so many more events.
    pub fn leave_room_for(&self, events: i64) {
        let last = i64::MAX - events;
        self.connection()
            .execute(schema::SET_LAST_POSITION, [last])
            .expect("the sequence can be set");
    }

    fn connection(&self) -> MutexGuard<'_, Connection> {
        self.0
            .connection
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    fn read<T>(
        &self,
        doing: &'static str,
        read: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> Result<T, StoreError> {
        read(&self.connection()).map_err(sqlite(doing))
    }

    fn commit_now(&self, mut batch: Batch) -> Result<Committed, CommitError> {
        batch.prepare()?;
        let mut connection = self.connection();
        let committed = writer::commit(&mut connection, &batch)?;
        let head = reader::head(&connection).map_err(sqlite("reading its head"))?;
        // under the lock, so that the head that is announced never goes back
        self.0.head.send_replace(head);
        Ok(committed)
    }
}

fn failed(doing: &'static str, source: Box<dyn Error + Send + Sync>) -> StoreError {
    StoreError::Backend { doing, source }
}

fn sqlite(doing: &'static str) -> impl Fn(rusqlite::Error) -> StoreError {
    move |error| failed(doing, Box::new(error))
}

/// A number as `SQLite` has it; beyond its numbers, the last of them.
fn int(number: impl TryInto<i64>) -> i64 {
    number.try_into().unwrap_or(i64::MAX)
}

/// A filter as a condition on an event `e`, and the values for its question marks.
fn condition(filter: &LogFilter) -> (String, Vec<Value>) {
    let (mut sql, mut values) = ("1".to_owned(), Vec::new());
    if let Some(names) = &filter.names {
        let places = vec!["?"; names.len()].join(",");
        sql = format!("e.name IN ({places})");
        values.extend(names.iter().map(|name| Value::from(name.to_string())));
    }
    for tag in &filter.tags {
        sql += schema::AND_TAGGED;
        values.extend([&tag.name, &tag.value].map(|text| Value::from(text.to_string())));
    }
    (sql, values)
}

impl EventStore for Probe {
    fn commit(
        &self,
        batch: Batch,
    ) -> impl Future<Output = Result<Committed, CommitError>> + Send + use<> {
        ready(self.commit_now(batch))
    }

    async fn stream(&self, query: StreamQuery) -> Result<Vec<RecordedEvent>, StoreError> {
        self.read("reading a stream", |it| reader::stream(it, &query))
    }

    async fn snapshot(&self, stream: &StreamId) -> Result<Option<Snapshot>, StoreError> {
        self.read("reading a snapshot", |it| reader::snapshot(it, stream))
    }

    async fn log(&self, query: LogQuery) -> Result<LogPage, StoreError> {
        self.read("reading the log", |it| reader::log(it, &query))
    }

    async fn head(&self) -> Result<Position, StoreError> {
        self.read("reading its head", reader::head)
    }

    async fn grown(&self, position: Position) -> Result<(), StoreError> {
        let mut head = self.0.head.subscribe();
        while self.head().await? <= position {
            // another process may append as well, and tells nobody
            let own = head.wait_for(|head| *head > position);
            if let Ok(Err(_)) = timeout(POLLED, own).await {
                return Err(StoreError::Closed);
            }
        }
        Ok(())
    }

    async fn command(
        &self,
        tenant: &Tenant,
        id: CommandId,
    ) -> Result<Option<CommandRecord>, StoreError> {
        self.read("reading a command", |it| reader::command(it, tenant, id))
    }

    async fn rows_of(
        &self,
        table: &Table,
        keys: &[String],
    ) -> Result<Vec<Option<StoredRow>>, StoreError> {
        self.read("reading rows", |it| reader::rows_of(it, table, keys))
    }

    async fn rows(&self, query: RowQuery) -> Result<Vec<StoredRow>, StoreError> {
        self.read("reading rows", |it| reader::rows(it, &query))
    }

    async fn count(&self, table: &Table, within: &[IndexRange]) -> Result<u64, StoreError> {
        self.read("counting rows", |it| reader::count(it, table, within))
    }

    async fn checkpoint(&self, table: &Table) -> Result<Position, StoreError> {
        self.read("reading a checkpoint", |it| reader::checkpoint(it, table))
    }

    async fn queued(&self, query: QueueQuery) -> Result<Vec<Queued>, StoreError> {
        self.read("reading a queue", |it| reader::queued(it, &query))
    }

    async fn timers_due(&self, at: Timestamp, limit: usize) -> Result<Vec<Timer>, StoreError> {
        self.read("reading timers", |it| reader::timers_due(it, at, limit))
    }

    fn identity(&self) -> StoreIdentity {
        self.0.identity
    }
}
