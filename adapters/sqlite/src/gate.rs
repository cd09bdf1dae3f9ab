//! Lets the writer have the file without readers for a moment.

use std::sync::{PoisonError, RwLock};

/// Readers go through it, each for the time of one read.
#[derive(Debug, Default)]
pub(crate) struct Gate(RwLock<()>);

impl Gate {
    /// Reads, once the gate is open.
    pub(crate) fn pass<T>(&self, read: impl FnOnce() -> T) -> T {
        let _open = self.0.read().unwrap_or_else(PoisonError::into_inner);
        read()
    }

    /// Does something while nobody reads.
    pub(crate) fn shut<T>(&self, work: impl FnOnce() -> T) -> T {
        let _shut = self.0.write().unwrap_or_else(PoisonError::into_inner);
        work()
    }
}
