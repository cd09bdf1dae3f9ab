use crate::backup;
use crate::connection::PATIENCE;
use crate::error::{FileError, SqliteError};
use crate::file;
use crate::growth::Growth;
use crate::lent::{Tables, Transaction};
use crate::queue::{Job, Queue};
use crate::reader::{self, Readers};
use crate::tables;
use crate::writer::{self, Inlines, Writer};
use cqrs_core::log::{
    CommandId, Facts, Position, RecordedEvent, StoreIdentity, StreamId, Tenant, Timestamp,
};
use cqrs_core::store::{
    Batch, CommandRecord, CommitError, Committed, EventStore, FactQuery, IndexRange, IndexedField,
    Inline, IntoStore, LogPage, LogQuery, QueueQuery, Queued, RowQuery, Snapshot, StoreError,
    StoredRow, StreamQuery, Table, Timer, TransactionType,
};
use std::fmt;
use std::future::Future;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};
use tokio::sync::oneshot;

/// When an acknowledged commit is durable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Durability {
    /// When it is acknowledged: it survives the loss of the process, of the system and of power, if
    /// the disk keeps what it says it has kept.
    #[default]
    Full,
    /// Some time later. It survives the loss of the process; but when the system or power fails,
    /// the last transactions before that may be lost, though they were acknowledged. What is left is
    /// whole, and ends where the loss begins.
    LastTransactionsMayBeLost,
}

/// The name of a store's file, and how it is to be opened: what [`Sqlite::at`] makes.
///
/// A bus opens it: `Bus::open(Sqlite::at("bank.db"))`; so does [`open`](Self::open).
#[derive(Debug, Clone)]
#[must_use = "a file is opened by a bus, or with `.open().await`"]
pub struct SqliteFile {
    path: PathBuf,
    durability: Durability,
    readers: usize,
}

impl SqliteFile {
    /// When an acknowledged commit is durable; [`Durability::Full`] by default.
    pub fn durability(mut self, durability: Durability) -> Self {
        self.durability = durability;
        self
    }

    /// How many threads read, at least 1; 4 by default.
    pub fn readers(mut self, readers: usize) -> Self {
        self.readers = readers.max(1);
        self
    }

    /// Opens the store, and makes it where there is no file yet.
    ///
    /// # Errors
    /// When the file cannot be a store: nothing in it is changed then.
    pub async fn open(self) -> Result<Sqlite, FileError> {
        let path = self.path.clone();
        let (opened, answer) = oneshot::channel();
        thread::Builder::new()
            .name("cqrs-sqlite".to_owned())
            .spawn(move || {
                opened.send(self.open_now()).ok();
            })
            .map_err(|error| not_started(&path, error))?;
        answer
            .await
            .unwrap_or_else(|gone| Err(not_started(&path, gone)))
    }

    /// As [`open`](Self::open), for where nothing is async. It waits for the disk.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub fn open_blocking(self) -> Result<Sqlite, FileError> {
        self.open_now()
    }

    fn open_now(self) -> Result<Sqlite, FileError> {
        let (path, opened) = while_busy(|| {
            let path = file::check(&self.path)?;
            let opened = writer::open(&self.path, &path, self.durability)?;
            Ok((path, opened))
        })?;
        let (lent, identity, head) = opened;
        let shared = Arc::new(Shared {
            identity,
            path: path.clone(),
            queue: Arc::default(),
            growth: Arc::new(Growth::from(head)),
            readers: Arc::default(),
            inlines: Arc::default(),
            writing: Mutex::default(),
        });
        let start = |name: &str, work: Box<dyn FnOnce() + Send>| {
            let thread = thread::Builder::new().name(format!("cqrs-sqlite-{name}"));
            let started = thread.spawn(work);
            started.map_err(|error| not_started(&self.path, error))
        };
        let mut others = Vec::new();
        for number in 1..=self.readers {
            let (readers, path) = (Arc::clone(&shared.readers), path.clone());
            let work = Box::new(move || readers.serve(&path));
            others.push(start(&format!("reader-{number}"), work)?);
        }
        let (growth, looked_at) = (Arc::clone(&shared.growth), path.clone());
        let work = Box::new(move || growth.look(&looked_at));
        others.push(start("growth", work)?);
        let writer = Writer {
            path,
            durability: self.durability,
            queue: Arc::clone(&shared.queue),
            growth: Arc::clone(&shared.growth),
            readers: Arc::clone(&shared.readers.gate),
            inlines: Arc::clone(&shared.inlines),
            others,
        };
        let writing = start("writer", Box::new(move || writer.run(lent)))?;
        *shared.writing() = Some(writing);
        Ok(Sqlite(shared))
    }
}

