//! The log and the streams, page by page, and whoever waits for them to grow.

use super::given::{
    accepted, alike, append, appends, at, commit, event, events_of, log as whole, log_by, names_of,
    one, read, refused, stream, tagged,
};
use crate::log::{Data, EventId, LogFilter, Position, RecordedEvent, Tag, Version};
use crate::message::EventType;
use crate::store::{CommitError, EventStore, Expect, FactQuery, Guard, LogQuery, StreamQuery};
use std::collections::HashMap;
use std::future::Future;
use std::sync::Arc;
use std::task::{Context, Waker};
use tokio::task::JoinSet;

/// Pages of whatever size, filter and end, put together, are what stands there; and a page says
/// truly how far it was looked through.
pub async fn pages_of_the_log_leave_nothing_out<S: EventStore>(store: S) {
    for number in 0..40_u64 {
        let name = if number % 3 == 0 { "third" } else { "other" };
        let count = number % 4 + 1;
        let events = (0..count)
            .map(|n| tagged(name, if n == 1 { &[("second", "yes")] } else { &[] }))
            .collect();
        commit(
            &store,
            appends([append(&format!("{}", number % 5), Expect::Any, events)]),
        )
        .await;
    }
    let all = whole(&store).await;
    let head = read(store.head().await);
    assert_eq!(
        all.last().map(|last| last.recorded().position),
        Some(head),
        "the head is the position of the last event"
    );
    let middle = all[all.len() / 2].recorded().position;
    let filters = [
        LogFilter::all(),
        LogFilter::names(["third"]),
        LogFilter::names(["third", "none", "other"]),
        LogFilter::names(["none"]),
        LogFilter::all().tagged(Tag::new("second", "yes")),
        LogFilter::names(["other"]).tagged(Tag::new("second", "yes")),
    ];
    for filter in filters {
        for through in [None, Some(middle), Some(Position::from(u64::MAX))] {
            let end = through.map_or(head, |through| through.min(head));
            let expected: Vec<EventId> = all
                .iter()
                .filter(|event| filter.takes(event) && event.recorded().position <= end)
                .map(|event| event.recorded().id)
                .collect();
            for limit in [1, 2, 7, 1_000] {
                let seen = paged(&store, &filter, through, limit, end).await;
                alike(
                    &seen,
                    &expected,
                    &format!(
                        "pages of the log leave nothing out and repeat nothing: {filter:?}, {limit} a page, through {through:?}"
                    ),
                );
            }
        }
    }
}

/// Reads to `end`, a page after the other.
async fn paged(
    store: &impl EventStore,
    filter: &LogFilter,
    through: Option<Position>,
    limit: usize,
    end: Position,
) -> Vec<EventId> {
    let mut seen = Vec::new();
    let mut after = Position::ZERO;
    while after < end {
        let query = LogQuery {
            after,
            through,
            filter: filter.clone(),
            limit,
        };
        let page = read(store.log(query).await);
        assert!(page.events.len() <= limit, "a page has its limit at most");
        assert!(
            after < page.through && page.through <= end,
            "a page is looked through further than the one before, and not beyond the end: {after}, {}, {end}",
            page.through
        );
        let last = page.events.last().map(|event| event.recorded().position);
        assert!(
            last.is_none_or(|last| last <= page.through),
            "a page is looked through up to its last event at least"
        );
        seen.extend(page.events.iter().map(|event| event.recorded().id));
        after = page.through;
    }
    seen
}

/// Pages of a stream, put together, are the stream.
pub async fn pages_of_a_stream_leave_nothing_out<S: EventStore>(store: S) {
    for number in 0..10 {
        commit(
            &store,
            appends([
                append("a", at(number * 2), vec![event("e"), event("e")]),
                append("b", Expect::Any, vec![event("e")]),
            ]),
        )
        .await;
    }
    for limit in [1, 2, 3, 20, 1_000] {
        let mut versions = Vec::new();
        loop {
            let query = StreamQuery {
                stream: stream("a"),
                after: Version::from(versions.len() as u64),
                limit,
            };
            let page = read(store.stream(query).await);
            if page.is_empty() {
                break;
            }
            assert!(page.len() <= limit, "a page has its limit at most");
            versions.extend(page.iter().map(|event| event.recorded().version.get()));
        }
        assert_eq!(
            versions,
            (1..=20).collect::<Vec<_>>(),
            "pages of a stream leave nothing out and repeat nothing"
        );
    }
}

