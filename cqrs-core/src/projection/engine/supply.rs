use super::worker::{Folded, Step, Worker};
use crate::log::RecordedEvent;
use crate::store::{DynStore, EventStore, StoreError};

/// Brings a fold of `events` to its end: reads what it lacks from the store.
pub(crate) async fn to_its_end(
    worker: &mut dyn Worker,
    store: &DynStore,
    events: &[RecordedEvent],
    mut step: Step,
) -> Result<Folded, StoreError> {
    loop {
        let keys = match step {
            Step::Done(folded) => return Ok(folded),
            Step::Lacks(keys) => keys,
        };
        match store.rows_of(&worker.table(), &keys).await {
            Ok(rows) => step = worker.go_on(events, rows),
            Err(error) => {
                worker.give_up();
                return Err(error);
            }
        }
    }
}