/// Opens a file, again and again for a while where it is locked: whoever makes a new one locks it in ways
/// for which `SQLite` itself does not wait.
fn while_busy<T>(open: impl Fn() -> Result<T, FileError>) -> Result<T, FileError> {
    let begun = Instant::now();
    loop {
        match open() {
            Err(error) if error.is_busy() && begun.elapsed() < PATIENCE => {
                thread::sleep(Duration::from_millis(5));
            }
            other => return other,
        }
    }
}

fn not_started(path: &Path, error: impl std::error::Error + Send + Sync + 'static) -> FileError {
    FileError::Failed {
        path: path.to_owned(),
        source: Arc::new(error),
    }
}

impl IntoStore for SqliteFile {
    type Store = Sqlite;

    async fn into_store(self) -> Result<Sqlite, StoreError> {
        self.open().await.map_err(|error| StoreError::Backend {
            doing: "opening its file",
            source: Box::new(error),
        })
    }
}

/// A store in one `SQLite` file.
///
/// A clone is another handle on the same store. When the last is dropped, what was handed over is
/// still written, and then the file is closed; [`close`](Self::close) waits for that.
#[derive(Clone)]
pub struct Sqlite(Arc<Shared>);

struct Shared {
    identity: StoreIdentity,
    path: PathBuf,
    queue: Arc<Queue>,
    growth: Arc<Growth>,
    readers: Arc<Readers>,
    inlines: Arc<Inlines>,
    /// The thread that ends last.
    writing: Mutex<Option<JoinHandle<()>>>,
}

impl Shared {
    fn writing(&self) -> MutexGuard<'_, Option<JoinHandle<()>>> {
        self.writing.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn close(&self) {
        self.queue.close();
        self.readers.close();
        self.growth.close();
    }
}

impl Drop for Shared {
    fn drop(&mut self) {
        self.close();
    }
}

impl fmt::Debug for Sqlite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sqlite({}, {})", self.0.path.display(), self.0.identity)
    }
}

impl Sqlite {
    /// The store in the file at `path`, which is made where it is not there. Nothing is opened yet.
    pub fn at(path: impl Into<PathBuf>) -> SqliteFile {
        SqliteFile {
            path: path.into(),
            durability: Durability::default(),
            readers: 4,
        }
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.0.path
    }

    /// Copies the store, as it is now, into a new file, while it goes on: a store that can be
    /// opened like this one. It is there whole or not at all, and it is durable.
    ///
    /// The copy is another [epoch](StoreIdentity::epoch) of the same log. Do not copy the file of a
    /// store in use by other means: what was committed last stands beside it.
    ///
    /// # Errors
    /// When there is a file already, or the copy cannot be written.
    pub async fn backup_to(&self, path: impl Into<PathBuf>) -> Result<(), FileError> {
        let (from, to) = (self.0.path.clone(), path.into());
        let path = to.clone();
        let (copied, answer) = oneshot::channel();
        thread::Builder::new()
            .name("cqrs-sqlite-backup".to_owned())
            .spawn(move || {
                copied.send(backup::copy(&from, &to)).ok();
            })
            .map_err(|error| not_started(&path, error))?;
        answer
            .await
            .unwrap_or_else(|gone| Err(not_started(&path, gone)))
    }

