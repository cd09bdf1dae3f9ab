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

#[cfg(test)]
mod tests {
    use super::super::samples::{Sums, added};
    use super::*;
    use crate::log::RecordedEvent;
    use crate::projection::worker;
    use crate::store::{LogPage, RowQuery, StoredRow, Table};
    use std::collections::HashMap;

    fn inlines() -> Arc<Inlines> {
        Inlines::of(std::iter::once(worker::<Sums>())).unwrap()
    }

    /// A store within a transaction, in which nothing waits.
    #[derive(Default)]
    struct Now {
        events: Vec<RecordedEvent>,
        head: u64,
        checkpoint: Position,
        rows: HashMap<String, StoredRow>,
    }

    impl Now {
        fn appends(&mut self, key: u64, add: f64) {
            self.head += 1;
            self.events.push(added(self.head, key, add));
        }

        /// Keeps what is for the projection, and says how many rows else there are.
        fn keep(&mut self, batch: Batch) -> usize {
            let table = Table::of::<Sums>();
            let (own, others): (Vec<_>, Vec<_>) =
                batch.rows.into_iter().partition(|it| it.table == table);
            for write in own {
                let (key, data) = (write.key.clone(), write.row.unwrap().data);
                self.rows.insert(write.key, StoredRow { key, data });
            }
            for moved in batch.checkpoints {
                assert_eq!((&moved.table, moved.from), (&table, self.checkpoint));
                self.checkpoint = moved.to;
            }
            others.len()
        }

        fn row(&self, key: &str) -> &str {
            std::str::from_utf8(self.rows[key].data.as_bytes().unwrap()).unwrap()
        }
    }

    impl Within for Now {
        fn head(&mut self) -> Result<Position, StoreError> {
            Ok(Position::from(self.head))
        }

        fn log(&mut self, query: &LogQuery) -> Result<LogPage, StoreError> {
            let events = self.events.iter().cloned();
            Ok(LogPage {
                events: events
                    .filter(|it| it.recorded().position > query.after)
                    .collect(),
                through: Position::from(self.head),
            })
        }

        fn rows_of(
            &mut self,
            _: &Table,
            keys: &[String],
        ) -> Result<Vec<Option<StoredRow>>, StoreError> {
            Ok(keys.iter().map(|key| self.rows.get(key).cloned()).collect())
        }

        fn rows(&mut self, _: &RowQuery) -> Result<Vec<StoredRow>, StoreError> {
            Ok(Vec::new())
        }

        fn checkpoint(&mut self, table: &Table) -> Result<Position, StoreError> {
            let own = *table == Table::of::<Sums>();
            Ok(if own { self.checkpoint } else { Position::ZERO })
        }
    }

    #[test]
    fn a_commit_catches_up_with_what_is_not_too_far_behind() {
        for (head, then) in [
            (0, 0),
            (1, 1),
            (BEHIND, BEHIND),
            (BEHIND + 1, 0),
            (BEHIND + 2, 0),
        ] {
            let mut now = Now {
                head,
                ..Now::default()
            };
            let batch = inlines().fold(&mut now).unwrap();
            let is_left = then == 0;
            assert_eq!(batch.checkpoints.is_empty(), is_left, "{head}");
            assert_eq!(batch.rows.is_empty(), is_left, "{head}");
            now.keep(batch);
            assert_eq!(now.checkpoint, Position::from(then));
        }
    }

    #[test]
    fn that_it_is_whole_is_on_record_from_the_first_commit_on() {
        let (inlines, mut now) = (inlines(), Now::default());
        for records in [1, 0, 0] {
            now.appends(1, 1.0);
            let batch = inlines.fold(&mut now).unwrap();
            assert_eq!(now.keep(batch), records);
        }
        assert_eq!(now.row("1"), r#"{"of":3.0}"#);
    }

    #[test]
    fn what_was_folded_in_a_commit_that_failed_is_forgotten() {
        let inlines = inlines();
        let mut lost = Now::default();
        lost.appends(1, 1.0);
        inlines.fold(&mut lost).unwrap();
        inlines.forget();

        let (other, mut now) = (self::inlines(), Now::default());
        now.appends(1, 10.0);
        let batch = other.fold(&mut now).unwrap();
        now.keep(batch);
        now.appends(1, 100.0);
        let batch = inlines.fold(&mut now).unwrap();
        now.keep(batch);
        assert_eq!(now.row("1"), r#"{"of":110.0}"#);
    }

    #[test]
    fn they_are_known_by_their_names() {
        assert_eq!(inlines().first(), "sums");
        assert_eq!(format!("{:?}", inlines()), r#"{"sums"}"#);
    }
}
