//! What is too much, what names nothing, and numbers at their ends.

use super::given::{
    BY_KEY, Seen, alike, append, appends, at, commit, due, event, events_of, keys_by, log,
    odd_texts, one, put, puts, queued, read, refused, row, rows, stream, table, tagged, timer,
    timers,
};
use crate::log::{
    CommandId, Data, LogFilter, MAX_EVENT_BYTES, Metadata, Name, Position, Timestamp, Version,
};
use crate::projection::IndexKey;
use crate::store::{
    Batch, CommitError, EventStore, Expect, LogQuery, MAX_BATCH_BYTES, MAX_BATCH_EVENTS,
    MAX_INDEX_BYTES, MAX_METADATA_BYTES, Measured, NewEvent, QueueQuery, RowOrder, RowQuery,
    StreamQuery,
};
use std::collections::BTreeMap;
use uuid::Uuid;

fn sized(bytes: usize) -> NewEvent {
    NewEvent {
        data: Data::from_bytes(vec![b' '; bytes]),
        ..event("e")
    }
}

async fn too_large(store: &impl EventStore, batch: Batch, measured: Measured) {
    let before = read(store.head().await);
    let expected = format!("TooLarge of {measured:?}");
    refused(store, batch, &expected, |error| {
        matches!(error, CommitError::TooLarge { measured: found, size }
            if *found == measured && *size > measured.limit())
    })
    .await;
    assert_eq!(
        read(store.head().await),
        before,
        "what is too large changes nothing"
    );
}

/// As much as a batch holds and so many bytes more, in messages and timers and what they are called.
fn full_but_for_events(more: usize) -> Batch {
    let bytes = MAX_BATCH_BYTES / 8 - 2;
    let body = |bytes: usize| Data::from_bytes(vec![b' '; bytes]);
    let mut batch = puts((0..4).map(|id| {
        let mut message = put("q", Uuid::from_u128((1 << 64) | id), "k", None);
        message.body = body(bytes);
        message
    }));
    batch.puts[3].body = body(bytes + more);
    let timers = ["a", "b", "c", "d"].map(|id| {
        let mut timer = timer("o", id, 1, "");
        timer.body = body(bytes);
        timer
    });
    batch.timers = timers.into();
    batch
}

/// What is as large as the limits say is kept, and what is larger by one is refused.
pub async fn what_is_too_large_is_refused<S: EventStore>(store: S) {
    let of = |events: Vec<NewEvent>| appends([append("a", Expect::Any, events)]);
    for bytes in [MAX_EVENT_BYTES - 1, MAX_EVENT_BYTES] {
        commit(&store, of(vec![sized(bytes)])).await;
        let kept = log(&store).await;
        let kept = kept.last().and_then(|event| event.data().as_bytes());
        assert_eq!(
            kept.map(<[u8]>::len),
            Some(bytes),
            "an event of the greatest size is kept"
        );
    }
    let large = of(vec![event("e"), sized(MAX_EVENT_BYTES + 1)]);
    too_large(&store, large, Measured::Event).await;

    let many = |count: usize| (0..count).map(|_| event("e")).collect::<Vec<_>>();
    commit(&store, of(many(MAX_BATCH_EVENTS))).await;
    too_large(&store, of(many(MAX_BATCH_EVENTS + 1)), Measured::Events).await;
    let spread = appends([
        append("a", Expect::Any, many(MAX_BATCH_EVENTS)),
        append("b", Expect::Any, many(1)),
    ]);
    too_large(&store, spread, Measured::Events).await;

    // nine events and the texts about them: one byte each, and none in the metadata
    let full = |bytes: usize| {
        let mut events: Vec<NewEvent> = (0..8).map(|_| sized(bytes / 8 - 1)).collect();
        events.push(sized(bytes % 8));
        events[8].name = Name::from("123456789");
        of(events)
    };
    let about = 8 + 9;
    commit(&store, full(MAX_BATCH_BYTES - about + 8)).await;
    too_large(&store, full(MAX_BATCH_BYTES - about + 9), Measured::Batch).await;

    let with = |metadata: Metadata| {
        let mut append = append("a", Expect::Any, vec![event("e")]);
        append.metadata = metadata;
        appends([append])
    };
    let metadata = |bytes: usize| Metadata {
        actor: Some("a".into()),
        custom: Some(BTreeMap::from([("k".to_owned(), "v".repeat(bytes - 2))]).into()),
        ..Metadata::of(CommandId::generate())
    };
    commit(&store, with(metadata(MAX_METADATA_BYTES))).await;
    let large = with(metadata(MAX_METADATA_BYTES + 1));
    too_large(&store, large, Measured::Metadata).await;

    let body = |bytes: usize| Data::from_bytes(vec![b' '; bytes]);
    let message = |bytes: usize| {
        let mut message = put("queue", Uuid::from_u128(bytes as u128), "k", None);
        message.body = body(bytes);
        puts([message])
    };
    commit(&store, message(MAX_EVENT_BYTES)).await;
    too_large(&store, message(MAX_EVENT_BYTES + 1), Measured::Message).await;
    let set = |bytes: usize| {
        let mut set = timer("owner", "t", 1, "");
        set.body = body(bytes);
        timers([set])
    };
    commit(&store, set(MAX_EVENT_BYTES)).await;
    too_large(&store, set(MAX_EVENT_BYTES + 1), Measured::Timer).await;
    commit(&store, full_but_for_events(0)).await;
    too_large(&store, full_but_for_events(1), Measured::Batch).await;
    let written = |bytes: usize| {
        let mut write = row(&table("rows"), "k", "", Vec::new());
        if let Some(row) = &mut write.row {
            row.data = body(bytes);
        }
        rows([write])
    };
    commit(&store, written(MAX_EVENT_BYTES)).await;
    too_large(&store, written(MAX_EVENT_BYTES + 1), Measured::Row).await;
    let indexed = |key: &str, texts: &[String]| {
        let texts = texts.iter().cloned().map(IndexKey::Text);
        rows([row(&table("indexed"), key, "{}", texts.collect())])
    };
    // of the greatest size everywhere, and different at the last byte
    let greatest = |last: &str| "x".repeat(MAX_INDEX_BYTES - 1) + last;
    let key = "k".repeat(512);
    commit(&store, indexed(&key, &[greatest("b"), greatest("c")])).await;
    commit(&store, indexed("k", &[greatest("a"), greatest("d")])).await;
    for (place, expected) in [(0, ["k", &key]), (1, [key.as_str(), "k"])] {
        let order = RowOrder::Index {
            place,
            descending: false,
        };
        assert_eq!(
            keys_by(&store, &table("indexed"), order).await,
            expected,
            "values of the greatest size are told apart and put in order"
        );
    }
    let large = "x".repeat(MAX_INDEX_BYTES + 1);
    too_large(&store, indexed("l", &[large]), Measured::Index).await;
}

