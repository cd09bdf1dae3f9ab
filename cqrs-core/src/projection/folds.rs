//! What a projection has at hand while it folds a batch.

use super::model::{Projection, Shape};
use super::parking::{Parked, Parking, Waiting};
use super::rows_mut::chain;
use crate::id;
use crate::log::{Data, Position, RecordedEvent};
use foldhash::fast::RandomState;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

/// The rows at hand, those that events asked for in vain, and the keys whose events wait.
///
/// Rows are read from the store in one go: a first pass over a batch folds what it can and notes
/// the keys it lacks, a second pass folds the events of those keys. A key that is lacking in the
/// first pass is lacking for all of the batch, so its events keep their order. A key that turns out
/// not to fold is lacking too: its row is read again, and folded up to the event that failed.
pub(crate) struct Folds<P: Projection> {
    pub(crate) rows: HashMap<P::Key, Slot<P>, RandomState>,
    pub(crate) missing: BTreeSet<P::Key>,
    /// The keys that this pass is for; `None`: all.
    pub(crate) only: Option<BTreeSet<P::Key>>,
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
}

impl<P: Projection> Folds<P> {
    pub(crate) fn new(parking: Arc<Parking>) -> Self {
        Self {
            rows: HashMap::default(),
            missing: BTreeSet::new(),
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

    /// The row is not at hand.
    pub(super) fn lack(&mut self, key: &P::Key, event: &RecordedEvent) {
        if let Some(reason) = self.unreadable.remove(key) {
            self.refuse(key, event, reason);
        } else if let Err(error) = id::check(P::NAME, &key.to_string()) {
            self.refuse(key, event, error.to_string());
        } else {
            self.missing.insert(key.clone());
        }
    }

    /// The event cannot be folded into the row: its key is parked, or, where the projection is one
    /// value, all of it stops.
    pub(super) fn refuse(&mut self, key: &P::Key, event: &RecordedEvent, reason: String) {
        if P::Shape::ONE {
            self.refused = Some(reason);
            return;
        }
        // what was folded into the row in this batch may be half done: it is folded again
        if self.rows.remove(key).is_some() {
            self.missing.insert(key.clone());
        }
        let text: Arc<str> = key.to_string().into();
        let recorded = event.recorded();
        let parked = Parked {
            at: recorded.position,
            event: recorded.name.to_string(),
            reason: reason.into(),
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
        let error = Data::encode(P::NAME, row).err()?;
        Some(format!("the row cannot be written: {}", chain(&error)))
    }
}
