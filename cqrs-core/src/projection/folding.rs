use super::model::{Projection, Shape};
use super::{Change, ReadError};
use crate::id::{self, IdError};
use crate::log::{DecodeError, RecordedEvent};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt;

/// The rows that one event is folded into: what [`Project::project`](super::Project::project) works on.
///
/// A row that is not at hand yet is noted, and its part of the event is folded once it is.
pub struct Folding<'a, P: Projection> {
    event: &'a RecordedEvent,
    folds: &'a mut Folds<P>,
}

impl<'a, P: Projection> Folding<'a, P> {
    pub(crate) fn new(event: &'a RecordedEvent, folds: &'a mut Folds<P>) -> Self {
        Self { event, folds }
    }

    /// The key that the event's stream stands for.
    ///
    /// # Errors
    /// When the stream's id does not parse as the key.
    pub fn stream_key(&self) -> Result<P::Key, ProjectError> {
        Ok(P::Shape::stream_key::<P>(self.event)?)
    }

    /// Folds the event into the row of `key` with `fold`.
    pub fn fold<T: Into<Change>>(&mut self, key: &P::Key, fold: impl FnOnce(&mut P) -> T) {
        if self.folds.only_missing && !self.folds.missing.contains(key) {
            return; // folded in the first pass
        }
        let Some(slot) = self.folds.rows.get_mut(key) else {
            self.folds.lack(key);
            return;
        };
        let row = slot.row.get_or_insert_default();
        match fold(row).into() {
            Change::Keep => {}
            Change::Delete => slot.row = None,
        }
        slot.changed = true;
    }
}

impl<P: Projection> fmt::Debug for Folding<'_, P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Folding<{}>({})", P::NAME, self.event.place())
    }
}

/// The rows at hand, and those that events asked for in vain.
///
/// Rows are read from the store in one go: a first pass over a batch folds what it can and notes
/// the keys it lacks, a second pass folds the events of those keys. A key that is lacking in the
/// first pass is lacking for all of the batch, so its events keep their order.
pub(crate) struct Folds<P: Projection> {
    pub(crate) rows: HashMap<P::Key, Slot<P>>,
    pub(crate) missing: BTreeSet<P::Key>,
    pub(crate) only_missing: bool,
    /// The rows that were read and do not decode.
    pub(crate) unreadable: BTreeMap<P::Key, ReadError>,
    /// Why the event that is being folded cannot be.
    pub(crate) refused: Option<ProjectError>,
}

impl<P: Projection> Folds<P> {
    fn lack(&mut self, key: &P::Key) {
        if let Some(error) = self.unreadable.remove(key) {
            self.refused = Some(error.into());
        } else if let Err(error) = id::check(P::NAME, &key.to_string()) {
            self.refused = Some(error.into());
        } else {
            self.missing.insert(key.clone());
        }
    }
}

/// One row at hand.
#[derive(Debug)]
pub(crate) struct Slot<P> {
    /// The row, if there is one.
    pub(crate) row: Option<P>,
    /// Whether it is to be written.
    pub(crate) changed: bool,
}

impl<P: Projection> Default for Folds<P> {
    fn default() -> Self {
        Self {
            rows: HashMap::new(),
            missing: BTreeSet::new(),
            only_missing: false,
            unreadable: BTreeMap::new(),
            refused: None,
        }
    }
}

/// An event that cannot be projected.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ProjectError {
    /// It does not decode.
    #[error(transparent)]
    Decode(#[from] DecodeError),
    /// Its stream's id is no key of the projection.
    #[error(transparent)]
    Key(#[from] IdError),
    /// The row it concerns cannot be read.
    #[error(transparent)]
    Row(#[from] ReadError),
}
