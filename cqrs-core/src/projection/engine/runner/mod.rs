//! One projection as it follows the log: what it folded, how far, and what of that is committed.

mod announce;
mod gathered;
mod retry;

use super::made;
use super::parked_rows;
use super::progress::{Progress, Rebuild, State};
use super::supply::{Supplied, to_its_end};
use super::whole::{self, Found};
use super::worker::{Failure, Folded, Step, Worker};
use crate::log::Position;
use crate::message::EventType;
use crate::projection::parking::Parking;
use crate::store::{
    Batch, CheckpointMove, CommitError, DynStore, EventStore, LogPage, StoreError, Table,
};
use announce::Announce;
pub(super) use announce::Seen;
use gathered::Gathered;
use std::sync::Arc;

/// How many positions without an event for it a projection may pass before its checkpoint is moved
/// in the store: after a restart it looks at so many again, in vain.
const PASSED_BY: u64 = 10_000;

/// One projection, seen from the engine.
pub(super) struct Runner {
    worker: Box<dyn Worker>,
    /// Up to here the log is folded.
    position: Position,
    /// The checkpoint in the store.
    committed: Position,
    /// How often parked keys were retried: the checkpoint of their table, by which processes see
    /// that another one did so.
    retries: Position,
    parking: Arc<Parking>,
    stopped: Option<Failure>,
    /// What was folded past the checkpoint, and is yet to be committed.
    gathered: Gathered,
    /// Up to here nothing is gathered, since something cannot be folded.
    careful_until: Position,
    /// Whether there are the tables of its own, if it keeps such.
    is_made: bool,
    /// Whether it is on record that its rows are whole.
    is_whole: bool,
    rebuild: Option<Rebuild>,
    changes: u64,
    announce: Announce,
}

/// A page as one runner folded it.
pub(super) struct Taken {
    folded: Folded,
    to: Position,
    changed: bool,
    /// What is gathered by now, if it is to be committed later.
    gathered: Option<Gathered>,
    /// Whether it got to the end of the log.
    at_the_end: bool,
    /// Whether there is something to keep of it.
    kept: bool,
}

impl Runner {
    /// A projection as it stands in the store.
    pub(super) async fn load(
        store: &DynStore,
        worker: Box<dyn Worker>,
    ) -> Result<(Self, Seen), StoreError> {
        let table = worker.table();
        let keeps_tables = worker.transaction().is_some();
        if !keeps_tables {
            store.declare_fields(&table, worker.indexes()).await?;
            let parked = parked_rows::table(&table);
            store.declare_fields(&parked, parked_rows::FIELDS).await?;
        }
        let (announce, seen) = Announce::new();
        let mut runner = Self {
            worker,
            position: Position::ZERO,
            committed: Position::ZERO,
            retries: Position::ZERO,
            parking: Arc::default(),
            stopped: None,
            gathered: Gathered::default(),
            careful_until: Position::ZERO,
            is_made: !keeps_tables,
            is_whole: false,
            rebuild: None,
            changes: 0,
            announce,
        };
        runner.reload(store).await?;
        runner.make_tables(store).await?;
        runner.announce();
        Ok((runner, seen))
    }