    /// Reads the whole file and tells what is wrong in it: nothing, if it is sound. It takes time
    /// that grows with the file.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub async fn check(&self) -> Result<Vec<String>, StoreError> {
        let path = self.0.path.clone();
        let (checked, answer) = oneshot::channel();
        let check = move || {
            let connection = crate::connection::to_read(&path)?;
            let mut check = connection.prepare("PRAGMA integrity_check")?;
            let lines = check.query_map([], |row| row.get::<_, String>(0))?;
            lines.collect::<rusqlite::Result<Vec<String>>>()
        };
        thread::Builder::new()
            .name("cqrs-sqlite-check".to_owned())
            .spawn(move || checked.send(check()).ok())
            .map_err(|_| StoreError::Overloaded)?;
        let found = answer.await.map_err(|_| StoreError::Closed)?;
        let mut found =
            found.map_err(|error| SqliteError::from(error).doing("checking the file"))?;
        found.retain(|line| line != "ok");
        Ok(found)
    }

    /// Reads tables with SQL: those that projections keep [of their own](crate#tables-of-your-own), and all
    /// others of the file. `read` runs on a thread that reads, and cannot write.
    ///
    /// # Errors
    /// What `read` says, as the source of a [`StoreError::Backend`]; and when the store is closed.
    pub async fn read<T: Send + 'static>(
        &self,
        read: impl FnOnce(&Tables<'_>) -> Result<T, SqliteError> + Send + 'static,
    ) -> Result<T, StoreError> {
        const DOING: &str = "reading tables";
        let lent = move |reader: &mut reader::Reader| reader.lend(read);
        let read = self.0.readers.read(DOING, lent).await?;
        read.map_err(|error| error.doing(DOING))
    }

    /// Writes what was handed over, and closes the file. Every other handle finds the store closed.
    pub async fn close(self) {
        self.0.close();
        let writing = self.0.writing().take();
        let (closed, answer) = oneshot::channel::<()>();
        let waiter = thread::Builder::new().spawn(move || {
            if let Some(writing) = writing {
                writing.join().ok();
            }
            drop(closed);
        });
        if waiter.is_ok() {
            answer.await.ok();
        }
    }

    fn put(
        &self,
        job: Job,
        answered: oneshot::Receiver<Result<Committed, CommitError>>,
    ) -> impl Future<Output = Result<Committed, CommitError>> + Send + use<> {
        let put = self.0.queue.put(job);
        async move {
            put?;
            answered.await.unwrap_or_else(|gone| {
                // the writer ended with the job in hand: before or after it wrote?
                let source = Box::new(gone);
                Err(CommitError::OutcomeUnknown { source })
            })
        }
    }
}

impl EventStore for Sqlite {
    fn commit(
        &self,
        mut batch: Batch,
    ) -> impl Future<Output = Result<Committed, CommitError>> + Send + use<> {
        let (answer, answered) = oneshot::channel();
        let put = batch
            .prepare()
            .map(|()| self.put(Job::Commit { batch, answer }, answered));
        async move { put?.await }
    }

    async fn stream(&self, query: StreamQuery) -> Result<Vec<RecordedEvent>, StoreError> {
        let readers = &self.0.readers;
        readers
            .read("reading a stream", move |reader| reader.stream(&query))
            .await
    }

    async fn facts(&self, query: FactQuery) -> Result<Facts, StoreError> {
        self.0.readers.facts(query).await
    }

    async fn snapshot(&self, stream: &StreamId) -> Result<Option<Snapshot>, StoreError> {
        let (readers, stream) = (&self.0.readers, stream.clone());
        readers
            .read("reading a snapshot", move |reader| {
                reader::snapshot(reader, &stream)
            })
            .await
    }

    async fn log(&self, query: LogQuery) -> Result<LogPage, StoreError> {
        let readers = &self.0.readers;
        readers
            .read("reading the log", move |reader| reader.log(&query))
            .await
    }

