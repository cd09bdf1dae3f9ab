//! Whatever is committed and asked, two stores answer alike: the memory store and the probe.

use crate::faulty_store::{Fault, Faulty};
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
    NewEvent, NewSnapshot, QueueAck, QueuePut, QueueQuery, RowData, RowOrder, RowPlace, RowQuery,
    RowWrite, StreamQuery, Table, Timer, TimerCancel, TimerSet,
};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{TestCaseError, TestError, TestRunner};
use std::ops::Bound;

const STREAMS: [(&str, &str); 4] = [("", "a"), ("", "b"), ("", "A"), ("t", "a")];
const QUEUES: [&str; 2] = ["q", "r"];

const TENANTS: [&str; 2] = ["", "t"];

/// A batch, and the timers to cancel as they were read: by their places among all that ever were, from
/// the last on.
type Step = (Batch, Vec<usize>);

/// What is asked after a step.
#[derive(Debug, Clone)]
struct Look {
    filter: LogFilter,
    after: u64,
    through: Option<u64>,
    limit: usize,
    rows: Vec<RowQuery>,
    keys: Vec<String>,
    at: Timestamp,
}

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

fn snapshots() -> impl Strategy<Value = NewSnapshot> {
    (any::<u64>(), any::<u64>(), data()).prop_map(|(fingerprint, checksum, data)| NewSnapshot {
        fingerprint,
        checksum,
        data,
    })
}

