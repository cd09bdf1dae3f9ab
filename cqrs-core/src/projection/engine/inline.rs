//! Projections that are folded within the commits of the store.

use super::worker::{Folded, Step, Worker};
use super::{parked_rows, whole};
use crate::log::{LogFilter, Name, Position};
use crate::message::EventType;
use crate::store::{Batch, CheckpointMove, Inline, LogQuery, StoreError, Within};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// How far a projection may be behind for a commit to catch up with it. What is further behind is left to the
/// engine.
const BEHIND: u64 = 10_000;

/// Those of one bus.
pub(super) struct Inlines(Mutex<Vec<Fold>>);

/// One projection.
struct Fold {
    worker: Box<dyn Worker>,
    /// Where the checkpoints of its rows and of its parked keys stood when the worker had at hand what
    /// it has: while they stand there, it knows all rows and parked keys as they are.
    stands: Option<(Position, Position)>,
    is_whole: bool,
    /// It cannot fold what follows this position. The engine sees so, too, and tells.
    stopped_at: Option<Position>,
}

impl Inlines {
    pub(super) fn of(workers: impl Iterator<Item = Box<dyn Worker>>) -> Option<Arc<Self>> {
        let folds: Vec<Fold> = workers.map(Fold::of).collect();
        (!folds.is_empty()).then(|| Arc::new(Self(Mutex::new(folds))))
    }

    /// The name of one of them.
    pub(super) fn first(&self) -> &'static str {
        self.folds().first().map_or("", |fold| fold.worker.name())
    }

    fn folds(&self) -> MutexGuard<'_, Vec<Fold>> {
        // whatever a panic has left half done in a worker, its checkpoint does not fit
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inline for Inlines {
    fn fold(&self, within: &mut dyn Within) -> Result<Batch, StoreError> {
        let mut all = Batch::default();
        for fold in &mut *self.folds() {
            let mut batch = fold.fold(within)?;
            all.rows.append(&mut batch.rows);
            all.checkpoints.append(&mut batch.checkpoints);
        }
        Ok(all)
    }

    fn forget(&self) {
        for fold in &mut *self.folds() {
            (fold.stands, fold.is_whole, fold.stopped_at) = (None, false, None);
        }
    }
}

impl fmt::Debug for Inlines {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let folds = self.folds();
        let names = folds.iter().map(|fold| fold.worker.name());
        f.debug_set().entries(names).finish()
    }
}

impl Fold {
    fn of(worker: Box<dyn Worker>) -> Self {
        Self {
            worker,
            stands: None,
            is_whole: false,
            stopped_at: None,
        }
    }

    fn fold(&mut self, within: &mut dyn Within) -> Result<Batch, StoreError> {
        let table = self.worker.table();
        let parked = parked_rows::table(&table);
        let (from, head) = (within.checkpoint(&table)?, within.head()?);
        let behind = head.get().saturating_sub(from.get());
        if behind == 0 || behind > BEHIND || self.stopped_at == Some(from) {
            return Ok(Batch::default());
        }
        let retries = within.checkpoint(&parked)?;
        if self.stands.take() != Some((from, retries)) {
            let waiting = within.rows(&parked_rows::all(&table))?;
            let parking = Arc::new(parked_rows::read(&table, &waiting)?);
            self.worker.resume(parking, from == Position::ZERO);
        }
        let Some(folded) = self.fold_after(from, within)? else {
            return Ok(Batch::default());
        };
        let mut batch = Batch {
            rows: folded.rows,
            ..Batch::default()
        };
        if !self.is_whole {
            let shape = self.worker.row_shape();
            batch.rows.push(whole::write(&table, shape));
        }
        if !folded.parking.is_empty() {
            let (from, to) = (retries, retries);
            let table = parked;
            batch.checkpoints.push(CheckpointMove { table, from, to });
        }
        let to = head;
        batch.checkpoints.push(CheckpointMove { table, from, to });
        if folded.failed.is_some() || batch.prepare().is_err() {
            self.stopped_at = Some(from);
            return Ok(Batch::default());
        }
        (self.stands, self.is_whole) = (Some((head, retries)), true);
        Ok(batch)
    }

    fn fold_after(
        &mut self,
        from: Position,
        within: &mut dyn Within,
    ) -> Result<Option<Folded>, StoreError> {
        let events = self.worker.events().iter();
        let names = events.flat_map(EventType::names).map(Name::from_static);
        let page = within.log(&LogQuery {
            after: from,
            through: None,
            filter: LogFilter::names(names),
            limit: usize::MAX,
        })?;
        let mut step = self.worker.fold(&page.events, false);
        loop {
            let keys = match step {
                Step::Done(folded) => return Ok(Some(folded)),
                Step::Anew => return Ok(None), // it gathers nothing
                Step::Lacks(keys) => keys,
            };
            let rows = within.rows_of(&self.worker.table(), &keys)?;
            step = self.worker.go_on(&page.events, rows);
        }
    }
}
