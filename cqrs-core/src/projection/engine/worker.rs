use super::parked_rows;
use crate::guarded::message_of;
use crate::log::{Position, RecordedEvent};
use crate::message::EventType;
use crate::projection::folds::{Folds, Slot, encode};
use crate::projection::model::read_key;
use crate::projection::parking::{Parked, Parking};
use crate::projection::rows::decode;
use crate::projection::rows_mut::chain;
use crate::projection::{Project, RowsMut};
use crate::store::{BoxFuture, DynStore, EventStore, RowWrite, StoreError, Table};
use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

/// A projection of whatever type, as the engine runs it: one virtual call a batch.
pub(crate) trait Worker: Send + Sync {
    /// Its stored name.
    fn name(&self) -> &'static str;
    /// Where its rows and its checkpoint stand.
    fn table(&self) -> Table;
    /// The digest of its rows' shape.
    fn row_shape(&self) -> u64;
    /// The names of its indexed fields.
    fn indexes(&self) -> &'static [&'static str];
    /// The events that it folds.
    fn events(&self) -> &'static [EventType];
    /// Folds `events`, all of them or up to the first that stops it.
    fn fold<'a>(
        &'a mut self,
        store: &'a DynStore,
        events: &'a [RecordedEvent],
    ) -> BoxFuture<'a, Result<Folded, StoreError>>;
    /// Folds `events`, which wait for `key`, into its row, all of them or up to the first that
    /// cannot be.
    fn retry<'a>(
        &'a mut self,
        store: &'a DynStore,
        key: &'a Arc<str>,
        events: &'a [RecordedEvent],
    ) -> BoxFuture<'a, Result<Folded, StoreError>>;
    /// Forgets the rows at hand: they were not committed. These are the keys that are parked; and
    /// there are no rows at all yet, where that is so.
    fn resume(&mut self, parking: Arc<Parking>, at_the_beginning: bool);
}

/// What the fold of a batch led to.
pub(crate) struct Folded {
    /// The rows to write, those of events that wait among them.
    pub(crate) rows: Vec<RowWrite>,
    /// The event that could not be folded, if one stops the projection: neither it nor what follows
    /// is in the rows.
    pub(crate) failed: Option<Failure>,
    /// The keys that are parked now.
    pub(crate) parking: Arc<Parking>,
}

/// An event that a projection cannot fold.
pub(crate) struct Failure {
    pub(crate) at: Position,
    pub(crate) reason: Arc<str>,
}

/// The worker of `P`.
pub(crate) fn worker<P: Project>() -> Box<dyn Worker> {
    Box::new(Fold::<P> {
        folds: Folds::new(Arc::default()),
    })
}

/// The most bytes of rows that are kept at hand from one batch to the next, as they encode, and
/// with so many for each row besides: 64 MiB.
const AT_HAND: (usize, usize) = (64 << 20, 64);

struct Fold<P: Project> {
    folds: Folds<P>,
}

/// Why a batch was not folded.
enum Broken {
    /// This event, by its place in the batch, stops the projection.
    Event(usize, Failure),
    /// The store failed.
    Store(StoreError),
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

