//! Projections that are folded within the commits of a store.

use super::{Batch, LogPage, LogQuery, RowQuery, StoreError, StoredRow, Table};
use crate::log::Position;

/// What is folded within the commits of a store: the projections of a bus that are marked `inline`.
///
/// A store that can do so takes it by [`fold_within`](super::EventStore::fold_within). It calls
/// [`fold`](Self::fold) at the end of each of its transactions that appended events, and keeps what that
/// answers in the same transaction.
pub trait Inline: Send + Sync {
    /// Folds the events that have come, and answers the rows to write and the checkpoints to move: nothing
    /// else is in the batch. Its conditions were judged on what `within` shows.
    ///
    /// It does not fail where an event cannot be folded: that is for the projection to tell.
    ///
    /// # Errors
    /// Those of `within`.
    fn fold(&self, within: &mut dyn Within) -> Result<Batch, StoreError>;

    /// What was answered may not have been committed, or somebody else has written to the store: nothing
    /// is taken for known any more.
    fn forget(&self);
}

/// What a store shows of itself within a transaction: all that was committed before, and what the
/// transaction has written so far.
pub trait Within {
    /// As [`EventStore::head`](super::EventStore::head).
    ///
    /// # Errors
    /// When the store cannot be read.
    fn head(&mut self) -> Result<Position, StoreError>;

    /// As [`EventStore::log`](super::EventStore::log).
    ///
    /// # Errors
    /// When the store cannot be read.
    fn log(&mut self, query: &LogQuery) -> Result<LogPage, StoreError>;

    /// As [`EventStore::rows_of`](super::EventStore::rows_of).
    ///
    /// # Errors
    /// When the store cannot be read.
    fn rows_of(
        &mut self,
        table: &Table,
        keys: &[String],
    ) -> Result<Vec<Option<StoredRow>>, StoreError>;

    /// As [`EventStore::rows`](super::EventStore::rows).
    ///
    /// # Errors
    /// When the store cannot be read.
    fn rows(&mut self, query: &RowQuery) -> Result<Vec<StoredRow>, StoreError>;

    /// As [`EventStore::checkpoint`](super::EventStore::checkpoint).
    ///
    /// # Errors
    /// When the store cannot be read.
    fn checkpoint(&mut self, table: &Table) -> Result<Position, StoreError>;
}
