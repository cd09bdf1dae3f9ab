//! Folds events into rows at hand, which it asks for where they are lacking.

use super::parked_rows;
use super::worker::{Failure, Folded, Step, Worker};
use crate::cause::chain;
use crate::guarded::message_of;
use crate::log::RecordedEvent;
use crate::message::EventType;
use crate::projection::folds::{Folds, Slot, encode};
use crate::projection::model::read_key;
use crate::projection::parking::{Parked, Parking};
use crate::projection::rows::decode;
use crate::projection::{Project, RowsMut};
use crate::store::{IndexedField, RowWrite, StoredRow, Table};
use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

/// The most bytes of rows that are kept at hand from one batch to the next, as they encode, and
/// with so many for each row besides: 64 MiB.
const AT_HAND: (usize, usize) = (64 << 20, 64);

/// A projection with rows.
pub(super) struct Fold<P: Project> {
    folds: Folds<P>,
    under_way: UnderWay<P::Key>,
    /// Whether rows at hand have changed in batches before, and were not told.
    gathered: bool,
}

/// A batch that is being folded.
struct UnderWay<K> {
    /// The parked keys as they were before it.
    before: Arc<Parking>,
    gather: bool,
    /// Up to the first event that stops the projection.
    failed: Option<(usize, Failure)>,
    /// The key that is retried, and why it was parked.
    retried: Option<(Arc<str>, Parked)>,
    /// The keys that were asked for.
    asked: Vec<K>,
}

impl<K> Default for UnderWay<K> {
    fn default() -> Self {
        Self {
            before: Arc::default(),
            gather: false,
            failed: None,
            retried: None,
            asked: Vec::new(),
        }
    }
}

impl<P: Project> Worker for Fold<P> {
    fn name(&self) -> &'static str {
        P::NAME
    }

    fn table(&self) -> Table {
        Table::of::<P>()
    }

    fn row_shape(&self) -> u64 {
        P::ROW_SHAPE
    }

    fn indexes(&self) -> &'static [IndexedField] {
        P::INDEXES
    }

    fn is_inline(&self) -> bool {
        P::INLINE
    }

    fn another(&self) -> Box<dyn Worker> {
        Box::new(Self::new())
    }

    fn events(&self) -> &'static [EventType] {
        P::EVENTS
    }

    fn fold(&mut self, events: &[RecordedEvent], gather: bool) -> Step {
        self.begin();
        self.under_way.gather = gather;
        self.pass_over(events)
    }

    fn retry(&mut self, key: &Arc<str>, events: &[RecordedEvent]) -> Step {
        self.begin();
        let parking = Arc::make_mut(&mut self.folds.parking);
        let Some(was) = parking.free(key) else {
            return self.done(Vec::new());
        };
        let Ok(of) = read_key::<P>(key) else {
            parking.park(key, was); // it is no key any more
            return self.done(Vec::new());
        };
        self.under_way.retried = Some((Arc::clone(key), was));
        self.folds.rows.remove(&of);
        self.folds.complete = false;
        self.folds.missing.insert(of);
        self.end_of_pass(events)
    }

    fn go_on(&mut self, events: &[RecordedEvent], rows: Vec<Option<StoredRow>>) -> Step {
        let asked = std::mem::take(&mut self.under_way.asked);
        self.folds.only = Some(asked.iter().cloned().collect());
        for (key, row) in asked.into_iter().zip(rows) {
            self.take_up(key, row.as_ref());
        }
        let step = self.pass_over(events);
        self.folds.only = None;
        step
    }

    fn give_up(&mut self) {
        let before = std::mem::take(&mut self.under_way).before;
        self.resume(before, false);
    }

    fn resume(&mut self, parking: Arc<Parking>, at_the_beginning: bool) {
        self.folds = Folds::new(parking);
        self.folds.complete = at_the_beginning;
        self.gathered = false;
    }
}

impl<P: Project> Fold<P> {
    pub(super) fn new() -> Self {
        Self {
            folds: Folds::new(Arc::default()),
            under_way: UnderWay::default(),
            gathered: false,
        }
    }

    fn folded(&self, rows: Vec<RowWrite>, failed: Option<Failure>) -> Folded {
        Folded {
            rows,
            gathered: 0,
            at_hand: self.folds.bytes,
            tables: None,
            failed,
            parking: Arc::clone(&self.folds.parking),
        }
    }

    fn begin(&mut self) {
        self.folds.fresh.clear();
        self.folds.careful.clear();
        self.under_way = UnderWay {
            before: Arc::clone(&self.folds.parking),
            ..UnderWay::default()
        };
    }

    fn done(&mut self, rows: Vec<RowWrite>) -> Step {
        let failed = std::mem::take(&mut self.under_way).failed;
        Step::Done(self.folded(rows, failed.map(|(_, failure)| failure)))
    }