    pub(super) fn name(&self) -> &'static str {
        self.worker.name()
    }

    pub(super) fn events(&self) -> &'static [EventType] {
        self.worker.events()
    }

    pub(super) fn position(&self) -> Position {
        self.position
    }

    pub(super) fn goes_on(&self) -> bool {
        self.stopped.is_none()
    }

    /// Whether it is yet to be committed what it has folded, or to be said that it got to the end of the log.
    /// Of an empty log nothing is said.
    pub(super) fn is_unfinished(&self) -> bool {
        let is_untold = !self.is_whole || self.rebuild.is_some();
        self.gathered.events > 0 || (is_untold && self.position > Position::ZERO)
    }

    pub(super) fn is_inline(&self) -> bool {
        self.worker.is_inline()
    }

    pub(super) fn keeps_tables(&self) -> bool {
        self.worker.transaction().is_some()
    }

    /// Takes up where commits have brought a projection that is folded within them.
    pub(super) async fn follow(&mut self, store: &DynStore) -> Result<(), StoreError> {
        if store.checkpoint(&self.worker.table()).await? != self.committed {
            self.reload(store).await?;
        }
        Ok(())
    }

    /// Takes up where the store says that the projection stands: after a commit of which that is
    /// not known here, or that another process came before.
    pub(super) async fn reload(&mut self, store: &DynStore) -> Result<(), StoreError> {
        self.read_again(store).await?;
        self.retry_what_is_known_by_now(store).await
    }

    /// Reads where it stands.
    async fn read_again(&mut self, store: &DynStore) -> Result<(), StoreError> {
        let table = self.worker.table();
        self.forget(); // whatever comes, what is at hand is not so
        // all is read before anything of it is taken up: a store that fails in between changes nothing
        let committed = store.checkpoint(&table).await?;
        let retries = store.checkpoint(&parked_rows::table(&table)).await?;
        let waiting = store.rows(parked_rows::all(&table)).await?;
        let parking = Arc::new(parked_rows::read(&table, &waiting)?);
        if !self.is_whole || self.rebuild.is_some() {
            let shape = self.worker.row_shape();
            let found = whole::look(store, &table, shape, committed).await?;
            Found {
                is_whole: self.is_whole,
                rebuild: self.rebuild,
            } = found;
        }
        (self.committed, self.retries, self.parking) = (committed, retries, parking);
        self.position = self.committed;
        let at_the_beginning = self.committed == Position::ZERO;
        self.worker
            .resume(Arc::clone(&self.parking), at_the_beginning);
        self.changes += 1; // another process may have changed rows
        self.announce();
        Ok(())
    }

    /// Forgets the rows at hand: what was folded into them is not committed, and what was gathered in them is to
    /// be folded anew.
    pub(super) fn forget(&mut self) {
        self.worker.resume(Arc::clone(&self.parking), false);
        if std::mem::take(&mut self.gathered).events > 0 {
            self.position = self.committed;
        }
    }

    /// Makes the tables of its own, once for each version. Where its method fails, it stops before all events.
    async fn make_tables(&mut self, store: &DynStore) -> Result<(), StoreError> {
        let Some(work) = self.worker.making().filter(|_| !self.is_made) else {
            return Ok(());
        };
        if made::is_made(store, work.table()).await? {
            self.is_made = true;
            return Ok(());
        }
        match store.commit(made::making(work)).await {
            // or another process has made them
            Ok(_) | Err(CommitError::CheckpointMoved { .. }) => self.is_made = true,
            Err(CommitError::Tables { reason, .. }) => {
                let reason = format!("its tables cannot be made: {reason}").into();
                let at = Position::ZERO;
                self.stopped = Some(Failure { at, reason });
            }
            Err(error) => return Err(failed(error)),
        }
        Ok(())
    }

    /// Folds a page, the last one for now or not, as do so many that are abreast. `None` where it is to be
    /// read anew: another process came before, or what was gathered has to be taken apart.
    pub(super) async fn fold(
        &mut self,
        store: &DynStore,
        page: &LogPage,
        is_last: bool,
        abreast: usize,
    ) -> Result<Option<Taken>, StoreError> {
        let by_now = self.gathered.and(page);
        let gather = !is_last && self.may_gather(by_now, abreast);
        let step = self.worker.fold(&page.events, gather);
        let standing = self.standing();
        let supplied = to_its_end(&mut *self.worker, store, &page.events, step, &standing).await;
        let folded = match supplied {
            Ok(Supplied::Folded(folded)) => folded,
            Ok(Supplied::Anew) => {
                self.careful_until = page.through;
                self.forget();
                self.reload(store).await?;
                return Ok(None);
            }
            Ok(Supplied::Overtaken) => {
                self.forget();
                self.reload(store).await?;
                return Ok(None);
            }
            Err(error) => {
                self.forget();
                return Err(error);
            }
        };
        let gathered =
            (folded.gathered > 0).then(|| by_now.with_rows(folded.gathered, folded.at_hand));
        Ok(Some(self.taken(folded, page, is_last, gathered)))
    }

    /// Folds a page into tables of its own: but not what stands at `failure`, if it is one, or comes after it.
    pub(super) fn fold_until(
        &mut self,
        page: &LogPage,
        failure: Option<Failure>,
        is_last: bool,
    ) -> Option<Taken> {
        let all = &page.events;
        let events = match &failure {
            None => &all[..],
            Some(failure) => {
                &all[..all.partition_point(|event| event.recorded().position < failure.at)]
            }
        };
        let Step::Done(mut folded) = self.worker.fold(events, false) else {
            return None; // it has no rows that could be lacking
        };
        folded.failed = folded.failed.or(failure);
        Some(self.taken(folded, page, is_last, None))
    }

    /// What a page came to.
    fn taken(
        &self,
        folded: Folded,
        page: &LogPage,
        is_last: bool,
        gathered: Option<Gathered>,
    ) -> Taken {
        let to = match &folded.failed {
            None => page.through,
            Some(failure) => before(page, failure.at, self.position),
        };
        let changed = !folded.rows.is_empty() || folded.tables.is_some();
        let at_the_end = is_last && folded.failed.is_none();
        let passed_by = to.get().saturating_sub(self.committed.get());
        // what commits are to catch up with must not be far
        let most = if self.is_inline() { 1 } else { PASSED_BY };
        Taken {
            kept: gathered.is_none()
                && (changed || passed_by >= most || (at_the_end && !self.is_whole)),
            folded,
            to,
            changed,
            gathered,
            at_the_end,
        }
    }

    fn may_gather(&self, by_now: Gathered, abreast: usize) -> bool {
        let is_plain = self.parking.is_empty() && !self.is_inline() && !self.keeps_tables();
        is_plain && self.position >= self.careful_until && by_now.may_wait(abreast)
    }

    /// Where its checkpoints stand, as far as is known here.
    fn standing(&self) -> [(Table, Position); 2] {
        let table = self.worker.table();
        let parked = parked_rows::table(&table);
        [(table, self.committed), (parked, self.retries)]
    }

    /// Puts what a page came to into the batch that is to be committed.
    pub(super) fn put(&self, taken: &mut Taken, batch: &mut Batch) {
        if !taken.kept {
            return;
        }
        batch.rows.append(&mut taken.folded.rows);
        batch.tables.extend(taken.folded.tables.take());
        if taken.at_the_end && !self.is_whole {
            let shape = self.worker.row_shape();
            batch.rows.push(whole::write(&self.worker.table(), shape));
        }
        self.move_checkpoints(taken.to, self.retries, batch);
    }

    fn move_checkpoints(&self, to: Position, retries: Position, batch: &mut Batch) {
        let table = self.worker.table();
        if !self.parking.is_empty() {
            batch.checkpoints.push(CheckpointMove {
                table: parked_rows::table(&table),
                from: self.retries,
                to: retries,
            });
        }
        batch.checkpoints.push(CheckpointMove {
            table,
            from: self.committed,
            to,
        });
    }

    /// What a page came to is committed, as far as there was something to commit.
    pub(super) fn arrive(&mut self, taken: Taken) {
        self.position = taken.to;
        self.gathered = taken.gathered.unwrap_or_default();
        if taken.gathered.is_some() {
            return; // nobody is told of what is not committed
        }
        if taken.kept {
            self.committed = taken.to;
        }
        self.stopped = taken.folded.failed;
        self.parking = taken.folded.parking;
        let is_read = self.rebuild.is_none() || taken.at_the_end;
        if taken.at_the_end {
            (self.is_whole, self.rebuild) = (true, None);
        }
        if (taken.changed && is_read) || self.stopped.is_some() {
            self.changes += 1;
        }
        self.announce();
    }

    fn announce(&self) {
        let state = match &self.stopped {
            None => State::Running,
            Some(failure) => State::Stopped {
                at: failure.at,
                reason: Arc::clone(&failure.reason),
            },
        };
        let progress = Progress {
            state,
            rebuild: self.rebuild,
            ..Progress::at(self.position, self.parking.len())
        };
        self.announce.tell(&self.parking, self.changes, progress);
    }
}

/// A commit that failed, as a failure of the store.
pub(super) fn failed(error: CommitError) -> StoreError {
    let doing = "committing rows";
    match error {
        CommitError::Store(error) => error,
        CommitError::OutcomeUnknown { source } => StoreError::Backend { doing, source },
        refused => StoreError::Backend {
            doing,
            source: Box::new(refused),
        },
    }
}

/// How far a page was folded if the event at `failed` was not.
fn before(page: &LogPage, failed: Position, position: Position) -> Position {
    page.events
        .iter()
        .map(|event| event.recorded().position)
        .take_while(|&at| at < failed)
        .last()
        .unwrap_or(position)
}