    fn indexes(&self) -> &'static [&'static str] {
        P::INDEXES
    }

    fn events(&self) -> &'static [EventType] {
        P::EVENTS
    }

    fn fold<'a>(
        &'a mut self,
        store: &'a DynStore,
        events: &'a [RecordedEvent],
    ) -> BoxFuture<'a, Result<Folded, StoreError>> {
        Box::pin(async move {
            let before = Arc::clone(&self.folds.parking);
            let mut events = events;
            let mut failed = None;
            loop {
                let broken = match self.fold_all(store, events).await {
                    Ok(rows) => return Ok(self.folded(rows, failed)),
                    Err(broken) => broken,
                };
                // what was folded past the failure must not stay: fold again, up to it
                self.resume(Arc::clone(&before), false);
                match broken {
                    Broken::Store(error) => return Err(error),
                    Broken::Event(place, failure) => {
                        events = &events[..place];
                        failed = Some(failure);
                    }
                }
            }
        })
    }

    fn retry<'a>(
        &'a mut self,
        store: &'a DynStore,
        key: &'a Arc<str>,
        events: &'a [RecordedEvent],
    ) -> BoxFuture<'a, Result<Folded, StoreError>> {
        Box::pin(async move {
            let before = Arc::clone(&self.folds.parking);
            match self.refold(store, key, events).await {
                Ok(rows) => Ok(self.folded(rows, None)),
                Err(broken) => {
                    self.resume(Arc::clone(&before), false);
                    match broken {
                        Broken::Store(error) => Err(error),
                        Broken::Event(..) => Ok(self.folded(Vec::new(), None)),
                    }
                }
            }
        })
    }

    fn resume(&mut self, parking: Arc<Parking>, at_the_beginning: bool) {
        self.folds = Folds::new(parking);
        self.folds.complete = at_the_beginning;
    }
}

impl<P: Project> Fold<P> {
    fn folded(&self, rows: Vec<RowWrite>, failed: Option<Failure>) -> Folded {
        Folded {
            rows,
            failed,
            parking: Arc::clone(&self.folds.parking),
        }
    }

    /// Folds all of `events`, and tells what is to be written.
    async fn fold_all(
        &mut self,
        store: &DynStore,
        events: &[RecordedEvent],
    ) -> Result<Vec<RowWrite>, Broken> {
        self.folds.fresh.clear();
        self.folds.careful.clear();
        self.pass(events)?;
        loop {
            while !self.folds.missing.is_empty() {
                self.load_missing(store).await?;
                self.folds.only = Some(std::mem::take(&mut self.folds.missing));
                let again = self.pass(events);
                self.folds.only = None;
                again?;
            }
            if let Some(mut writes) = self.writes() {
                writes.extend(self.fresh_waits());
                return Ok(writes);
            }
        }
    }

    /// Folds the events that wait for `key`, and tells what is to be written: the row, and which of
    /// them wait no more.
    async fn refold(
        &mut self,
        store: &DynStore,
        key: &Arc<str>,
        events: &[RecordedEvent],
    ) -> Result<Vec<RowWrite>, Broken> {
        let parking = Arc::make_mut(&mut self.folds.parking);
        let Some(was) = parking.free(key) else {
            return Ok(Vec::new());
        };
        let Ok(of) = read_key::<P>(key) else {
            parking.park(key, was); // it is no key any more
            return Ok(Vec::new());
        };
        self.folds.fresh.clear();
        self.folds.careful.clear();
        self.folds.rows.remove(&of);
        self.folds.complete = false;
        self.folds.missing.insert(of);
        let mut writes = loop {
            while !self.folds.missing.is_empty() {
                self.load_missing(store).await?;
                self.folds.only = Some(std::mem::take(&mut self.folds.missing));
                let again = self.pass(events);
                self.folds.only = None;
                again?;
            }
            if let Some(writes) = self.writes() {
                break writes;
            }
        };
        writes.extend(self.done_waiting(key, &was, events));
        Ok(writes)
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
    fn pass(&mut self, events: &[RecordedEvent]) -> Result<(), Broken> {
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
        Err(Broken::Event(place, Failure { at, reason }))
    }

    /// Reads the rows that the last pass lacked.
    async fn load_missing(&mut self, store: &DynStore) -> Result<(), Broken> {
        let missing: Vec<P::Key> = self.folds.missing.iter().cloned().collect();
        let keys: Vec<String> = missing.iter().map(ToString::to_string).collect();
        let rows = store
            .rows_of(&Table::of::<P>(), &keys)
            .await
            .map_err(Broken::Store)?;
        for (key, row) in missing.into_iter().zip(rows) {
            match row
                .as_ref()
                .map(|row| decode::<P>(row, P::VERSION))
                .transpose()
            {
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
        Ok(())
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
        let (most, each) = AT_HAND;
        if self.folds.bytes + self.folds.rows.len() * each > most {
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