    async fn head(&self) -> Result<Position, StoreError> {
        let readers = &self.0.readers;
        let head = readers
            .read("reading its head", |reader| {
                crate::schema::head(&reader.connection)
            })
            .await?;
        self.0.growth.reached(head);
        Ok(Position::from(head.cast_unsigned()))
    }

    async fn grown(&self, position: Position) -> Result<(), StoreError> {
        let position = i64::try_from(position.get()).unwrap_or(i64::MAX);
        if self.0.growth.beyond(position).await {
            Ok(())
        } else {
            Err(StoreError::Closed)
        }
    }

    async fn command(
        &self,
        tenant: &Tenant,
        id: CommandId,
    ) -> Result<Option<CommandRecord>, StoreError> {
        let (readers, tenant) = (&self.0.readers, tenant.clone());
        readers
            .read("reading a command", move |reader| {
                reader::command(reader, &tenant, id)
            })
            .await
    }

    async fn rows_of(
        &self,
        table: &Table,
        keys: &[String],
    ) -> Result<Vec<Option<StoredRow>>, StoreError> {
        let (readers, table, keys) = (&self.0.readers, table.clone(), keys.to_vec());
        let count = keys.len();
        let mut rows = readers
            .read("reading rows", move |reader| {
                reader.of_table(&table, |connection, table| {
                    reader::rows_of(connection, table, &keys)
                })
            })
            .await?;
        rows.resize(count, None); // of a table that is not there
        Ok(rows)
    }

    async fn rows(&self, query: RowQuery) -> Result<Vec<StoredRow>, StoreError> {
        let readers = &self.0.readers;
        readers
            .read("reading rows", move |reader| {
                reader.of_table(&query.table, |connection, table| {
                    tables::rows(connection, table, &query)
                })
            })
            .await
    }

    async fn count(&self, table: &Table, within: &[IndexRange]) -> Result<u64, StoreError> {
        let (readers, table, within) = (&self.0.readers, table.clone(), within.to_vec());
        readers
            .read("counting rows", move |reader| {
                reader.of_table(&table, |connection, table| {
                    tables::count(connection, table, &within)
                })
            })
            .await
    }

    async fn checkpoint(&self, table: &Table) -> Result<Position, StoreError> {
        let (readers, table) = (&self.0.readers, table.clone());
        let position = readers
            .read("reading a checkpoint", move |reader| {
                tables::checkpoint(&reader.connection, &table)
            })
            .await?;
        Ok(Position::from(position.cast_unsigned()))
    }

    async fn queued(&self, query: QueueQuery) -> Result<Vec<Queued>, StoreError> {
        let readers = &self.0.readers;
        readers
            .read("reading a queue", move |reader| {
                reader::queued(reader, &query)
            })
            .await
    }

    async fn timers_due(&self, at: Timestamp, limit: usize) -> Result<Vec<Timer>, StoreError> {
        let readers = &self.0.readers;
        readers
            .read("reading timers", move |reader| {
                reader::timers_due(reader, at, limit)
            })
            .await
    }

    async fn declare_fields(
        &self,
        table: &Table,
        fields: &[IndexedField],
    ) -> Result<(), StoreError> {
        let (answer, answered) = oneshot::channel();
        let job = Job::DeclareFields {
            table: table.clone(),
            fields: fields.to_vec(),
            answer,
        };
        match self.put(job, answered).await {
            Ok(_) => Ok(()),
            Err(CommitError::Store(error)) => Err(error),
            Err(error) => Err(StoreError::Backend {
                doing: "declaring the fields of a table",
                source: Box::new(error),
            }),
        }
    }

    fn fold_within(&self, inline: Weak<dyn Inline>) -> bool {
        self.0.inlines.take(inline);
        true
    }

    fn lends(&self, transaction: TransactionType) -> bool {
        transaction == TransactionType::of::<Transaction>()
    }

    fn identity(&self) -> StoreIdentity {
        self.0.identity
    }
}