/// A text that something is looked up by is one that may be an id; all such texts are kept.
pub async fn texts_that_nothing_is_kept_by_are_refused<S: EventStore>(store: S) {
    let all = |text: &str| -> Vec<(&'static str, Batch)> {
        vec![
            (
                "the name of an event",
                appends([append("a", Expect::Any, vec![event(text)])]),
            ),
            (
                "the name of a tag",
                appends([append("a", Expect::Any, vec![tagged("e", &[(text, "v")])])]),
            ),
            (
                "the value of a tag",
                appends([append("a", Expect::Any, vec![tagged("e", &[("t", text)])])]),
            ),
            ("a table", rows([row(&table(text), "k", "{}", Vec::new())])),
            (
                "the key of a row",
                rows([row(&table("rows"), text, "{}", Vec::new())]),
            ),
            ("a queue", puts([put(text, Uuid::from_u128(1), "k", None)])),
            (
                "the key of a message",
                puts([put("queue", Uuid::now_v7(), text, None)]),
            ),
            ("the owner of a timer", timers([timer(text, "t", 1, "")])),
            ("the id of a timer", timers([timer("owner", text, 1, "")])),
        ]
    };
    let rows_of = table("rows");
    let see = async || Seen::of(&store, &["a"], &rows_of, CommandId::generate()).await;
    let before = see().await;
    for text in [
        "a\0b",
        "\u{1}",
        "line\n",
        "\u{7f}",
        "\u{85}",
        &"x".repeat(513),
    ] {
        for (of, batch) in all(text) {
            let expected = format!("Text, as {of}: {text:?}");
            refused(&store, batch, &expected, |error| {
                matches!(error, CommitError::Text(_))
            })
            .await;
        }
    }
    see()
        .await
        .assert_same(&before, "a text that is refused changes nothing");

    let texts = odd_texts();
    for text in &texts {
        for (_, batch) in all(text) {
            commit(&store, batch).await;
        }
    }
    for text in &texts {
        let filter = LogFilter::names([text.as_str()]);
        let query = LogQuery {
            after: Position::ZERO,
            through: None,
            filter,
            limit: 9,
        };
        assert_eq!(
            read(store.log(query).await).events.len(),
            1,
            "the name of an event is told from others byte by byte: {text:?}"
        );
        let by_key = read(store.rows_of(&rows_of, std::slice::from_ref(text)).await);
        assert_eq!(
            by_key[0].as_ref().map(|row| &row.key),
            Some(text),
            "the key of a row is told from others byte by byte: {text:?}"
        );
        let other = read(store.rows_of(&table(text), &["k".to_owned()]).await);
        assert!(other[0].is_some(), "a table is told from others: {text:?}");
        assert_eq!(
            queued(&store, text, Timestamp::MAX).await.len(),
            1,
            "a queue is told from others byte by byte: {text:?}"
        );
    }
    let keys: Vec<String> = queued(&store, "queue", Timestamp::MAX)
        .await
        .into_iter()
        .map(|message| message.key)
        .collect();
    alike(&keys, &texts, "the key of a message is kept as it is");
    assert_eq!(
        due(&store, Timestamp::MAX).await.len(),
        texts.len() * 2,
        "timers are told from others byte by byte"
    );
}

