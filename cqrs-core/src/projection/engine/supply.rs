use super::worker::{Folded, Step, Worker};
use crate::log::{Position, RecordedEvent};
use crate::store::{DynStore, EventStore, StoreError, StoredRow, Table};

/// Where checkpoints stood when a fold began: while they stand there, the rows in the store are those
/// that the events are to be folded into.
pub(crate) type Standing<'a> = &'a [(Table, Position)];

/// Brings a fold of `events` to its end: reads what it lacks from the store.
pub(crate) async fn to_its_end(
    worker: &mut dyn Worker,
    store: &DynStore,
    events: &[RecordedEvent],
    mut step: Step,
    standing: Standing<'_>,
) -> Result<Supplied, StoreError> {
    loop {
        let keys = match step {
            Step::Done(folded) => return Ok(Supplied::Folded(folded)),
            Step::Anew => return Ok(Supplied::Anew),
            Step::Lacks(keys) => keys,
        };
        match rows_of(store, &worker.table(), &keys, standing).await {
            Ok(Some(rows)) => step = worker.go_on(events, rows),
            other => {
                worker.give_up();
                return other.map(|_| Supplied::Overtaken);
            }
        }
    }
}

/// What a fold came to.
pub(crate) enum Supplied {
    /// Its end.
    Folded(Folded),
    /// [`Step::Anew`].
    Anew,
    /// Another process has come before: the rows that were read may be ahead of the events, so they are not
    /// even shown to the projection's methods.
    Overtaken,
}

async fn rows_of(
    store: &DynStore,
    table: &Table,
    keys: &[String],
    standing: Standing<'_>,
) -> Result<Option<Vec<Option<StoredRow>>>, StoreError> {
    let rows = store.rows_of(table, keys).await?;
    // checkpoints move only forward: where one stands now, it stood when the rows were read
    for (table, at) in standing {
        if store.checkpoint(table).await? != *at {
            return Ok(None);
        }
    }
    Ok(Some(rows))
}