    /// Folds the events into the rows at hand, and says what is lacking.
    fn pass_over(&mut self, events: &[RecordedEvent]) -> Step {
        let until = |failed: &Option<(usize, Failure)>| {
            failed.as_ref().map_or(events.len(), |(place, _)| *place)
        };
        while let Err(broken) = self.pass(&events[..until(&self.under_way.failed)]) {
            if self.gathered {
                return Step::Anew;
            }
            // what was folded past the failure must not stay: fold again, up to it
            self.resume(Arc::clone(&self.under_way.before), false);
            if self.under_way.retried.is_some() {
                return self.done(Vec::new()); // so it is as it was, and goes on to wait
            }
            self.under_way.failed = Some(broken);
        }
        self.end_of_pass(events)
    }

    fn end_of_pass(&mut self, events: &[RecordedEvent]) -> Step {
        if self.gathered && !self.folds.fresh.is_empty() {
            return Step::Anew; // a key is parked, and its row as it was before lies further back
        }
        let all_at_hand = self.folds.missing.is_empty();
        let is_plain = self.folds.fresh.is_empty() && self.under_way.failed.is_none();
        if all_at_hand && is_plain && self.under_way.gather {
            self.gathered = true;
            let changed = self.folds.rows.values().filter(|slot| slot.changed);
            let gathered = changed.count();
            let folded = self.folded(Vec::new(), None);
            return Step::Done(Folded { gathered, ..folded });
        }
        let writes = if all_at_hand { self.writes() } else { None };
        if all_at_hand && writes.is_none() && self.gathered {
            return Step::Anew; // a row does not encode, and it is not known since when
        }
        if let Some(mut writes) = writes {
            self.gathered = false;
            match self.under_way.retried.take() {
                None => writes.extend(self.fresh_waits()),
                Some((key, was)) => writes.extend(self.done_waiting(&key, &was, events)),
            }
            return self.done(writes);
        }
        let missing: Vec<P::Key> = self.folds.missing.drain().collect();
        let keys = missing.iter().map(ToString::to_string).collect();
        self.under_way.asked = missing;
        Step::Lacks(keys)
    }

    /// Takes those of `events` that were folded out of the waiting ones, and parks the key anew
    /// where one was not.
    fn done_waiting(
        &mut self,
        key: &Arc<str>,
        was: &Parked,
        events: &[RecordedEvent],
    ) -> Vec<RowWrite> {
        let parking = Arc::make_mut(&mut self.folds.parking);
        let failed_at = parking.get(key).map(|parked| parked.at);
        let mut writes = Vec::new();
        for event in events {
            let at = event.recorded().position;
            if failed_at.is_some_and(|failed| failed <= at) {
                break;
            }
            parking.waits_no_more(at, key);
            writes.push(parked_rows::delete(&Table::of::<P>(), at, key));
        }
        let next = parking.positions(key).next();
        match (failed_at, next) {
            (None, Some(at)) => {
                // more of them wait, and are folded next
                let at_next = Parked { at, ..was.clone() };
                parking.park(key, at_next);
            }
            (Some(at), _) => writes.extend(parked_rows::write(
                &Table::of::<P>(),
                at,
                key,
                &self.folds.parking,
            )),
            (None, None) => {}
        }
        writes
    }

    /// Folds each event into the rows at hand.
    fn pass(&mut self, events: &[RecordedEvent]) -> Result<(), (usize, Failure)> {
        let mut place = 0;
        let folds = &mut self.folds;
        let folded = catch_unwind(AssertUnwindSafe(|| {
            for event in events {
                P::project(event, &mut RowsMut::new(event, folds))
                    .map_err(|error| chain(&error))?;
                if let Some(refused) = folds.refused.take() {
                    let place = event.place().to_string();
                    // an event that does not decode says where it stands itself
                    let placed = refused.starts_with(&place);
                    let told = format!("{place}: {refused}");
                    return Err(if placed { refused } else { told });
                }
                place += 1;
            }
            Ok(())
        }));
        let reason = match folded {
            Ok(Ok(())) => return Ok(()),
            Ok(Err(reason)) => reason,
            Err(panic) => format!(
                "{}: its `#[project]` method panicked: {}",
                events[place].place(),
                message_of(&*panic)
            ),
        };
        let at = events[place].recorded().position;
        let reason = reason.into();
        Err((place, Failure { at, reason }))
    }

    /// Takes up a row that was lacking.
    fn take_up(&mut self, key: P::Key, row: Option<&StoredRow>) {
        match row.map(|row| decode::<P>(row, P::VERSION)).transpose() {
            Ok(value) => {
                let bytes = row.and_then(|row| Some(row.data.as_bytes()?.len()));
                let bytes = bytes.unwrap_or_default();
                self.folds.bytes += bytes;
                let slot = Slot {
                    row: value,
                    changed: false,
                    bytes,
                };
                self.folds.rows.insert(key, slot);
            }
            Err(error) => {
                self.folds.unreadable.insert(key, chain(&error));
            }
        }
    }