/// Reads take any number, and answer with nothing where nothing is.
pub async fn reads_take_any_number<S: EventStore>(store: S) {
    commit(&store, one("a", at(0), "e")).await;
    commit(&store, rows([row(&table("rows"), "k", "{}", Vec::new())])).await;
    for beyond in [u64::MAX, 1 << 63, (1 << 63) - 1] {
        let query = StreamQuery {
            stream: stream("a"),
            after: Version::from(beyond),
            limit: usize::MAX,
        };
        assert!(
            read(store.stream(query).await).is_empty(),
            "a page of a stream beyond its end is empty"
        );
        let query = LogQuery {
            after: Position::from(beyond),
            through: Some(Position::from(u64::MAX)),
            filter: LogFilter::all(),
            limit: usize::MAX,
        };
        let page = read(store.log(query).await);
        assert_eq!(
            (page.events.len(), page.through.get()),
            (0, beyond),
            "a page beyond the head is empty, and goes back to nowhere"
        );
        let query = QueueQuery {
            queue: Name::from("queue"),
            after: beyond,
            at: Timestamp::MAX,
            limit: usize::MAX,
        };
        assert!(
            read(store.queued(query).await).is_empty(),
            "a page of a queue beyond its end is empty"
        );
    }
    let query = LogQuery {
        after: Position::ZERO,
        through: Some(Position::from(u64::MAX)),
        filter: LogFilter::all(),
        limit: usize::MAX,
    };
    let page = read(store.log(query).await);
    assert_eq!(
        page.events.len(),
        1,
        "a page of any number of events is read"
    );
    assert_eq!(
        page.through,
        read(store.head().await),
        "a page is looked through up to the head, not beyond"
    );
    let nothing = LogQuery {
        after: Position::ZERO,
        through: None,
        filter: LogFilter::all(),
        limit: 0,
    };
    let page = read(store.log(nothing).await);
    assert!(
        page.events.is_empty() && page.through < read(store.head().await),
        "a page of no events is looked through up to none"
    );
    let query = StreamQuery {
        stream: stream("a"),
        after: Version::ZERO,
        limit: 0,
    };
    assert!(
        read(store.stream(query).await).is_empty(),
        "a page of no events is empty"
    );
    let limited = |limit| RowQuery {
        limit: Some(limit),
        ..RowQuery::all(table("rows"), BY_KEY)
    };
    assert!(
        read(store.rows(limited(0)).await).is_empty(),
        "a page of no rows is empty"
    );
    assert_eq!(
        read(store.rows(limited(usize::MAX)).await).len(),
        1,
        "a page of any number of rows is read"
    );
    assert!(
        read(store.timers_due(Timestamp::MAX, 0).await).is_empty(),
        "a page of no timers is empty"
    );
    assert!(
        read(store.timers_due(Timestamp::MAX, usize::MAX).await).is_empty(),
        "a page of any number of timers is read"
    );
}

/// Beside the suite, for a store whose log has room for exactly two more events: it refuses what
/// does not fit, and keeps what does.
pub async fn a_log_at_its_end_does_not_grow<S: EventStore>(store: S) {
    let exhausted =
        async |count: usize| {
            let before = log(&store).await;
            let events = (0..count).map(|_| event("no")).collect();
            let batch = appends([append("a", Expect::Any, events)]);
            refused(&store, batch, "Exhausted", |error| {
            matches!(error, CommitError::Exhausted { stream: of } if *of == stream("a"))
        })
        .await;
            assert_eq!(
                log(&store).await,
                before,
                "what does not fit changes nothing"
            );
        };
    exhausted(3).await;
    commit(&store, one("b", at(0), "b1")).await;
    exhausted(2).await;
    commit(&store, one("b", at(1), "b2")).await;
    exhausted(1).await;
    commit(&store, appends([append("b", at(2), Vec::new())])).await;
    assert_eq!(
        events_of(&store, &stream("b")).await.len(),
        2,
        "what fits is kept"
    );
    let positions: Vec<Position> = log(&store)
        .await
        .iter()
        .map(|event| event.recorded().position)
        .collect();
    assert!(
        positions.is_sorted() && positions.last() == Some(&read(store.head().await)),
        "the log can be read up to its end"
    );
}