/// What a fold reads of a stream are its events, page by page: with their envelopes where all were
/// asked for, and where an older version of the program wrote one.
pub async fn facts_of_a_stream_are_its_events<S: EventStore>(store: S) {
    const CHANGED: EventType = EventType {
        name: "changed",
        version: 2,
        former: &["renamed"],
    };
    let kinds = [
        ("same", 1),
        ("changed", 2),
        ("changed", 1),
        ("renamed", 2),
        ("same", 1),
        ("renamed", 1),
        ("unknown", 9),
    ];
    let id = stream("a");
    for number in 0..20 {
        let events = kinds.map(|(name, schema)| {
            let mut event = event(name);
            let long = if number % 7 == 6 { 50_000 } else { number };
            event.data = Data::from_bytes(format!("\"{}\"", "ü".repeat(long)).into_bytes());
            event.schema = schema;
            event
        });
        let events = events.into_iter().take(if number < 10 { 2 } else { 7 });
        commit(
            &store,
            appends([append("a", Expect::Any, events.collect())]),
        )
        .await;
    }
    let events = events_of(&store, &id).await;
    for (limit, envelopes) in [1, 2, 3, 64, 1_000]
        .into_iter()
        .flat_map(|limit| [(limit, false), (limit, true)])
    {
        let (mut seen, mut more) = (0, true);
        while more {
            let query = FactQuery {
                stream: id.clone(),
                after: Version::from(seen as u64),
                limit,
                events: &[CHANGED],
                envelopes,
            };
            let page = read(store.facts(query).await);
            assert!(page.len() <= limit, "a page has its limit at most");
            assert!(
                !page.is_empty() || seen == events.len(),
                "a page has facts where there are some"
            );
            for fact in page.iter() {
                let event = events.get(seen);
                let event = event.expect("a fold reads what the stream has, and no more");
                let recorded = event.recorded();
                assert_eq!(
                    (fact.name(), fact.version(), fact.position(), fact.data()),
                    (
                        event.name(),
                        recorded.version,
                        recorded.position,
                        event.data().as_bytes()
                    ),
                    "a fact is the event"
                );
                let older = CHANGED.names().any(|name| name == event.name())
                    && recorded.schema < CHANGED.version;
                match fact.recorded() {
                    Some(whole) => assert_eq!(whole, event, "an envelope is that of the event"),
                    None => assert!(
                        !envelopes && !older,
                        "an envelope that was asked for is there, and so is that of an older version"
                    ),
                }
                seen += 1;
            }
            assert_eq!(
                page.last().unwrap_or(Version::from(seen as u64)).get(),
                seen as u64,
                "a page ends with its last fact"
            );
            more = page.more();
        }
        assert_eq!(seen, events.len(), "facts leave nothing out");
    }
}

/// A filter takes the events that bear one of its names and all of its tags.
pub async fn filters_take_names_and_tags<S: EventStore>(store: S) {
    let events = vec![
        tagged("one", &[("a", "1"), ("b", "2")]),
        tagged("two", &[("a", "1"), ("a", "2")]),
        tagged("three", &[("a", "2"), ("b", "")]),
        tagged("four", &[]),
    ];
    commit(&store, appends([append("s", at(0), events)])).await;
    let tag = |name: &str, value: &str| Tag::new(name, value);
    let all = LogFilter::all;
    let cases: [(LogFilter, &[&str]); 12] = [
        (all(), &["one", "two", "three", "four"]),
        (LogFilter::names(["four", "one"]), &["one", "four"]),
        (LogFilter::names(["one", "one"]), &["one"]),
        (LogFilter::names(Vec::<String>::new()), &[]),
        (all().tagged(tag("a", "1")), &["one", "two"]),
        (all().tagged(tag("a", "1")).tagged(tag("a", "2")), &["two"]),
        (
            all().tagged(tag("a", "1")).tagged(tag("a", "1")),
            &["one", "two"],
        ),
        (all().tagged(tag("a", "1")).tagged(tag("b", "2")), &["one"]),
        (all().tagged(tag("b", "")), &["three"]),
        (all().tagged(tag("b", "1")), &[]),
        (all().tagged(tag("A", "1")), &[]),
        (
            LogFilter::names(["two", "three"]).tagged(tag("a", "1")),
            &["two"],
        ),
    ];
    for (filter, expected) in cases {
        assert_eq!(
            names_of(&log_by(&store, &filter).await),
            expected,
            "a filter takes one of its names and all of its tags: {filter:?}"
        );
    }
}