    /// The rows that changed, encoded. From here on they count as written, unless
    /// [`Worker::resume`] says else.
    ///
    /// `None` where some do not encode: they are to be folded again, with care.
    fn writes(&mut self) -> Option<Vec<RowWrite>> {
        let (mut writes, mut unwritable) = (Vec::new(), Vec::new());
        for (key, slot) in &mut self.folds.rows {
            if !slot.changed {
                continue;
            }
            let row = match &slot.row {
                None => None,
                Some(row) => {
                    let Ok(row) = encode(row) else {
                        unwritable.push(key.clone());
                        continue;
                    };
                    let bytes = row.data.as_bytes().unwrap_or_default().len();
                    self.folds.bytes = self.folds.bytes + bytes - slot.bytes;
                    slot.bytes = bytes;
                    Some(row)
                }
            };
            writes.push(RowWrite {
                table: Table::of::<P>(),
                key: key.to_string(),
                row,
            });
        }
        // in the order of a table's keys, in which they are quickest to write
        writes.sort_unstable_by(|a: &RowWrite, b| a.key.cmp(&b.key));
        if !unwritable.is_empty() {
            for key in unwritable {
                if let Some(slot) = self.folds.rows.remove(&key) {
                    self.folds.bytes -= slot.bytes;
                    self.folds.complete = false;
                }
                self.folds.missing.insert(key.clone());
                self.folds.careful.insert(key);
            }
            return None;
        }
        if are_too_many(self.folds.rows.len(), self.folds.bytes) {
            self.folds.rows = HashMap::default();
            self.folds.bytes = 0;
            self.folds.complete = false;
        }
        for slot in self.folds.rows.values_mut() {
            slot.changed = false;
        }
        Some(writes)
    }

    /// The rows of the events of this batch that wait.
    fn fresh_waits(&self) -> impl Iterator<Item = RowWrite> {
        let table = Table::of::<P>();
        let parking = &self.folds.parking;
        self.folds
            .fresh
            .iter()
            .filter_map(move |(at, key)| parked_rows::write(&table, *at, key, parking))
    }
}

/// Whether so many rows, of so many bytes together, are more than are kept at hand.
fn are_too_many(rows: usize, bytes: usize) -> bool {
    let (most, each) = AT_HAND;
    bytes + rows * each > most
}

#[cfg(test)]
mod tests {
    use super::super::samples::{REFUSED, Sums, added};
    use super::*;

    /// Brings a fold to its end, with `kept` as the rows that the store has.
    fn to_its_end(
        fold: &mut Fold<Sums>,
        events: &[RecordedEvent],
        kept: &mut HashMap<String, StoredRow>,
    ) {
        let mut step = fold.fold(events, false);
        let folded = loop {
            step = match step {
                Step::Lacks(keys) => {
                    let rows = keys.iter().map(|key| kept.get(key).cloned());
                    fold.go_on(events, rows.collect())
                }
                Step::Done(folded) => break folded,
                Step::Anew => panic!("nothing is gathered"),
            };
        };
        for write in folded
            .rows
            .into_iter()
            .filter(|it| it.table == Table::of::<Sums>())
        {
            let (key, data) = (write.key.clone(), write.row.unwrap().data);
            kept.insert(write.key, StoredRow { key, data });
        }
    }

    #[test]
    fn the_bytes_at_hand_are_those_of_the_rows_at_hand() {
        let mut fold = Fold::<Sums>::new();
        fold.resume(Arc::default(), true);
        let mut kept = HashMap::new();
        let batches = [
            vec![added(1, 1, 1.0), added(2, 2, 1e308), added(3, 3, 1.0)],
            vec![added(4, 1, 100.0), added(5, 2, 1e308), added(6, 3, REFUSED)], // the sum is no number
            vec![added(7, 2, 1.0), added(8, 4, 1.0), added(9, 1, 1.0)],
        ];
        for (events, parked) in batches.iter().zip([0, 2, 2]) {
            to_its_end(&mut fold, events, &mut kept);
            assert_eq!(fold.folds.parking.len(), parked);
            let rows = fold.folds.rows.values().map(|slot| slot.bytes);
            assert_eq!(fold.folds.bytes, rows.sum::<usize>());
            assert!(fold.folds.bytes > 0);
        }
    }

    #[test]
    fn many_small_rows_are_too_many_as_well_as_large_ones() {
        let (most, each) = AT_HAND;
        assert!(!are_too_many(most / each, 0));
        assert!(are_too_many(most / each + 1, 0));
        assert!(!are_too_many(1, most - each));
        assert!(are_too_many(1, most - each + 1));
    }
}
