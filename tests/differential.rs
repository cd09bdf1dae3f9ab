//! Whatever is committed, two stores answer alike: the memory store and the probe.

use crate::sqlite_probe::Probe;
use cqrs_core::Memory;
use cqrs_core::Uuid;
use cqrs_core::log::{
    CommandId, Data, EventId, Fingerprint, LogFilter, Metadata, Name, Position, RecordedEvent,
    StreamId, Tag, Tenant, Timestamp, Version,
};
use cqrs_core::projection::IndexKey;
use cqrs_core::store::{
    Append, Batch, CheckpointMove, CommandKey, EventStore, Expect, Guard, IndexRange, LogQuery,
    NewEvent, QueueAck, QueuePut, QueueQuery, RowData, RowOrder, RowPlace, RowQuery, RowWrite,
    StreamQuery, Table, TimerCancel, TimerSet,
};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use std::ops::Bound;

const STREAMS: [(&str, &str); 4] = [("", "a"), ("", "b"), ("", "A"), ("t", "a")];
const QUEUES: [&str; 2] = ["q", "r"];

/// A batch, and the timers to cancel as they were read: by their places among those that are due.
type Step = (Batch, Vec<usize>);

fn id(number: u128) -> Uuid {
    Uuid::from_u128(number)
}

fn stream((tenant, id): (&str, &str)) -> StreamId {
    StreamId::new(Tenant::new(tenant).unwrap(), "test", id).unwrap()
}

fn tables() -> impl Strategy<Value = Table> {
    (1..=2_u32).prop_map(|version| Table {
        projection: Name::from_static("rows"),
        version,
    })
}

fn texts() -> impl Strategy<Value = String> {
    prop_oneof![
        100 => select(vec!["x", "y", "X", "é", "%", "x'"]).prop_map(str::to_owned),
        1 => "[a-z\u{0}\u{e9}\u{1f980}]{0,3}",
    ]
}

fn tags() -> impl Strategy<Value = Vec<Tag>> {
    let tag = (select(vec!["s", "t"]), select(vec!["1", "2", ""]));
    vec(tag.prop_map(|(name, value)| Tag::new(name, value)), 0..3)
}

fn data() -> impl Strategy<Value = Data> {
    vec(any::<u8>(), 0..4).prop_map(Data::from_bytes)
}

fn times() -> impl Strategy<Value = Timestamp> {
    prop_oneof![
        (-3_000..3_000_i128).prop_map(|nanos| Timestamp::from_nanosecond(nanos).unwrap()),
        select(vec![Timestamp::MIN, Timestamp::MAX, Timestamp::UNIX_EPOCH]),
    ]
}

fn filters() -> impl Strategy<Value = LogFilter> {
    (option::of(vec(texts(), 0..3)), tags()).prop_map(|(names, tags)| LogFilter {
        names: names.map(|names| names.into_iter().map(Name::from).collect()),
        tags,
    })
}

fn events() -> impl Strategy<Value = NewEvent> {
    (texts(), any::<u32>(), data(), tags()).prop_map(|(name, schema, data, tags)| NewEvent {
        id: EventId::generate(),
        name: name.into(),
        schema,
        data,
        tags: tags.into_iter().collect(),
    })
}

fn appends() -> impl Strategy<Value = Append> {
    let expect = prop_oneof![
        5 => Just(Expect::Any),
        2 => (0..4_u64).prop_map(|version| Expect::Version(version.into())),
    ];
    let events = vec(events(), 0..3);
    (
        select(STREAMS.to_vec()),
        expect,
        events,
        option::of(times()),
        option::of(texts()),
    )
        .prop_map(|(to, expect, events, occurred_at, actor)| {
            let mut metadata = Metadata::of(CommandId::generate());
            metadata.actor = actor.map(Into::into);
            Append {
                stream: stream(to),
                expect,
                events: events.into(),
                occurred_at,
                metadata,
            }
        })
}

fn values() -> impl Strategy<Value = IndexKey> {
    prop_oneof![
        Just(IndexKey::Null),
        any::<bool>().prop_map(IndexKey::Bool),
        (-2..2_i128).prop_map(IndexKey::Int),
        any::<i128>().prop_map(IndexKey::Int),
        texts().prop_map(IndexKey::Text),
    ]
}

