//! What the promises are tried with.

use crate::log::{
    CommandId, Data, EventId, Fingerprint, LogFilter, Metadata, Name, Position, RecordedEvent,
    StreamId, Tag, Tags, Tenant, Timestamp, Version,
};
use crate::projection::IndexKey;
use crate::store::{
    Append, Batch, CheckpointMove, CommandKey, CommandRecord, CommitError, Committed, EventStore,
    Expect, LogQuery, NewEvent, NewSnapshot, QueueAck, QueuePut, QueueQuery, Queued, RowData,
    RowOrder, RowQuery, RowWrite, Snapshot, StoreError, StoredRow, StreamQuery, Table, Timer,
    TimerCancel, TimerSet,
};
use std::error::Error;
use std::fmt::Debug;
use std::sync::Arc;
use tokio::sync::Barrier;
use tokio::task::JoinSet;
use uuid::Uuid;

/// Texts that stores have taken for something else: each is another one than all others.
pub(super) fn odd_texts() -> Vec<String> {
    let mut texts: Vec<String> = [
        "a",
        "A",
        "a ",
        " a",
        "a b",
        "a\u{a0}b",
        "a\u{200b}b",
        "0",
        "00",
        "1e3",
        "null",
        "NaN",
        "{}",
        "é",
        "e\u{301}",
        "ß",
        "ss",
        "SS",
        "ı",
        "i",
        "I",
        "İ",
        "ﬁ",
        "fi",
        "%",
        "_",
        "a%",
        "a_c",
        "abc",
        "*",
        "?",
        "[a]",
        "$all",
        "$1",
        ":a",
        "@a",
        "--",
        "';--",
        "'; drop table events; --",
        "' or '1'='1",
        "\"",
        "\"\"",
        "`",
        "\\",
        "\\'",
        "\\u0000",
        "/",
        "a/b",
        "../a",
        "\u{202e}a",
        "\u{feff}a",
        "🦀",
        "👩\u{200d}🚀",
        "👩🚀",
        "\u{fffd}",
        "\u{ffff}",
        "\u{10ffff}",
        "日本",
        "日\u{e0001}本",
    ]
    .map(str::to_owned)
    .to_vec();
    texts.push("x".repeat(512));
    texts.push("x".repeat(511));
    texts.push("🦀".repeat(128));
    texts
}

/// Values of indexed fields that stores have ordered otherwise, in their order, each once.
pub(super) fn odd_values() -> Vec<IndexKey> {
    let mut values = vec![
        IndexKey::Null,
        IndexKey::Bool(false),
        IndexKey::Bool(true),
        IndexKey::Int(0),
        IndexKey::Text(String::new()),
        IndexKey::Text("\0".to_owned()),
        IndexKey::Text("a\0b".to_owned()),
        IndexKey::Text("a\n".to_owned()),
    ];
    for number in [
        1,
        255,
        256,
        1 << 53,
        i128::from(i64::MAX),
        i128::from(u64::MAX),
        i128::MAX,
    ] {
        values.extend([number, -number, number - 1].map(IndexKey::Int));
    }
    values.push(IndexKey::Int(i128::MIN));
    values.extend(odd_texts().into_iter().map(IndexKey::Text));
    values.sort();
    values.dedup();
    values
}

pub(super) fn stream(id: &str) -> StreamId {
    stream_of("", "test", id)
}

pub(super) fn stream_of(tenant: &str, category: &str, id: &str) -> StreamId {
    StreamId::new(tenant_of(tenant), category, id).expect("the text may name a stream")
}

pub(super) fn tenant_of(name: &str) -> Tenant {
    Tenant::new(name).expect("the text may name a tenant")
}

pub(super) fn event(name: &str) -> NewEvent {
    tagged(name, &[])
}

pub(super) fn tagged(name: &str, tags: &[(&str, &str)]) -> NewEvent {
    NewEvent {
        id: EventId::generate(),
        name: Name::from(name),
        schema: 1,
        data: Data::from_bytes(*b"{}"),
        tags: tags
            .iter()
            .map(|(name, value)| Tag::new(*name, value))
            .collect::<Tags>(),
    }
}

