//! Where the log and the rows are kept: the trait of stores, its one atomic commit, its reads.

mod batch;
mod erased;
mod error;
mod event_store;
mod indexed;
mod inline;
mod into_store;
mod limits;
mod memory;
mod range;
mod read;
mod tables;

pub use smallvec::SmallVec;

pub use batch::{
    Append, Batch, CheckpointMove, CommandKey, Committed, Expect, Guard, NewEvent, NewSnapshot,
    QueueAck, QueuePut, RowData, RowWrite, TimerCancel, TimerSet,
};
pub use erased::{BoxFuture, DynStore};
pub use error::{CommitError, StoreError};
pub use event_store::EventStore;
pub use indexed::IndexedField;
pub use inline::{Inline, Within};
pub use into_store::IntoStore;
pub(crate) use limits::check_index;
pub use limits::{
    MAX_BATCH_BYTES, MAX_BATCH_EVENTS, MAX_INDEX_BYTES, MAX_METADATA_BYTES, Measured,
};
pub use memory::Memory;
pub use range::IndexRange;
pub use read::{
    CommandRecord, FactQuery, LogPage, LogQuery, QueueQuery, Queued, RowOrder, RowPlace, RowQuery,
    Snapshot, StoredRow, StreamQuery, Table, Timer,
};
pub use tables::{TableWork, TransactionType};
