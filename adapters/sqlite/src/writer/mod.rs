//! The one thread that writes. It takes all that waits, commits it in one transaction, and answers.

mod beside;
mod checkpoints;
mod inline;
mod keep;
mod known;

use crate::connection::{data_version, keep_a_wal, to_write};
use crate::error::{FileError, SqliteError};
use crate::file::{self, Standing};
use crate::growth::Growth;
use crate::guard::Refused;
use crate::lent::Transaction;
use crate::queue::{Group, Job, Queue, done};
use crate::reader;
use crate::schema::{self, Marks};
use crate::{Durability, gate::Gate};
pub(crate) use beside::command;
use cqrs_core::log::StoreIdentity;
use cqrs_core::store::{CommitError, Committed, StoreError};
pub(crate) use inline::Inlines;
use known::Known;
use rusqlite::{Connection, Statement};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread::JoinHandle;

/// What the thread works with.
pub(crate) struct Writer {
    pub(crate) path: PathBuf,
    pub(crate) durability: Durability,
    pub(crate) queue: Arc<Queue>,
    pub(crate) growth: Arc<Growth>,
    pub(crate) readers: Arc<Gate>,
    pub(crate) inlines: Arc<Inlines>,
    /// The threads that read. They end when the store is closed.
    pub(crate) others: Vec<JoinHandle<()>>,
}

/// What is done, as far as it goes.
enum Left {
    /// The queue is closed and empty.
    Nothing,
    /// The connection is not to be used any more.
    Reopen,
}

/// Opens the file, and makes a store of it if it is new.
pub(crate) fn open(
    given: &Path,
    path: &Path,
    durability: Durability,
) -> Result<(Transaction, StoreIdentity, i64), FileError> {
    let sqlite = |error| file::of_sqlite(given, error);
    let connection = to_write(path).map_err(sqlite)?;
    if connection.is_readonly("main").map_err(sqlite)? {
        let path = given.to_owned();
        return Err(FileError::ReadOnly { path });
    }
    file::judge(given, Marks::read(&connection).map_err(sqlite)?)?;
    if !keep_a_wal(&connection, durability).map_err(sqlite)? {
        return Err(FileError::Failed {
            path: given.to_owned(),
            source: Arc::from(Box::<dyn std::error::Error + Send + Sync>::from(
                "SQLite cannot keep a write-ahead log there",
            )),
        });
    }
    schema::migrate(&connection).map_err(sqlite)?;
    let identity = schema::identity(&connection).map_err(sqlite)?;
    let head = schema::head(&connection).map_err(sqlite)?;
    let lent = Transaction::of(connection).map_err(sqlite)?;
    Ok((lent, identity, head))
}

impl Writer {
    /// Writes until the queue is closed and empty.
    pub(crate) fn run(self, transaction: Transaction) {
        let standing = Standing::at(&self.path);
        let mut opened = Ok(transaction);
        loop {
            let left = match &mut opened {
                Ok(transaction) => self.serve(transaction, &standing),
                Err(error) => self.refuse(error),
            };
            if let Left::Nothing = left {
                break;
            }
            drop(opened); // first, so that it leaves no lock
            opened = self.reopen(&standing);
        }
        // the connection that is closed last empties the write-ahead log: it must be this one
        for other in self.others {
            other.join().ok();
        }
    }

    fn reopen(&self, standing: &Standing) -> Result<Transaction, StoreError> {
        let again = || -> Result<Transaction, FileError> {
            self.check(standing)?;
            Ok(open(&self.path, &self.path, self.durability)?.0)
        };
        again().map_err(unusable)
    }

    /// Whether the file is still the one that was opened.
    fn check(&self, standing: &Standing) -> Result<(), FileError> {
        if Standing::at(&self.path) == *standing {
            return Ok(());
        }
        let path = self.path.clone();
        Err(FileError::Replaced { path })
    }

    /// Refuses what waits: the file could not be opened again.
    fn refuse(&self, error: &StoreError) -> Left {
        let mut group = Group::default();
        if !self.queue.take(&mut group) {
            return Left::Nothing;
        }
        for job in group.drain() {
            job.answer(Err(again(error).into()));
        }
        Left::Reopen
    }

    /// Writes through one connection.
    fn serve(&self, lent: &mut Transaction, standing: &Standing) -> Left {
        let checkpoints = match checkpoints::Checkpoints::watch(lent.connection_mut()) {
            Ok(checkpoints) => checkpoints,
            Err(error) => return self.refuse(&SqliteError::from(error).doing(OPENING)),
        };
        let mut session = match Session::new(lent, &self.inlines) {
            Ok(session) => session,
            Err(error) => return self.refuse(&SqliteError::from(error).doing(OPENING)),
        };
        let mut checkpoints = checkpoints;
        let mut group = Group::default();
        while self.queue.take(&mut group) {
            if let Err(error) = self.check(standing) {
                let error = unusable(error);
                for job in group.drain() {
                    job.answer(Err(again(&error).into()));
                }
                continue;
            }
            let go_on = session.commit(&mut group, Some(&self.queue), &self.growth);
            if !go_on {
                return Left::Reopen;
            }
            checkpoints.after_commit(session.connection, &self.readers);
        }
        Left::Nothing
    }
}

const OPENING: &str = "opening the file";
const WRITING: &str = "writing";

fn unusable(error: FileError) -> StoreError {
    StoreError::Backend {
        doing: OPENING,
        source: Box::new(error),
    }
}

/// The same error once more, for another who waits.
fn again(error: &StoreError) -> StoreError {
    match error {
        StoreError::Backend { doing, source } => {
            let doing = *doing;
            if let Some(sqlite) = source.downcast_ref::<SqliteError>() {
                return sqlite.clone().doing(doing);
            }
            let source = match source.downcast_ref::<FileError>() {
                Some(file) => Box::new(file.clone()) as _,
                None => source.to_string().into(),
            };
            StoreError::Backend { doing, source }
        }
        StoreError::Overloaded => StoreError::Overloaded,
        _ => StoreError::Closed,
    }
}

