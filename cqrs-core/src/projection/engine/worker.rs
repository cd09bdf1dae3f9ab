use crate::guarded::message_of;
use crate::log::{Data, Position, RecordedEvent};
use crate::message::EventType;
use crate::projection::folding::{Folds, Slot};
use crate::projection::rows::decode;
use crate::projection::{Folding, Project};
use crate::store::{BoxFuture, DynStore, EventStore, RowData, RowWrite, StoreError, Table};
use std::error::Error;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

/// A projection of whatever type, as the engine runs it: one virtual call a batch.
pub(crate) trait Worker: Send + Sync {
    /// Its stored name.
    fn name(&self) -> &'static str;
    /// Where its rows and its checkpoint stand.
    fn table(&self) -> Table;
    /// The events that it folds.
    fn events(&self) -> &'static [EventType];
    /// Folds `events`, all of them or up to the first that fails.
    fn fold<'a>(
        &'a mut self,
        store: &'a DynStore,
        events: &'a [RecordedEvent],
    ) -> BoxFuture<'a, Result<Folded, StoreError>>;
    /// Forgets the rows at hand: they were not committed.
    fn forget(&mut self);
}

/// What the fold of a batch led to.
pub(crate) struct Folded {
    /// The rows to write.
    pub(crate) rows: Vec<RowWrite>,
    /// The event that could not be folded, if any: neither it nor what follows is in the rows.
    pub(crate) failed: Option<Failure>,
}

/// An event that a projection cannot fold.
pub(crate) struct Failure {
    pub(crate) at: Position,
    pub(crate) reason: Arc<str>,
}

/// The worker of `P`.
pub(crate) fn worker<P: Project>() -> Box<dyn Worker> {
    Box::new(Fold::<P> {
        folds: Folds::default(),
    })
}

/// The most rows that are kept at hand from one batch to the next.
const ROWS_AT_HAND: usize = 10_000;

struct Fold<P: Project> {
    folds: Folds<P>,
}

/// Why a batch was not folded.
enum Broken {
    /// This event, by its place in the batch, cannot be folded.
    Event(usize, Failure),
    /// The store failed.
    Store(StoreError),
}

impl<P: Project> Worker for Fold<P> {
    fn name(&self) -> &'static str {
        P::NAME
    }

    fn table(&self) -> Table {
        Table::of::<P>()
    }

    fn events(&self) -> &'static [EventType] {
        P::EVENTS
    }

    fn fold<'a>(
        &'a mut self,
        store: &'a DynStore,
        events: &'a [RecordedEvent],
    ) -> BoxFuture<'a, Result<Folded, StoreError>> {
        Box::pin(async move {
            let mut events = events;
            let mut failed = None;
            loop {
                let broken = match self.fold_all(store, events).await {
                    Ok(rows) => return Ok(Folded { rows, failed }),
                    Err(broken) => broken,
                };
                // what was folded past the failure must not stay: fold again, up to it
                self.forget();
                match broken {
                    Broken::Store(error) => return Err(error),
                    Broken::Event(place, failure) => {
                        events = &events[..place];
                        failed = Some(failure);
                    }
                }
            }
        })
    }

    fn forget(&mut self) {
        self.folds = Folds::default();
    }
}

impl<P: Project> Fold<P> {
    /// Folds all of `events`, and tells what is to be written.
    async fn fold_all(
        &mut self,
        store: &DynStore,
        events: &[RecordedEvent],
    ) -> Result<Vec<RowWrite>, Broken> {
        self.pass(events)?;
        if !self.folds.missing.is_empty() {
            self.load_missing(store).await?;
            self.folds.only_missing = true;
            let second = self.pass(events);
            self.folds.only_missing = false;
            self.folds.missing.clear();
            second?;
        }
        self.writes(events)
    }

    /// Folds each event into the rows at hand.
    fn pass(&mut self, events: &[RecordedEvent]) -> Result<(), Broken> {
        let mut place = 0;
        let folds = &mut self.folds;
        let folded = catch_unwind(AssertUnwindSafe(|| {
            for event in events {
                P::project(event, &mut Folding::new(event, folds))?;
                if let Some(refused) = folds.refused.take() {
                    return Err(refused);
                }
                place += 1;
            }
            Ok(())
        }));
        let reason = match folded {
            Ok(Ok(())) => return Ok(()),
            Ok(Err(error)) => chain(&error),
            Err(panic) => format!(
                "{}: its `#[project]` method panicked: {}",
                events[place].place(),
                message_of(&*panic)
            ),
        };
        Err(Broken::event(events, place, reason))
    }

    /// Reads the rows that the first pass lacked.
    async fn load_missing(&mut self, store: &DynStore) -> Result<(), Broken> {
        let missing: Vec<P::Key> = self.folds.missing.iter().cloned().collect();
        let keys: Vec<String> = missing.iter().map(ToString::to_string).collect();
        let rows = store
            .rows_of(&Table::of::<P>(), &keys)
            .await
            .map_err(Broken::Store)?;
        for (key, row) in missing.into_iter().zip(rows) {
            match row.as_ref().map(decode::<P>).transpose() {
                Ok(row) => {
                    self.folds.rows.insert(
                        key,
                        Slot {
                            row,
                            changed: false,
                        },
                    );
                }
                Err(error) => {
                    self.folds.unreadable.insert(key, error);
                }
            }
        }
        Ok(())
    }

    /// The rows that changed, encoded. From here on they count as written, unless [`Worker::forget`] says else.
    fn writes(&mut self, events: &[RecordedEvent]) -> Result<Vec<RowWrite>, Broken> {
        let mut writes = Vec::new();
        for (key, slot) in &mut self.folds.rows {
            if !slot.changed {
                continue;
            }
            slot.changed = false;
            let row = match &slot.row {
                None => None,
                Some(row) => {
                    let data = Data::encode(P::NAME, row).map_err(|error| {
                        Broken::event(events, 0, format!("row `{key}`: {}", chain(&error)))
                    })?;
                    let mut index = Vec::with_capacity(P::INDEXES.len());
                    row.index(&mut index);
                    Some(RowData { data, index })
                }
            };
            writes.push(RowWrite {
                table: Table::of::<P>(),
                key: key.to_string(),
                row,
            });
        }
        if self.folds.rows.len() > ROWS_AT_HAND {
            self.folds.rows.clear();
        }
        Ok(writes)
    }
}

impl Broken {
    fn event(events: &[RecordedEvent], place: usize, reason: String) -> Self {
        let at = events
            .get(place)
            .map_or(Position::ZERO, |event| event.recorded().position);
        Self::Event(
            place,
            Failure {
                at,
                reason: reason.into(),
            },
        )
    }
}

/// An error and what caused it, in one line.
fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    text
}
