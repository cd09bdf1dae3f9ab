//! Folds again what could not be folded.

use super::{Runner, failed};
use crate::log::{LogFilter, Position, RecordedEvent};
use crate::projection::engine::supply::{Supplied, to_its_end};
use crate::projection::parking::Parked;
use crate::store::{Batch, CommitError, DynStore, EventStore, LogQuery, StoreError};
use std::sync::Arc;

/// The most events of a parked key that are folded into one commit.
const RETRIED: usize = 1_000;

impl Runner {
    /// Folds again what could not be folded, and says which position to get past: the event at
    /// which the projection had stopped, if it had.
    pub(in crate::projection::engine) async fn retry(
        &mut self,
        store: &DynStore,
    ) -> Result<Position, StoreError> {
        if self.gathered.events > 0 {
            return Ok(Position::ZERO); // so nothing waits, and it has not stopped
        }
        let stopped = self.stopped.take();
        let made = self.make_tables(store).await;
        if made.is_err() || self.stopped.is_some() {
            self.stopped = self.stopped.take().or(stopped);
            self.announce();
            return made.map(|()| Position::from(u64::MAX)); // it gets nowhere
        }
        for key in self.parking.keys() {
            self.retry_key(store, &key).await?;
        }
        self.announce();
        Ok(stopped.map_or(Position::ZERO, |failure| failure.at))
    }

    /// Folds what waits only since an older program did not know the version of an event that this one knows.
    pub(super) async fn retry_what_is_known_by_now(
        &mut self,
        store: &DynStore,
    ) -> Result<(), StoreError> {
        let events = self.worker.events();
        let is_known = |parked: &Parked, version: u32| {
            let mut events = events.iter();
            events.any(|it| it.version >= version && it.names().any(|name| name == parked.event))
        };
        for key in self.parking.keys() {
            let parked = self.parking.get(&key);
            if parked.is_some_and(|it| it.newer.is_some_and(|version| is_known(it, version))) {
                self.retry_key(store, &key).await?;
            }
        }
        Ok(())
    }

    async fn retry_key(&mut self, store: &DynStore, key: &Arc<str>) -> Result<(), StoreError> {
        loop {
            let Some(parked_at) = self.parking.get(key).map(|parked| parked.at) else {
                return Ok(());
            };
            let waiting: Vec<Position> = self.parking.positions(key).take(RETRIED).collect();
            let events = read_each(store, &waiting).await?;
            let step = self.worker.retry(key, &events);
            let standing = self.standing();
            let folded = to_its_end(&mut *self.worker, store, &events, step, &standing).await?;
            let Supplied::Folded(folded) = folded else {
                return self.read_again(store).await;
            };
            let retries = self.retries.checked_add(1).unwrap_or(Position::ZERO);
            let mut batch = Batch {
                rows: folded.rows,
                ..Batch::default()
            };
            self.move_checkpoints(self.committed, retries, &mut batch);
            match store.commit(batch).await {
                Ok(_) => {}
                Err(error) => {
                    self.read_again(store).await?;
                    return match error {
                        CommitError::CheckpointMoved { .. } => Ok(()),
                        error => Err(failed(error)),
                    };
                }
            }
            self.retries = retries;
            self.parking = folded.parking;
            self.changes += 1;
            self.announce();
            let is_stuck = self.parking.get(key).is_some_and(|now| now.at == parked_at);
            if is_stuck {
                return Ok(());
            }
        }
    }
}

/// The events at those positions.
async fn read_each(
    store: &DynStore,
    positions: &[Position],
) -> Result<Vec<RecordedEvent>, StoreError> {
    let mut events = Vec::with_capacity(positions.len());
    for &at in positions {
        let query = LogQuery {
            after: Position::from(at.get().saturating_sub(1)),
            through: Some(at),
            filter: LogFilter::all(),
            limit: 1,
        };
        events.extend(store.log(query).await?.events);
    }
    Ok(events)
}