/// What is to be said of a batch whose commit failed with that.
fn broken_off(error: &SqliteError) -> CommitError {
    if error.is_full() {
        // the end of the transaction did not get into the write-ahead log, and never will: the next
        // one is written over its beginning
        return error.clone().doing(WRITING).into();
    }
    CommitError::OutcomeUnknown {
        source: Box::new(error.clone()),
    }
}

/// A connection to write through, and what is known of the file.
struct Session<'c> {
    connection: &'c Connection,
    /// The same, as projections get it.
    lent: &'c Transaction,
    begin: Statement<'c>,
    commit: Statement<'c>,
    known: Known<'c>,
    /// What is known of what was read within transactions.
    read: reader::Known,
    inlines: &'c Inlines,
    seen: i64,
}

/// Why a job could not be done: the transaction is to be rolled back.
type Failed = SqliteError;

impl<'c> Session<'c> {
    fn new(lent: &'c Transaction, inlines: &'c Inlines) -> rusqlite::Result<Self> {
        inlines.forget();
        let connection = lent.connection();
        Ok(Self {
            connection,
            lent,
            begin: connection.prepare("BEGIN IMMEDIATE")?,
            commit: connection.prepare("COMMIT")?,
            known: Known::of(connection)?,
            read: reader::Known::default(),
            inlines,
            seen: data_version(connection)?,
        })
    }

    /// Does the jobs in one transaction, with what comes to `queue` meanwhile, and answers them. `false`:
    /// the connection is not to be used any more.
    fn commit(&mut self, group: &mut Group, queue: Option<&Queue>, growth: &Growth) -> bool {
        let mut answers = Vec::with_capacity(group.len());
        match self.attempt(group, queue, &mut answers) {
            Ok(true) => {}
            Ok(false) => {
                growth.reached(self.known.head());
                for (job, answer) in group.drain().zip(answers) {
                    job.answer(answer);
                }
                return true;
            }
            Err(error) => {
                let sound = self.roll_back();
                if sound && group.len() > 1 {
                    // one of them may be to blame: each by itself
                    return self.each(group, growth);
                }
                for job in group.drain() {
                    job.answer(Err(error.clone().doing(WRITING).into()));
                }
                return sound;
            }
        }
        match self.commit.execute([]) {
            Ok(_) => {
                growth.reached(self.known.head());
                for (job, answer) in group.drain().zip(answers) {
                    job.answer(answer);
                }
                true
            }
            Err(error) => {
                let error = SqliteError::from(error);
                let sound = self.roll_back();
                if sound && error.is_constraint() {
                    // a foreign key that was to hold in the end does not: nothing was written
                    if group.len() > 1 {
                        return self.each(group, growth);
                    }
                    for job in group.drain() {
                        let refused = job.breaks(&error);
                        job.answer(Err(refused));
                    }
                    return true;
                }
                for job in group.drain() {
                    job.answer(Err(broken_off(&error)));
                }
                sound && error.is_full()
            }
        }
    }

    fn each(&mut self, group: &mut Group, growth: &Growth) -> bool {
        let mut sound = true;
        for job in group.drain() {
            if sound {
                sound = self.commit(&mut Group::of(job), None, growth);
            } else {
                job.answer(Err(StoreError::Backend {
                    doing: WRITING,
                    source: "a commit before it failed".into(),
                }
                .into()));
            }
        }
        sound
    }

    /// Does the jobs in a transaction, and says whether there is something to commit. Where there
    /// is not, the transaction has ended.
    fn attempt(
        &mut self,
        group: &mut Group,
        queue: Option<&Queue>,
        answers: &mut Vec<Result<Committed, CommitError>>,
    ) -> Result<bool, Failed> {
        self.begin.execute([])?;
        let version = data_version(self.connection)?;
        if version != self.seen {
            // another process has written
            self.forget()?;
            self.seen = version;
        }
        let before = self.known.head();
        let mut changed = false;
        while let Some(job) = group.get_mut(answers.len()) {
            let done = match job {
                Job::Commit { batch, .. } => keep::keep(self.lent, &mut self.known, batch)?,
                Job::DeclareFields { table, fields, .. } => {
                    let changed = self.known.declare_fields(self.connection, table, fields)?;
                    keep::Kept {
                        answer: Ok(done()),
                        changed,
                    }
                }
            };
            changed |= done.changed;
            answers.push(done.answer);
            if self.connection.is_autocommit() {
                // a statement of a projection has rolled the transaction back
                if group.len() > 1 {
                    return Err(Refused::TransactionEnded.into());
                }
                self.forget()?;
                return Ok(false);
            }
            if answers.len() == group.len()
                && let Some(queue) = queue
            {
                queue.take_more(group); // each flush of the disk is for as many as there are
            }
        }
        if self.known.head() > before {
            self.inlines
                .fold(self.connection, &mut self.known, &mut self.read)?;
        }
        if !changed {
            self.connection.execute_batch("ROLLBACK")?;
        }
        Ok(changed)
    }

    /// Ends a transaction in which something failed, and forgets what is known from it. `false`
    /// where that failed, too.
    fn roll_back(&mut self) -> bool {
        let ended =
            self.connection.is_autocommit() || self.connection.execute_batch("ROLLBACK").is_ok();
        ended && self.forget().is_ok()
    }

    fn forget(&mut self) -> rusqlite::Result<()> {
        self.read = reader::Known::default();
        self.inlines.forget();
        self.known.forget(self.connection)
    }
}
