//! A projection and its events, for the tests of the engine's parts.

use crate::log::{
    CommandId, Data, EventId, Metadata, Name, Position, Recorded, RecordedEvent, StreamId, Tenant,
    Version, now,
};
use crate::message::EventType;
use crate::projection::{IndexKey, Keyed, Project, ProjectError, Projection, RowType, RowsMut};
use crate::store::IndexedField;
use serde::{Deserialize, Serialize};

/// What was added under each key.
#[derive(Default, Serialize, Deserialize)]
pub(super) struct Sums {
    of: f64,
}

/// What cannot be added.
pub(super) const REFUSED: f64 = 13.0;

impl Projection for Sums {
    type Key = u64;
    type Shape = Keyed;
    const NAME: &'static str = "sums";
    const VERSION: u32 = 1;
    const INDEXES: &'static [IndexedField] = &[];
    const ROW: RowType<Self> = RowType::of();
    const ROW_SHAPE: u64 = 7;

    fn index(&self, _: &mut Vec<IndexKey>) {}
}

impl Project for Sums {
    const EVENTS: &'static [EventType] = &[];

    fn project(event: &RecordedEvent, rows: &mut RowsMut<'_, Self>) -> Result<(), ProjectError> {
        let data = event.data().as_bytes().unwrap_or_default();
        let (key, add): (u64, f64) = serde_json::from_slice(data)
            .map_err(|error| ProjectError::Tables(error.to_string()))?;
        rows.change(&key, |row| {
            row.of += add;
            (add != REFUSED).then_some(()).ok_or("it is refused")
        });
        Ok(())
    }
}

/// An event that adds to a key.
pub(super) fn added(at: u64, key: u64, add: f64) -> RecordedEvent {
    recorded(at, format!("[{key},{add:e}]"))
}

/// An event with such data, which is alone in its stream.
pub(super) fn recorded(at: u64, data: String) -> RecordedEvent {
    let stream = StreamId::new(Tenant::default(), "sum", at.to_string()).unwrap();
    let recorded = Recorded::new(
        Position::from(at),
        stream,
        Version::from(1),
        EventId::generate(),
        Name::from_static("sum.added"),
        now(),
        Metadata::of(CommandId::generate()),
    );
    RecordedEvent::new(recorded, Data::from_bytes(data.into_bytes()))
}