/// A filter may have more names and tags than a statement of a database may have parameters at
/// first sight, and so may a guard.
pub async fn filters_may_be_long<S: EventStore>(store: S) {
    let tags: Vec<(String, String)> = (0..40).map(|n| (format!("t{n}"), n.to_string())).collect();
    let tags: Vec<(&str, &str)> = tags.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    commit(
        &store,
        appends([append(
            "a",
            at(0),
            vec![
                tagged("n4999", &tags),
                tagged("n4999", &tags[1..]),
                event("n5000"),
            ],
        )]),
    )
    .await;
    let mut filter = LogFilter::names((0..5_000).map(|number| format!("n{number}")));
    assert_eq!(
        names_of(&log_by(&store, &filter).await),
        ["n4999", "n4999"],
        "a filter takes any of its names, however many"
    );
    for (name, value) in tags {
        filter = filter.tagged(Tag::new(name, value));
    }
    assert_eq!(
        names_of(&log_by(&store, &filter).await),
        ["n4999"],
        "a filter demands all of its tags, however many"
    );
    let mut guarded = one("b", at(0), "b");
    guarded.guards = vec![Guard {
        filter,
        after: Position::ZERO,
    }];
    let expected = "Guarded, however long the filter";
    refused(&store, guarded, expected, |error| {
        matches!(error, CommitError::Guarded { .. })
    })
    .await;
}

/// Positions are one total order in which a stream's events stand by version, and are what commits
/// answered.
pub async fn positions_grow_and_are_as_acknowledged<S: EventStore>(store: S) {
    assert_eq!(
        read(store.head().await),
        Position::ZERO,
        "the head of an empty log is zero"
    );
    let store = Arc::new(store);
    let mut writers = JoinSet::new();
    for writer in 0..8 {
        let store = Arc::clone(&store);
        writers.spawn(async move {
            let mut acknowledged = Vec::new();
            for number in 0..20 {
                let to = format!("{}", (writer + number) % 3);
                let events = vec![event("e"), event("e")];
                let last = events[1].id;
                let batch = appends([append(&to, Expect::Any, events)]);
                let committed = accepted(store.commit(batch).await);
                acknowledged.push((last, committed));
            }
            acknowledged
        });
    }
    let acknowledged = writers.join_all().await;
    let events = whole(&*store).await;
    assert!(
        events
            .windows(2)
            .all(|pair| pair[0].recorded().position < pair[1].recorded().position),
        "positions grow, and none comes twice"
    );
    let by_id: HashMap<EventId, &RecordedEvent> = events
        .iter()
        .map(|event| (event.recorded().id, event))
        .collect();
    for (id, committed) in acknowledged.into_iter().flatten() {
        let recorded = by_id[&id].recorded();
        assert_eq!(
            (recorded.position, recorded.version),
            (committed.position, committed.version),
            "an event stands where its commit said"
        );
    }
    for id in ["0", "1", "2"] {
        let of_log: Vec<&RecordedEvent> = events
            .iter()
            .filter(|event| event.recorded().stream == stream(id))
            .collect();
        let of_stream = events_of(&*store, &stream(id)).await;
        assert!(
            of_log.into_iter().eq(&of_stream),
            "the events of a stream stand in the log by version"
        );
    }
    assert_eq!(
        events.last().map(|event| event.recorded().position),
        Some(read(store.head().await)),
        "the head is the position of the last event"
    );
}

/// Whoever waits for events after a position is told of them: at once if they are there, else when
/// they come.
pub async fn whoever_waits_for_growth_is_woken<S: EventStore>(store: S) {
    let store = Arc::new(store);
    for round in 0..20 {
        let head = read(store.head().await);
        let mut waiting = JoinSet::new();
        for _ in 0..8 {
            let store = Arc::clone(&store);
            waiting.spawn(async move {
                // it may wake too early, but then must be asked again
                while read(store.head().await) <= head {
                    read(store.grown(head).await);
                }
            });
        }
        {
            let mut dropped = Box::pin(store.grown(head));
            let _ = dropped
                .as_mut()
                .poll(&mut Context::from_waker(Waker::noop()));
        }
        for _ in 0..round % 4 {
            tokio::task::yield_now().await;
        }
        commit(&*store, one("a", at(round), "e")).await;
        waiting.join_all().await;
        read(store.grown(head).await);
        read(store.grown(Position::ZERO).await);
    }
}
