use crate::log::{Position, RecordedEvent};
use crate::message::EventType;
use crate::projection::parking::Parking;
use crate::store::{IndexedField, RowWrite, StoredRow, Table, TableWork, TransactionType};
use std::sync::Arc;

/// A projection of whatever type, as the engine runs it: a few virtual calls a batch. It knows no store: what
/// it lacks it asks for.
pub(crate) trait Worker: Send + Sync {
    /// Its stored name.
    fn name(&self) -> &'static str;
    /// Where its rows and its checkpoint stand.
    fn table(&self) -> Table;
    /// The digest of its rows' shape.
    fn row_shape(&self) -> u64;
    /// Its indexed fields.
    fn indexes(&self) -> &'static [IndexedField];
    /// Whether it is to be folded within commits.
    fn is_inline(&self) -> bool;
    /// The type of the transaction through which it writes to tables of its own, if it has such.
    fn transaction(&self) -> Option<TransactionType> {
        None
    }
    /// What makes the tables of its own, if it has such.
    fn making(&self) -> Option<TableWork> {
        None
    }
    /// Another worker of the same projection.
    fn another(&self) -> Box<dyn Worker>;
    /// The events that it folds.
    fn events(&self) -> &'static [EventType];
    /// Folds `events`, all of them or up to the first that stops it. If it is to gather, the rows that
    /// change are not told yet, but together with those of the next batch.
    fn fold(&mut self, events: &[RecordedEvent], gather: bool) -> Step;
    /// Folds `events`, which wait for `key`, into its row, all of them or up to the first that
    /// cannot be.
    fn retry(&mut self, key: &Arc<str>, events: &[RecordedEvent]) -> Step;
    /// Goes on with `events` once the rows that were lacking are there: for each key, its row if there is one.
    fn go_on(&mut self, events: &[RecordedEvent], rows: Vec<Option<StoredRow>>) -> Step;
    /// Gives up on the events, since the rows that are lacking cannot be had.
    fn give_up(&mut self);
    /// Forgets the rows at hand: they were not committed. These are the keys that are parked; and
    /// there are no rows at all yet, where that is so.
    fn resume(&mut self, parking: Arc<Parking>, at_the_beginning: bool);
}

/// How far a fold has come.
pub(crate) enum Step {
    /// The rows of these keys are lacking.
    Lacks(Vec<String>),
    /// To its end.
    Done(Folded),
    /// Something cannot be folded, and what was gathered is in its way: [`Worker::resume`] is to be called, and
    /// all since the last commit to be folded anew without gathering.
    Anew,
}

/// What the fold of a batch led to.
pub(crate) struct Folded {
    /// The rows to write, those of events that wait among them.
    pub(crate) rows: Vec<RowWrite>,
    /// How many rows are gathered, and yet to be told.
    pub(crate) gathered: usize,
    /// The bytes of the rows at hand, as they were read or written last.
    pub(crate) at_hand: usize,
    /// What is to be done in tables of its own.
    pub(crate) tables: Option<TableWork>,
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
