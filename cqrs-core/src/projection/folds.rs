//! What a projection has at hand while it folds a batch.

use super::Change;
use super::model::{Projection, Shape};
use super::parking::{Parked, Parking, Waiting};
use crate::guarded::message_of;
use crate::id;
use crate::log::{Data, Position, RecordedEvent};
use crate::store::{RowData, check_index};
use foldhash::fast::RandomState;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

/// The rows at hand, those that events asked for in vain, and the keys whose events wait.
///
/// Rows are read from the store in one go: a first pass over a batch folds what it can and notes
/// the keys it lacks, a second pass folds the events of those keys. A key that is lacking in the
/// first pass is lacking for all of the batch, so its events keep their order. A key that turns out
/// not to fold is lacking too: its row is read again, and folded up to the event that failed.
pub(crate) struct Folds<P: Projection> {
    pub(crate) rows: HashMap<P::Key, Slot<P>, RandomState>,
    /// Whether all rows that there are, are at hand: so it is from the first event on, until there
    /// are too many.
    pub(crate) complete: bool,
    /// The bytes of the rows at hand, as they encode.
    pub(crate) bytes: usize,
    pub(crate) missing: HashSet<P::Key, RandomState>,
    /// The keys that this pass is for; `None`: all.
    pub(crate) only: Option<HashSet<P::Key, RandomState>>,
    /// The rows that were read and do not decode.
    pub(crate) unreadable: BTreeMap<P::Key, String>,
    /// The keys whose row did not encode after this batch: it is tried after each event.
    pub(crate) careful: BTreeSet<P::Key>,
    pub(crate) parking: Arc<Parking>,
    /// The events of this batch that wait.
    pub(crate) fresh: BTreeSet<(Position, Arc<str>)>,
    /// Why the event that is being folded cannot be, where that stops all.
    pub(crate) refused: Option<String>,
}

/// One row at hand.
#[derive(Debug)]
pub(crate) struct Slot<P> {
    /// The row, if there is one.
    pub(crate) row: Option<P>,
    /// Whether it is to be written.
    pub(crate) changed: bool,
    /// Its bytes, as it was read or written last.
    pub(crate) bytes: usize,
}

impl<P> Slot<P> {
    pub(super) fn absent() -> Self {
        Self {
            row: None,
            changed: false,
            bytes: 0,
        }
    }
}

impl<P: Projection> Slot<P> {
    /// Changes the row; what is wrong with it is told, and what it then holds is not to be kept.
    pub(super) fn fold(
        &mut self,
        fold: impl FnOnce(&mut P) -> Result<Change, String>,
    ) -> Result<(), String> {
        self.changed = true;
        let row = self.row.get_or_insert_with(P::ROW.initial);
        match catch_unwind(AssertUnwindSafe(|| fold(row))) {
            Ok(Ok(Change::Keep)) => Ok(()),
            Ok(Ok(Change::Delete)) => {
                self.row = None;
                Ok(())
            }
            Ok(Err(reason)) => Err(reason),
            Err(panic) => Err(format!(
                "its `#[project]` method panicked: {}",
                message_of(&*panic)
            )),
        }
    }
}

impl<P: Projection> Folds<P> {
    pub(crate) fn new(parking: Arc<Parking>) -> Self {
        Self {
            rows: HashMap::default(),
            complete: false,
            bytes: 0,
            missing: HashSet::default(),
            only: None,
            unreadable: BTreeMap::new(),
            careful: BTreeSet::new(),
            parking,
            fresh: BTreeSet::new(),
            refused: None,
        }
    }

    /// Whether the event waits for its key; if so, that is noted.
    pub(super) fn waits(&mut self, key: &P::Key, event: &RecordedEvent) -> bool {
        let text: Arc<str> = key.to_string().into();
        let at = event.recorded().position;
        let parked = self.parking.get(&text).is_some_and(|it| it.at <= at);
        if parked {
            self.wait(&text, event);
        }
        parked
    }

    /// Whether a row may stand under the key.
    pub(super) fn may_stand(&self, key: &P::Key) -> bool {
        self.unreadable.is_empty() && id::check(P::NAME, &key.to_string()).is_ok()
    }

    /// The row is not at hand.
    pub(super) fn lack(&mut self, key: &P::Key, event: &RecordedEvent) {
        if let Some(reason) = self.unreadable.remove(key) {
            self.refuse(key, event, reason, None);
        } else if let Err(error) = id::check(P::NAME, &key.to_string()) {
            self.refuse(key, event, error.to_string(), None);
        } else {
            self.missing.insert(key.clone());
        }
    }

    /// The event cannot be folded into the row: its key is parked, or, where the projection is one
    /// value, all of it stops.
    pub(super) fn refuse(
        &mut self,
        key: &P::Key,
        event: &RecordedEvent,
        reason: String,
        newer: Option<u32>,
    ) {
        if P::Shape::ONE {
            self.refused = Some(reason);
            return;
        }
        // what was folded into the row in this batch may be half done: it is folded again
        if let Some(slot) = self.rows.remove(key) {
            self.bytes -= slot.bytes;
            self.complete = false;
            self.missing.insert(key.clone());
        }
        let text: Arc<str> = key.to_string().into();
        let recorded = event.recorded();
        let parked = Parked {
            at: recorded.position,
            event: recorded.name.to_string(),
            reason: reason.into(),
            newer,
        };
        Arc::make_mut(&mut self.parking).park(&text, parked);
        self.wait(&text, event);
    }

    fn wait(&mut self, key: &Arc<str>, event: &RecordedEvent) {
        let at = event.recorded().position;
        if self.parking.waiting(at, key).is_none() {
            Arc::make_mut(&mut self.parking).wait(at, key, Waiting::of(event));
        }
        self.fresh.insert((at, Arc::clone(key)));
    }

    /// Why the row cannot be written, if it is one of those that could not.
    pub(super) fn unwritable(&self, key: &P::Key) -> Option<String> {
        if !self.careful.contains(key) {
            return None;
        }
        let row = self.rows.get(key)?.row.as_ref()?;
        let reason = encode(row).err()?;
        Some(format!("the row cannot be written: {reason}"))
    }
}

/// The row as it is kept, or why it cannot be.
pub(crate) fn encode<P: Projection>(row: &P) -> Result<RowData, String> {
    let data = Data::encode(P::NAME, row, &P::ROW.stored).map_err(|error| error.to_string())?;
    let mut index = Vec::with_capacity(P::INDEXES.len());
    row.index(&mut index);
    check_index(&index).map_err(|error| error.to_string())?;
    Ok(RowData { data, index })
}
