//! What waits to be written, in the order of the calls.

use crate::error::SqliteError;
use cqrs_core::Version;
use cqrs_core::store::{Batch, CommitError, Committed, IndexedField, StoreError, Table};
use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use tokio::sync::oneshot;

/// What one transaction may hold: so many jobs, or bytes.
const GROUP: (usize, usize) = (512, 4 << 20);

/// How much may wait: so many jobs, or bytes. Beyond it the store is overloaded.
const WAITING: (usize, usize) = (65_536, 256 << 20);

/// What the writer is to do.
#[derive(Debug)]
#[allow(clippy::large_enum_variant, reason = "nearly all are the large one")]
pub(crate) enum Job {
    /// Commit a batch.
    Commit {
        batch: Batch,
        answer: oneshot::Sender<Result<Committed, CommitError>>,
    },
    /// See to the indexed fields of a table.
    DeclareFields {
        table: Table,
        fields: Vec<IndexedField>,
        answer: oneshot::Sender<Result<Committed, CommitError>>,
    },
}

impl Job {
    /// About how many bytes it writes.
    fn bytes(&self) -> usize {
        let Self::Commit { batch, .. } = self else {
            return 0;
        };
        let of = |data: &cqrs_core::log::Data| data.as_bytes().map_or(0, <[u8]>::len);
        let events = batch.appends.iter().flat_map(|append| &append.events);
        let rows = batch.rows.iter().filter_map(|write| write.row.as_ref());
        events.map(|event| of(&event.data)).sum::<usize>()
            + rows.map(|row| of(&row.data) + 64).sum::<usize>()
            + batch.puts.iter().map(|put| of(&put.body)).sum::<usize>()
            + batch.timers.iter().map(|set| of(&set.body)).sum::<usize>()
    }

    /// What is to be said of it where it breaks a rule that is to hold in the end.
    pub(crate) fn breaks(&self, rule: &SqliteError) -> CommitError {
        match self {
            Self::Commit { batch, .. } if let Some(work) = batch.tables.first() => {
                work.failed(None, rule.to_string())
            }
            _ => rule.clone().doing("writing").into(),
        }
    }

    /// Tells whoever waits, if someone still does.
    pub(crate) fn answer(self, result: Result<Committed, CommitError>) {
        let (Self::Commit { answer, .. } | Self::DeclareFields { answer, .. }) = self;
        answer.send(result).ok();
    }
}

/// What a job that changes no stream answers.
pub(crate) fn done() -> Committed {
    Committed::new(Version::ZERO, cqrs_core::Position::ZERO, false)
}

/// The jobs of one transaction.
#[derive(Debug, Default)]
pub(crate) struct Group {
    jobs: Vec<Job>,
    bytes: usize,
}

impl Group {
    /// A job by itself.
    pub(crate) fn of(job: Job) -> Self {
        let bytes = job.bytes();
        let jobs = vec![job];
        Self { jobs, bytes }
    }

    pub(crate) fn len(&self) -> usize {
        self.jobs.len()
    }

    pub(crate) fn get_mut(&mut self, place: usize) -> Option<&mut Job> {
        self.jobs.get_mut(place)
    }

    /// Takes all jobs out.
    pub(crate) fn drain(&mut self) -> std::vec::Drain<'_, Job> {
        self.bytes = 0;
        self.jobs.drain(..)
    }

    fn has_room_for(&self, bytes: usize) -> bool {
        self.jobs.is_empty() || (self.jobs.len() < GROUP.0 && self.bytes + bytes <= GROUP.1)
    }
}

impl Waiting {
    fn move_to(&mut self, group: &mut Group) {
        while let Some((job, bytes)) = self
            .jobs
            .pop_front_if(|(_, bytes)| group.has_room_for(*bytes))
        {
            self.bytes -= bytes;
            group.bytes += bytes;
            group.jobs.push(job);
        }
    }
}

/// The jobs that wait.
#[derive(Debug, Default)]
pub(crate) struct Queue {
    waiting: Mutex<Waiting>,
    filled: Condvar,
}

#[derive(Debug, Default)]
struct Waiting {
    jobs: VecDeque<(Job, usize)>,
    bytes: usize,
    closed: bool,
    /// Whether the writer sleeps.
    idle: bool,
}

impl Queue {
    /// Puts a job behind the others.
    pub(crate) fn put(&self, job: Job) -> Result<(), StoreError> {
        let bytes = job.bytes();
        let mut waiting = self.waiting();
        if waiting.closed {
            return Err(StoreError::Closed);
        }
        if waiting.jobs.len() >= WAITING.0 || waiting.bytes + bytes > WAITING.1.max(bytes) {
            return Err(StoreError::Overloaded);
        }
        waiting.bytes += bytes;
        waiting.jobs.push_back((job, bytes));
        let idle = waiting.idle;
        drop(waiting);
        if idle {
            self.filled.notify_one();
        }
        Ok(())
    }

    /// Takes the jobs of one transaction: those that are there, without waiting for more. `false`
    /// where the queue is closed and empty.
    pub(crate) fn take(&self, group: &mut Group) -> bool {
        let mut waiting = self.waiting();
        while waiting.jobs.is_empty() {
            if waiting.closed {
                return false;
            }
            waiting.idle = true;
            waiting = self
                .filled
                .wait(waiting)
                .unwrap_or_else(PoisonError::into_inner);
        }
        waiting.idle = false;
        waiting.move_to(group);
        true
    }

    /// Takes what has come meanwhile into the same transaction, as far as there is room in it.
    pub(crate) fn take_more(&self, group: &mut Group) {
        self.waiting().move_to(group);
    }

    /// Takes no more jobs; those that are there are done.
    pub(crate) fn close(&self) {
        self.waiting().closed = true;
        self.filled.notify_all();
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
