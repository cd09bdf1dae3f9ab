use crate::log::{
    CommandId, Data, EventId, Metadata, Name, Position, Recorded, RecordedEvent, StreamId, Tenant,
    Timestamp, Version,
};
use std::sync::LazyLock;

/// An event that stands on record under that name and schema version with that JSON, in some stream.
pub(crate) fn on_record(name: &str, schema: u32, json: &str) -> RecordedEvent {
    static STREAM: LazyLock<StreamId> = LazyLock::new(|| {
        // both are neither empty, nor long, nor odd
        StreamId::new(Tenant::default(), "sample", "sample").expect("the name of a stream")
    });
    let mut recorded = Recorded::new(
        Position::from(1),
        STREAM.clone(),
        Version::from(1),
        EventId::generate(),
        Name::from(name),
        Timestamp::UNIX_EPOCH,
        Metadata::of(CommandId::generate()),
    );
    recorded.schema = schema;
    RecordedEvent::new(recorded, Data::from_bytes(json.as_bytes()))
}
