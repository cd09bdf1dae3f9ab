//! What the programs write and read.

use crate::now;
use cqrs_core::Memory;
use cqrs_core::log::{
    CommandId, Data, EventId, Fingerprint, LogFilter, Metadata, Name, Position, RecordedEvent,
    StreamId, Tags, Tenant, Version,
};
use cqrs_core::store::{
    Append, Batch, CommandKey, EventStore, Expect, LogPage, LogQuery, NewEvent, RowData, RowWrite,
    StreamQuery, Table,
};

/// A stream.
pub fn stream(id: &str) -> StreamId {
    StreamId::new(Tenant::default(), "test", id).expect("the text may name a stream")
}

/// An event.
pub fn event(name: &'static str) -> NewEvent {
    NewEvent {
        id: EventId::generate(),
        name: Name::from_static(name),
        schema: 1,
        data: Data::from_bytes(*b"{}"),
        tags: Tags::default(),
    }
}

/// The condition that a stream is at that version.
pub fn at(version: u64) -> Expect {
    Expect::Version(Version::from(version))
}

/// An append of events of these names.
pub fn append_to(id: &str, expect: Expect, names: &[&'static str]) -> Append {
    Append {
        stream: stream(id),
        expect,
        events: names.iter().map(|name| event(name)).collect(),
        occurred_at: None,
        metadata: Metadata::of(CommandId::generate()),
        snapshot: None,
    }
}

/// A batch of appends.
pub fn appends(appends: impl IntoIterator<Item = Append>) -> Batch {
    let mut batch = Batch::default();
    batch.appends = appends.into_iter().collect();
    batch
}

/// A batch of one append.
pub fn append(id: &str, expect: Expect, names: &[&'static str]) -> Batch {
    appends([append_to(id, expect, names)])
}

/// The key of a command that says `body`.
pub fn key(id: CommandId, body: &str) -> CommandKey {
    CommandKey {
        tenant: Tenant::default(),
        id,
        fingerprint: Fingerprint::of("test", 1, body.as_bytes()),
    }
}

/// The table of the one projection.
pub fn table() -> Table {
    Table {
        projection: Name::from_static("counted"),
        version: 1,
    }
}

/// Its row, saying `count`.
pub fn row(count: u64) -> RowWrite {
    RowWrite {
        table: table(),
        key: "all".to_owned(),
        row: Some(RowData {
            data: Data::from_bytes(count.to_string().into_bytes()),
            index: Vec::new(),
        }),
    }
}

/// What its row says; 0 where there is none.
pub fn row_of(store: &Memory) -> u64 {
    let rows = now(store.rows_of(&table(), &["all".to_owned()])).expect("memory can be read");
    rows[0].as_ref().map_or(0, |row| {
        let text = row.data.as_bytes().and_then(|it| str::from_utf8(it).ok());
        text.and_then(|text| text.parse().ok()).expect("a count")
    })
}

/// A page of the log.
pub fn page(store: &Memory, after: Position, filter: LogFilter, limit: usize) -> LogPage {
    let query = LogQuery {
        after,
        through: None,
        filter,
        limit,
    };
    now(store.log(query)).expect("memory can be read")
}

/// The events of a stream.
pub fn events_of(store: &Memory, id: &str) -> Vec<RecordedEvent> {
    let query = StreamQuery {
        stream: stream(id),
        after: Version::ZERO,
        limit: usize::MAX,
    };
    now(store.stream(query)).expect("memory can be read")
}

/// The whole log, held to what a log is: positions 1, 2, 3, … and in each stream versions 1, 2, 3, …
pub fn whole(store: &Memory) -> Vec<RecordedEvent> {
    let events = page(store, Position::ZERO, LogFilter::all(), usize::MAX).events;
    for (place, event) in (1..).zip(&events) {
        assert_eq!(event.recorded().position.get(), place);
        let stream = &event.recorded().stream;
        let of_stream = events
            .iter()
            .filter(|other| other.recorded().stream == *stream);
        for (version, event) in (1..).zip(of_stream) {
            assert_eq!(event.recorded().version.get(), version);
        }
    }
    events
}