fn appends() -> impl Strategy<Value = Append> {
    let expect = prop_oneof![
        5 => Just(Expect::Any),
        2 => (0..4_u64).prop_map(|version| Expect::Version(version.into())),
        1 => (0..4_u64).prop_map(|version| Expect::Event {
            version: version.into(),
            id: EventId::generate(),
        }),
    ];
    let events = vec(events(), 0..3);
    (
        select(STREAMS.to_vec()),
        expect,
        events,
        option::of(times()),
        option::of(texts()),
        option::weighted(0.3, snapshots()),
    )
        .prop_map(|(to, expect, events, occurred_at, actor, snapshot)| {
            let mut metadata = Metadata::of(CommandId::generate());
            metadata.actor = actor.map(Into::into);
            Append {
                stream: stream(to),
                expect,
                events: events.into(),
                occurred_at,
                metadata,
                snapshot: snapshot.map(Box::new),
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
        command in option::weighted(0.3, (select(TENANTS.to_vec()), 0..3_u128, 0..2_u8)),
    ) -> Batch {
        let mut batch = Batch::default();
        batch.appends = appends.into();
        if guarded {
            batch.guards = guards
                .into_iter()
                .map(|(filter, after)| Guard { filter, after: after.into() })
                .collect();
        }
        batch.command = command.map(|(tenant, number, body)| CommandKey {
            tenant: Tenant::new(tenant).unwrap(),
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
        moved in prop_oneof![
            5 => Just(Vec::new()),
            1 => vec((tables(), 0..3_u64, 0..3_u64), 1..3),
        ],
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

/// What a store answers to a step: an error by what it says. `read` are the timers that were ever
/// read from it.
async fn answer(store: &impl EventStore, (batch, seen): &Step, read: &mut Vec<Timer>) -> String {
    let mut batch = batch.clone();
    for timer in store.timers_due(Timestamp::MAX, 100).await.unwrap() {
        if !read.contains(&timer) {
            read.push(timer);
        }
    }
    for timer in seen
        .iter()
        .filter_map(|&place| read.iter().rev().nth(place))
    {
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

prop_compose! {
    fn looks()(
        filter in filters(),
        after in 0..6_u64,
        through in option::of(0..12_u64),
        limit in 0..4_usize,
        rows in vec(queries(), 3),
        keys in vec(texts(), 0..4),
        at in times(),
    ) -> Look {
        Look { filter, after, through, limit, rows, keys, at }
    }
}

/// All that a store shows of its log.
async fn log_shown(store: &impl EventStore, look: &Look) -> Vec<String> {
    let mut shown = vec![format!("head {:?}", store.head().await)];
    let filters = [
        (LogFilter::all(), 0, None, 1_000),
        (
            look.filter.clone(),
            look.after,
            look.through,
            look.limit.max(1),
        ),
    ];
    for (filter, after, through, limit) in filters {
        let mut after = Position::from(after);
        let through = through.map(Position::from);
        // stores may make pages of other sizes, but all together they are the same
        loop {
            let query = LogQuery {
                after,
                through,
                filter: filter.clone(),
                limit,
            };
            let page = store.log(query).await.unwrap();
            shown.extend(page.events.iter().map(told));
            if page.through <= after {
                break;
            }
            after = page.through;
        }
        shown.push(format!("through {after}"));
    }
    for to in STREAMS {
        for (after, limit) in [(0, 1_000), (look.after, look.limit)] {
            let query = StreamQuery {
                stream: stream(to),
                after: Version::from(after),
                limit,
            };
            let events = store.stream(query).await.unwrap();
            shown.push(format!("{} events of {to:?}", events.len()));
            shown.extend(events.iter().map(told));
        }
        let kept = store.snapshot(&stream(to)).await.unwrap();
        let state = kept.as_ref().and_then(|kept| kept.data.as_bytes());
        shown.push(format!("{kept:?} {state:?}"));
    }
    for tenant in TENANTS {
        let tenant = Tenant::new(tenant).unwrap();
        for number in 0..3 {
            let record = store.command(&tenant, id(number).into()).await;
            shown.push(format!("{record:?}"));
        }
    }
    shown
}

/// All that a store shows of its rows.
async fn rows_shown(store: &impl EventStore, look: &Look) -> Vec<String> {
    let mut shown = Vec::new();
    for version in [1, 2] {
        let table = Table {
            projection: Name::from_static("rows"),
            version,
        };
        shown.push(format!("{:?}", store.checkpoint(&table).await));
        let found = store.rows_of(&table, &look.keys).await.unwrap();
        shown.push(format!("{} rows of {:?}", found.len(), look.keys));
        for row in found {
            let row = row.map(|row| (row.key, row.data.as_bytes().map(<[u8]>::to_vec)));
            shown.push(format!("{row:?}"));
        }
        let mut orders = vec![RowOrder::Key { descending: false }];
        for (place, descending) in [(0, false), (0, true), (1, false), (1, true)] {
            orders.push(RowOrder::Index { place, descending });
        }
        let all = |&order| RowQuery {
            limit: Some(5),
            ..RowQuery::all(table.clone(), order)
        };
        let also = look.rows.iter().cloned().map(|query| RowQuery {
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
    shown
}

/// All that a store shows of what waits.
async fn waiting_shown(store: &impl EventStore, look: &Look) -> Vec<String> {
    let mut shown = Vec::new();
    for queue in QUEUES {
        for (limit, at) in [(100, Timestamp::MAX), (look.limit, look.at)] {
            let (mut after, mut all) = (0, Vec::new());
            loop {
                let query = QueueQuery {
                    queue: Name::from_static(queue),
                    after,
                    at,
                    limit,
                };
                let page = store.queued(query).await.unwrap();
                assert!(page.len() <= limit);
                let Some(last) = page.last() else { break };
                after = last.place; // which is the store's own
                all.extend(page);
            }
            shown.push(format!("{} in {queue} at {at}", all.len()));
            for it in all {
                let body = it.body.as_bytes();
                shown.push(format!("{} {:?} {body:?} {:?}", it.id, it.key, it.due));
            }
        }
    }
    for (limit, at) in [(100, Timestamp::MAX), (look.limit, look.at)] {
        let timers = store.timers_due(at, limit).await.unwrap();
        shown.push(format!("{} timers at {at}", timers.len()));
        for it in timers {
            let body = it.body.as_bytes();
            shown.push(format!("{} {:?} {body:?} {:?}", it.owner, it.id, it.due));
        }
    }
    shown
}

/// Runs a program on two stores, and tells where they first answer otherwise.
fn compare(
    one: &impl EventStore,
    other: &impl EventStore,
    program: &[(Step, Look)],
) -> Result<(), TestCaseError> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .unwrap();
    runtime.block_on(async {
        let mut read = (Vec::new(), Vec::new());
        for (step, look) in program {
            let answers = (
                answer(one, step, &mut read.0).await,
                answer(other, step, &mut read.1).await,
            );
            prop_assert_eq!(answers.0, answers.1);
            let shown = (log_shown(one, look).await, log_shown(other, look).await);
            prop_assert_eq!(shown.0, shown.1);
            let shown = (rows_shown(one, look).await, rows_shown(other, look).await);
            prop_assert_eq!(shown.0, shown.1);
            let shown = (
                waiting_shown(one, look).await,
                waiting_shown(other, look).await,
            );
            prop_assert_eq!(shown.0, shown.1);
        }
        Ok(())
    })
}

fn programs() -> impl Strategy<Value = Vec<(Step, Look)>> {
    vec((steps(), looks()), 1..12)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_committed_and_asked_two_stores_answer_alike(program in programs()) {
        compare(&Memory::new(), &Probe::in_memory(), &program)?;
    }
}

/// What the comparison is to find, each by a program of a few steps.
const FOUND: [Fault; 31] = [
    Fault::IgnoresVersions,
    Fault::KeepsHalfBatches,
    Fault::KeepsOneStream,
    Fault::IgnoresEmptyAppends,
    Fault::ForgetsCommands,
    Fault::ForgetsBodies,
    Fault::SharesCommandIds,
    Fault::IgnoresGuards,
    Fault::IgnoresTagsOfGuards,
    Fault::FoldsCase,
    Fault::IgnoresTenants,
    Fault::SortsTags,
    Fault::RoundsTimes,
    Fault::LosesLastOfPage,
    Fault::TakesAnyTag,
    Fault::AnswersBesides,
    Fault::MovesBlindly,
    Fault::LosesRows,
    Fault::OmitsAbsentRows,
    Fault::TurnsTies,
    Fault::KeysGoUpOnly,
    Fault::TakesBounds,
    Fault::LooksAtOneRange,
    Fault::CountsAllRows,
    Fault::MixesVersions,
    Fault::OrdersById,
    Fault::TakesWhenRead,
    Fault::PutsAgain,
    Fault::HandsOutEarly,
    Fault::FiresTwice,
    Fault::JudgesInAnotherOrder,
];

#[test]
fn a_store_with_a_fault_is_told_apart_by_a_short_program() {
    for fault in FOUND {
        // what a search ends with depends on what it found first
        let mut found = (0..4).map(|_| told_apart_by(fault));
        assert!(found.any(|program| program.len() <= 4), "{fault:?}");
    }
}

/// A program that tells a store with that fault apart, made as short as a search could.
fn told_apart_by(fault: Fault) -> Vec<(Step, Look)> {
    let config = ProptestConfig {
        cases: 5_000,
        failure_persistence: None,
        ..ProptestConfig::default()
    };
    let result = TestRunner::new(config).run(&programs(), |program| {
        compare(&Memory::new(), &Faulty::new(fault), &program)
    });
    match result {
        Err(TestError::Fail(_, program)) => program,
        other => panic!("{fault:?} is not found: {other:?}"),
    }
}