pub(super) fn at(version: u64) -> Expect {
    Expect::Version(Version::from(version))
}

pub(super) fn append(id: &str, expect: Expect, events: Vec<NewEvent>) -> Append {
    append_to(stream(id), expect, events)
}

pub(super) fn append_to(stream: StreamId, expect: Expect, events: Vec<NewEvent>) -> Append {
    Append {
        stream,
        expect,
        events: events.into(),
        occurred_at: None,
        metadata: Metadata::of(CommandId::generate()),
        snapshot: None,
    }
}

pub(super) fn appends(appends: impl IntoIterator<Item = Append>) -> Batch {
    Batch {
        appends: appends.into_iter().collect(),
        ..Batch::default()
    }
}

/// A batch of one event.
pub(super) fn one(id: &str, expect: Expect, name: &str) -> Batch {
    appends([append(id, expect, vec![event(name)])])
}

/// A state to keep, with a digest and its opposite.
pub(super) fn snapshot(digest: u64, state: &str) -> NewSnapshot {
    NewSnapshot {
        fingerprint: digest,
        checksum: !digest,
        data: Data::from_bytes(state.as_bytes()),
    }
}

/// The batch, whose first append brings that state.
pub(super) fn with_snapshot(mut batch: Batch, snapshot: NewSnapshot) -> Batch {
    batch.appends[0].snapshot = Some(Box::new(snapshot));
    batch
}

pub(super) async fn snapshot_of(store: &impl EventStore, stream: &StreamId) -> Option<Snapshot> {
    read(store.snapshot(stream).await)
}

pub(super) fn key(tenant: &str, id: CommandId, body: &str) -> CommandKey {
    CommandKey {
        tenant: tenant_of(tenant),
        id,
        fingerprint: Fingerprint::of("test", 1, body.as_bytes()),
    }
}

pub(super) fn table(projection: &str) -> Table {
    Table {
        projection: Name::from(projection),
        version: 1,
    }
}

pub(super) fn row(table: &Table, key: &str, data: &str, index: Vec<IndexKey>) -> RowWrite {
    RowWrite {
        table: table.clone(),
        key: key.to_owned(),
        row: Some(RowData {
            data: Data::from_bytes(data.as_bytes()),
            index,
        }),
    }
}

pub(super) fn no_row(table: &Table, key: &str) -> RowWrite {
    RowWrite {
        table: table.clone(),
        key: key.to_owned(),
        row: None,
    }
}

pub(super) fn rows(rows: impl IntoIterator<Item = RowWrite>) -> Batch {
    Batch {
        rows: rows.into_iter().collect(),
        ..Batch::default()
    }
}

pub(super) fn moved(table: &Table, from: u64, to: u64) -> CheckpointMove {
    CheckpointMove {
        table: table.clone(),
        from: Position::from(from),
        to: Position::from(to),
    }
}

pub(super) fn put(queue: &str, id: Uuid, key: &str, due: Option<i64>) -> QueuePut {
    QueuePut {
        queue: Name::from(queue),
        id,
        key: key.to_owned(),
        body: Data::from_bytes(key.as_bytes()),
        due: due.map(time),
    }
}

pub(super) fn puts(puts: impl IntoIterator<Item = QueuePut>) -> Batch {
    Batch {
        puts: puts.into_iter().collect(),
        ..Batch::default()
    }
}

pub(super) fn ack(queue: &str, id: Uuid) -> QueueAck {
    QueueAck {
        queue: Name::from(queue),
        id,
    }
}

pub(super) fn timer(owner: &str, id: &str, due: i64, body: &str) -> TimerSet {
    TimerSet {
        owner: Name::from(owner),
        id: id.to_owned(),
        due: time(due),
        body: Data::from_bytes(body.as_bytes()),
    }
}

pub(super) fn timers(timers: impl IntoIterator<Item = TimerSet>) -> Batch {
    Batch {
        timers: timers.into_iter().collect(),
        ..Batch::default()
    }
}