fn bounds() -> impl Strategy<Value = Bound<IndexKey>> {
    prop_oneof![
        values().prop_map(Bound::Included),
        values().prop_map(Bound::Excluded),
        Just(Bound::Unbounded),
    ]
}

prop_compose! {
    /// What may be asked of either table.
    fn queries()(
        index in option::of(0..3_usize),
        descending in any::<bool>(),
        within in vec((0..3_usize, bounds(), bounds()), 0..3),
        after in option::of((values(), texts())),
        limit in option::of(0..4_usize),
    ) -> RowQuery {
        let order = match index {
            None => RowOrder::Key { descending },
            Some(place) => RowOrder::Index { place, descending },
        };
        let within = within.into_iter();
        let table = Table { projection: Name::from_static("rows"), version: 1 };
        RowQuery {
            within: within
                .map(|(place, lower, upper)| IndexRange { place, lower, upper })
                .collect(),
            after: after.map(|(value, key)| RowPlace { value, key }),
            limit,
            ..RowQuery::all(table, order)
        }
    }
}

fn rows() -> impl Strategy<Value = RowWrite> {
    let row = (data(), vec(values(), 0..3)).prop_map(|(data, index)| RowData { data, index });
    (tables(), texts(), option::weighted(0.8, row)).prop_map(|(table, key, row)| RowWrite {
        table,
        key,
        row,
    })
}

fn puts() -> impl Strategy<Value = QueuePut> {
    (
        select(QUEUES.to_vec()),
        0..6_u128,
        texts(),
        data(),
        option::of(times()),
    )
        .prop_map(|(queue, number, key, body, due)| QueuePut {
            queue: Name::from_static(queue),
            id: id(number),
            key,
            body,
            due,
        })
}

fn timers() -> impl Strategy<Value = TimerSet> {
    (select(QUEUES.to_vec()), texts(), times(), data()).prop_map(|(owner, id, due, body)| {
        TimerSet {
            owner: Name::from_static(owner),
            id,
            due,
            body,
        }
    })
}

prop_compose! {
    fn log_part()(
        appends in vec(appends(), 0..3),
        guards in vec((filters(), 0..6_u64), 1..3),
        guarded in prop::bool::weighted(0.3),
        command in option::weighted(0.3, (0..3_u128, 0..2_u8)),
    ) -> Batch {
        let mut batch = Batch::default();
        batch.appends = appends.into();
        if guarded {
            batch.guards = guards
                .into_iter()
                .map(|(filter, after)| Guard { filter, after: after.into() })
                .collect();
        }
        batch.command = command.map(|(number, body)| CommandKey {
            tenant: Tenant::default(),
            id: id(number).into(),
            fingerprint: Fingerprint::of("test", 1, &[body]),
        });
        batch
    }
}

prop_compose! {
    fn steps()(
        mut batch in log_part(),
        rows in vec(rows(), 0..4),
        moved in option::weighted(0.15, (tables(), 0..3_u64, 0..3_u64)),
        acks in vec((select(QUEUES.to_vec()), 0..6_u128), 0..3),
        puts in vec(puts(), 0..3),
        cancels in vec((select(QUEUES.to_vec()), texts()), 0..2),
        timers in vec(timers(), 0..3),
        seen in vec(0..4_usize, 0..2),
    ) -> Step {
        batch.rows = rows;
        batch.checkpoints = moved
            .into_iter()
            .map(|(table, from, to)| CheckpointMove { table, from: from.into(), to: to.into() })
            .collect();
        batch.acks = acks
            .into_iter()
            .map(|(queue, number)| QueueAck { queue: Name::from_static(queue), id: id(number) })
            .collect();
        batch.puts = puts;
        batch.cancels = cancels
            .into_iter()
            .map(|(owner, id)| TimerCancel { owner: Name::from_static(owner), id, seen: None })
            .collect();
        batch.timers = timers;
        (batch, seen)
    }
}

