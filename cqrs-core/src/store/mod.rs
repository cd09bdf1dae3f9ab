//! Where the log and the rows are kept: the trait of stores, its one atomic commit, its reads.

mod batch;
mod erased;
mod error;
mod event_store;
mod memory;
mod read;

pub use batch::{
    Append, Batch, CheckpointMove, CommandKey, Committed, Expect, Guard, NewEvent, RowData,
    RowWrite,
};
pub use erased::{BoxFuture, DynStore};
pub use error::{CommitError, StoreError};
pub use event_store::EventStore;
pub use memory::Memory;
pub use read::{
    CommandRecord, LogPage, LogQuery, RowOrder, RowQuery, StoredRow, StreamQuery, Table,
};