pub(super) fn cancel(owner: &str, id: &str, seen: Option<u64>) -> TimerCancel {
    TimerCancel {
        owner: Name::from(owner),
        id: id.to_owned(),
        seen,
    }
}

/// A time, in seconds.
pub(super) fn time(second: i64) -> Timestamp {
    Timestamp::from_second(second).expect("the second is within time")
}

/// Commits a batch that nothing speaks against.
pub(super) async fn commit(store: &impl EventStore, batch: Batch) -> Committed {
    accepted(store.commit(batch).await)
}

pub(super) fn accepted(result: Result<Committed, CommitError>) -> Committed {
    result.unwrap_or_else(|error| {
        panic!(
            "a batch that nothing speaks against is kept, but: {}",
            chain(&error)
        )
    })
}

pub(super) fn read<T>(result: Result<T, StoreError>) -> T {
    result.unwrap_or_else(|error| panic!("the store can be read, but: {}", chain(&error)))
}

/// Commits a batch that is to be refused with such an error, and with no other.
pub(super) async fn refused(
    store: &impl EventStore,
    batch: Batch,
    expected: &str,
    is_expected: impl Fn(&CommitError) -> bool,
) {
    match store.commit(batch).await {
        Ok(committed) => panic!("a batch is refused with {expected}, but: {committed:?}"),
        Err(error) => assert!(
            is_expected(&error),
            "a batch is refused with {expected}, but: {error:?}"
        ),
    }
}

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

/// The whole log as a filter shows it.
pub(super) async fn log_by(store: &impl EventStore, filter: &LogFilter) -> Vec<RecordedEvent> {
    let mut events = Vec::new();
    let mut after = Position::ZERO;
    loop {
        let query = LogQuery {
            after,
            through: None,
            filter: filter.clone(),
            limit: 1_000,
        };
        let page = read(store.log(query).await);
        events.extend(page.events);
        if page.through <= after {
            return events;
        }
        after = page.through;
    }
}

pub(super) async fn log(store: &impl EventStore) -> Vec<RecordedEvent> {
    log_by(store, &LogFilter::all()).await
}

/// The names of the events in the log.
pub(super) async fn names(store: &impl EventStore) -> Vec<String> {
    names_of(&log(store).await)
}

pub(super) fn names_of(events: &[RecordedEvent]) -> Vec<String> {
    events.iter().map(|event| event.name().to_owned()).collect()
}

pub(super) async fn events_of(store: &impl EventStore, stream: &StreamId) -> Vec<RecordedEvent> {
    let mut events: Vec<RecordedEvent> = Vec::new();
    loop {
        let query = StreamQuery {
            stream: stream.clone(),
            after: events
                .last()
                .map_or(Version::ZERO, |event| event.recorded().version),
            limit: 1_000,
        };
        let page = read(store.stream(query).await);
        if page.is_empty() {
            return events;
        }
        events.extend(page);
    }
}

/// The order of keys.
pub(super) const BY_KEY: RowOrder = RowOrder::Key { descending: false };

pub(super) async fn rows_by(
    store: &impl EventStore,
    table: &Table,
    order: RowOrder,
) -> Vec<StoredRow> {
    read(store.rows(RowQuery::all(table.clone(), order)).await)
}

pub(super) async fn keys_by(
    store: &impl EventStore,
    table: &Table,
    order: RowOrder,
) -> Vec<String> {
    let rows = rows_by(store, table, order).await;
    rows.into_iter().map(|row| row.key).collect()
}

pub(super) async fn queued(store: &impl EventStore, queue: &str, at: Timestamp) -> Vec<Queued> {
    let query = QueueQuery {
        queue: Name::from(queue),
        after: 0,
        at,
        limit: 1_000,
    };
    read(store.queued(query).await)
}

pub(super) async fn due(store: &impl EventStore, at: Timestamp) -> Vec<Timer> {
    read(store.timers_due(at, 1_000).await)
}

