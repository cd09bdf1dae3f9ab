use super::progress::Rebuild;
use super::whole;
use super::worker::Worker;
use crate::log::Position;
use crate::store::{DynStore, StoreError, Table};
use std::sync::atomic::{AtomicBool, Ordering};

/// A projection that another process runs, if one does, seen from who reads its rows.
#[derive(Debug)]
pub(super) struct Elsewhere {
    table: Table,
    row_shape: u64,
    /// Whether its rows were whole when they were looked at last. They stay so.
    is_whole: AtomicBool,
}

impl Elsewhere {
    pub(super) fn of(worker: &dyn Worker) -> Self {
        Self {
            table: worker.table(),
            row_shape: worker.row_shape(),
            is_whole: AtomicBool::new(false),
        }
    }

    /// What is to be read in place of its rows, until they are whole.
    pub(super) async fn rebuild(&self, store: &DynStore) -> Result<Option<Rebuild>, StoreError> {
        if self.is_whole.load(Ordering::Relaxed) {
            return Ok(None);
        }
        let anywhere = Position::from(u64::MAX); // whoever runs it sees to it that it is not behind
        let found = whole::look(store, &self.table, self.row_shape, anywhere).await?;
        self.is_whole.store(found.is_whole, Ordering::Relaxed);
        Ok(found.rebuild)
    }
}