/// What a store answers to a step: an error by what it says.
async fn answer(store: &impl EventStore, (batch, seen): &Step) -> String {
    let mut batch = batch.clone();
    let timers = store.timers_due(Timestamp::MAX, 100).await.unwrap();
    for timer in seen.iter().filter_map(|&place| timers.get(place)) {
        batch.cancels.push(TimerCancel {
            owner: timer.owner.clone(),
            id: timer.id.clone(),
            seen: Some(timer.place),
        });
    }
    format!("{:?}", store.commit(batch).await)
}

/// An event without the time at which this store happened to record it.
fn told(event: &RecordedEvent) -> String {
    let mut recorded = event.recorded().clone();
    if recorded.occurred_at == recorded.recorded_at {
        recorded.occurred_at = Timestamp::UNIX_EPOCH;
    }
    recorded.recorded_at = Timestamp::UNIX_EPOCH;
    format!("{recorded:?} {:?}", event.data().as_bytes())
}

/// All that a store shows.
async fn shown(
    store: &impl EventStore,
    filter: &LogFilter,
    asked: &[RowQuery],
    at: Timestamp,
) -> Vec<String> {
    let mut shown = vec![format!("{:?}", store.head().await)];
    for filter in [&LogFilter::all(), filter] {
        let query = LogQuery {
            after: Position::ZERO,
            through: None,
            filter: filter.clone(),
            limit: 1_000,
        };
        let page = store.log(query).await.unwrap();
        shown.push(format!("through {}", page.through));
        shown.extend(page.events.iter().map(told));
    }
    for to in STREAMS {
        let query = StreamQuery {
            stream: stream(to),
            after: Version::from(1),
            limit: 2,
        };
        let events = store.stream(query).await.unwrap();
        shown.extend(events.iter().map(told));
    }
    for version in [1, 2] {
        let table = Table {
            projection: Name::from_static("rows"),
            version,
        };
        shown.push(format!("{:?}", store.checkpoint(&table).await));
        let mut orders = vec![RowOrder::Key { descending: false }];
        for (place, descending) in [(0, false), (0, true), (1, false), (1, true)] {
            orders.push(RowOrder::Index { place, descending });
        }
        let all = |&order| RowQuery {
            limit: Some(5),
            ..RowQuery::all(table.clone(), order)
        };
        let also = asked.iter().cloned().map(|query| RowQuery {
            table: table.clone(),
            ..query
        });
        for query in orders.iter().map(all).chain(also) {
            shown.push(format!("{query:?}"));
            let count = store.count(&table, &query.within).await;
            shown.push(format!("{}", count.unwrap()));
            for row in store.rows(query).await.unwrap() {
                shown.push(format!("{:?} {:?}", row.key, row.data.as_bytes()));
            }
        }
    }
    for queue in QUEUES {
        let query = QueueQuery {
            queue: Name::from_static(queue),
            after: 0,
            at,
            limit: 100,
        };
        for it in store.queued(query).await.unwrap() {
            let body = it.body.as_bytes();
            shown.push(format!(
                "{queue} {} {:?} {body:?} {:?}",
                it.id, it.key, it.due
            ));
        }
    }
    for it in store.timers_due(at, 100).await.unwrap() {
        let body = it.body.as_bytes();
        shown.push(format!("{} {:?} {body:?} {:?}", it.owner, it.id, it.due));
    }
    for number in 0..3 {
        let record = store.command(&Tenant::default(), id(number).into()).await;
        shown.push(format!("{record:?}"));
    }
    shown
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_committed_two_stores_answer_alike(
        steps in vec((steps(), filters(), vec(queries(), 4), times()), 1..12),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let (memory, probe) = (Memory::new(), Probe::in_memory());
            for (step, filter, asked, at) in &steps {
                let answers = (answer(&memory, step).await, answer(&probe, step).await);
                prop_assert_eq!(answers.0, answers.1);
                let memory = shown(&memory, filter, asked, *at).await;
                let seen = (memory, shown(&probe, filter, asked, *at).await);
                prop_assert_eq!(seen.0, seen.1);
            }
            Ok(())
        })?;
    }
}