/// All that can be seen of a store, as far as the promises use it.
#[derive(Debug)]
pub(super) struct Seen {
    pub(super) log: Vec<RecordedEvent>,
    pub(super) streams: Vec<Vec<RecordedEvent>>,
    pub(super) snapshots: Vec<Option<Snapshot>>,
    pub(super) rows: Vec<StoredRow>,
    pub(super) by_index: Vec<StoredRow>,
    pub(super) checkpoint: Position,
    pub(super) queue: Vec<Queued>,
    pub(super) timers: Vec<Timer>,
    pub(super) command: Option<CommandRecord>,
    pub(super) head: Position,
}

impl Seen {
    /// What is seen of these streams, this table, the queue of its name, all timers, that command.
    pub(super) async fn of(
        store: &impl EventStore,
        streams: &[&str],
        table: &Table,
        command: CommandId,
    ) -> Self {
        let (mut events, mut snapshots) = (Vec::new(), Vec::new());
        for id in streams {
            events.push(events_of(store, &stream(id)).await);
            snapshots.push(snapshot_of(store, &stream(id)).await);
        }
        let index = RowOrder::Index {
            place: 0,
            descending: false,
        };
        Self {
            log: log(store).await,
            streams: events,
            snapshots,
            rows: rows_by(store, table, BY_KEY).await,
            by_index: rows_by(store, table, index).await,
            checkpoint: read(store.checkpoint(table).await),
            queue: queued(store, &table.projection, Timestamp::MAX).await,
            timers: due(store, Timestamp::MAX).await,
            command: read(store.command(&Tenant::default(), command).await),
            head: read(store.head().await),
        }
    }
}

impl Seen {
    /// Asserts that all is seen as it was before, and says what is not.
    #[track_caller]
    pub(super) fn assert_same(&self, before: &Self, promise: &str) {
        alike(&self.log, &before.log, promise);
        alike(&self.streams, &before.streams, promise);
        alike(&self.snapshots, &before.snapshots, promise);
        alike(&self.rows, &before.rows, promise);
        alike(&self.by_index, &before.by_index, promise);
        alike(&self.queue, &before.queue, promise);
        alike(&self.timers, &before.timers, promise);
        assert_eq!(self.checkpoint, before.checkpoint, "{promise}");
        assert_eq!(self.command, before.command, "{promise}");
        assert_eq!(self.head, before.head, "{promise}");
    }
}

/// Asserts that two lists are alike, and says where they first are not.
#[track_caller]
pub(super) fn alike<T: PartialEq + Debug>(seen: &[T], expected: &[T], promise: &str) {
    let differ = seen.iter().zip(expected).position(|(one, two)| one != two);
    if let Some(place) = differ {
        assert_eq!(
            seen[place], expected[place],
            "{promise}; the first difference is at {place}"
        );
    }
    assert_eq!(
        seen.len(),
        expected.len(),
        "{promise}; all is alike up to the shorter one's end"
    );
}

/// What `count` tasks come to that commit at once, each the batch that `batch` makes of its number.
pub(super) async fn race<S: EventStore>(
    store: &Arc<S>,
    count: usize,
    batch: impl Fn(usize) -> Batch,
) -> Vec<Result<Committed, CommitError>> {
    let start = Arc::new(Barrier::new(count));
    let mut racers = JoinSet::new();
    for number in 0..count {
        let (store, start, batch) = (Arc::clone(store), Arc::clone(&start), batch(number));
        racers.spawn(async move {
            start.wait().await;
            store.commit(batch).await
        });
    }
    racers.join_all().await
}

/// Of the results of a race, the one winner's; the others were all refused as `is_lost` says.
pub(super) fn one_winner(
    results: Vec<Result<Committed, CommitError>>,
    expected: &str,
    is_lost: impl Fn(&CommitError) -> bool,
) -> Committed {
    let mut winners = Vec::new();
    for result in results {
        match result {
            Ok(committed) => winners.push(committed),
            Err(error) => assert!(
                is_lost(&error),
                "whoever loses a race is refused with {expected}, but: {error:?}"
            ),
        }
    }
    assert_eq!(winners.len(), 1, "of racers exactly one wins: {winners:?}");
    winners[0]
}
