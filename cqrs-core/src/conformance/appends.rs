//! Atomic batches, versions, the order of commits.

use super::given::{
    Seen, accepted, ack, alike, append, appends, at, cancel, commit, event, events_of, key, log,
    moved, names, names_of, no_row, one, one_winner, put, race, read, refused, row, snapshot,
    stream, table, timer,
};
use crate::log::{CommandId, Data, EventId, LogFilter, MAX_EVENT_BYTES, Position, Tenant, Version};
use crate::projection::IndexKey;
use crate::store::{
    Append, Batch, CommitError, EventStore, Expect, Guard, LogQuery, MAX_BATCH_EVENTS, NewEvent,
};
use std::future::Future;
use std::sync::Arc;
use std::task::{Context, Waker};
use tokio::task::JoinSet;
use uuid::Uuid;

/// A batch is kept whole or not at all, whichever of its conditions fails.
pub async fn a_refused_batch_changes_nothing<S: EventStore>(store: S) {
    let rows = table("rows");
    let mut before = one("b", at(0), "b1");
    before.rows = vec![row(&rows, "k", "1", vec![IndexKey::Int(1)])];
    before.checkpoints = vec![moved(&rows, 0, 5)];
    before.puts = vec![put("rows", Uuid::from_u128(1), "m", None)];
    before.timers = vec![timer("owner", "t", 5, "1")];
    before.command = Some(key("", taken(), "before"));
    before.appends[0].snapshot = Some(Box::new(snapshot(1, "of b1")));
    commit(&store, before).await;

    let see = async || Seen::of(&store, &["a", "b", "c"], &rows, free()).await;
    let seen = see().await;
    for (expected, batch) in spoiled() {
        refused(&store, batch, expected, |error| {
            format!("{error:?}").starts_with(expected)
        })
        .await;
        see().await.assert_same(
            &seen,
            &format!("a batch that is refused ({expected}) changes nothing"),
        );
    }

    commit(&store, of_everything()).await;
    let seen = see().await;
    let ids = |ids: &[&str]| -> Vec<String> { ids.iter().map(ToString::to_string).collect() };
    assert_eq!(
        (
            names_of(&seen.log),
            seen.streams.iter().map(Vec::len).collect()
        ),
        (ids(&["b1", "a1", "a2", "b2"]), vec![2, 2, 0]),
        "the appends of a batch are kept with it"
    );
    assert_eq!(
        (
            seen.rows.iter().map(|row| row.key.clone()).collect(),
            seen.by_index.len()
        ),
        (ids(&["j"]), 1),
        "the rows of a batch are kept with it"
    );
    assert_eq!(seen.checkpoint.get(), 9, "its checkpoints are kept with it");
    assert_eq!(
        seen.queue
            .iter()
            .map(|it| it.key.clone())
            .collect::<Vec<_>>(),
        ["n"],
        "the messages of a batch are kept with it"
    );
    assert_eq!(
        seen.timers
            .iter()
            .map(|it| it.id.clone())
            .collect::<Vec<_>>(),
        ["u"],
        "the timers of a batch are kept with it"
    );
    assert!(
        seen.command.is_some(),
        "the command of a batch is kept with it"
    );
    assert_eq!(
        seen.snapshots
            .iter()
            .map(|it| it.as_ref().map(|it| it.version.get()))
            .collect::<Vec<_>>(),
        [Some(2), Some(1), None],
        "the snapshots of a batch are kept with it"
    );
}

/// The id of a command that was accepted.
fn taken() -> CommandId {
    CommandId::derived(["taken"])
}

/// The id of a command that was not.
fn free() -> CommandId {
    CommandId::derived(["free"])
}

/// A batch of everything that a batch may hold.
fn of_everything() -> Batch {
    let rows = table("rows");
    Batch {
        command: Some(key("", free(), "everything")),
        guards: vec![Guard {
            filter: LogFilter::names(["a1"]),
            after: Position::ZERO,
        }],
        rows: vec![
            row(&rows, "j", "2", vec![IndexKey::Int(2)]),
            no_row(&rows, "k"),
        ],
        checkpoints: vec![moved(&rows, 5, 9)],
        acks: vec![ack("rows", Uuid::from_u128(1))],
        puts: vec![put("rows", Uuid::from_u128(2), "n", None)],
        cancels: vec![cancel("owner", "t", None)],
        timers: vec![timer("owner", "u", 6, "2")],
        ..appends([
            Append {
                snapshot: Some(Box::new(snapshot(2, "of a2"))),
                ..append("a", at(0), vec![event("a1"), event("a2")])
            },
            append("b", at(1), vec![event("b2")]),
        ])
    }
}

/// Such batches, each with one thing that is not as it should be, and the error that it leads to.
fn spoiled() -> Vec<(&'static str, Batch)> {
    let spoil = |expected, change: &dyn Fn(&mut Batch)| {
        let mut batch = of_everything();
        change(&mut batch);
        (expected, batch)
    };
    let rows = table("rows");
    let many = || (0..MAX_BATCH_EVENTS).map(|_| event("c")).collect();
    vec![
        spoil("Conflict", &|batch| batch.appends[1].expect = at(0)),
        spoil("Guarded", &|batch| {
            batch.guards[0].filter = LogFilter::names(["b1"]);
        }),
        spoil("CheckpointMoved", &|batch| {
            batch.checkpoints[0] = moved(&rows, 4, 9);
        }),
        spoil("TimerChanged", &|batch| {
            batch.cancels.push(cancel("owner", "none", Some(1)));
        }),
        spoil("CommandIdReused", &|batch| {
            batch.command = Some(key("", taken(), "everything"));
        }),
        spoil("StreamTwice", &|batch| {
            let twice = append("b", Expect::Any, vec![event("b3")]);
            batch.appends.push(twice);
        }),
        spoil("TooLarge", &|batch| {
            batch.appends.push(append("c", Expect::Any, many()));
        }),
        spoil("TooLarge", &|batch| {
            batch.timers[0].body = Data::from_bytes(vec![b' '; MAX_EVENT_BYTES + 1]);
        }),
        spoil("Text", &|batch| batch.rows[0].key.push('\0')),
    ]
}

/// Of several things that speak against a batch, the first in this order is told: what
/// [`Batch::prepare`] refuses; the command's id; then, each in the batch's own order, the streams,
/// the guards, the checkpoints, the timers.
pub async fn the_first_that_speaks_against_a_batch_is_told<S: EventStore>(store: S) {
    type Is = fn(&CommitError) -> bool;
    type Mend = fn(&mut Batch);
    let rows = table("rows");
    let mut before = one("b", at(0), "b1");
    before.checkpoints = vec![moved(&rows, 0, 5)];
    before.timers = vec![timer("owner", "t", 5, "1")];
    before.command = Some(key("", taken(), "before"));
    commit(&store, before).await;
    let guard = |names: &str| Guard {
        filter: LogFilter::names([names]),
        after: Position::ZERO,
    };
    let gone = |owner: &str| cancel(owner, "none", Some(1));
    let mut batch = Batch {
        command: Some(key("", taken(), "another")),
        guards: vec![guard("none"), guard("b1")],
        rows: vec![row(&rows, "\0", "2", Vec::new())],
        checkpoints: vec![
            moved(&table("others"), 0, 1),
            moved(&rows, 4, 9),
            moved(&table("others"), 7, 8),
        ],
        cancels: vec![cancel("owner", "t", None), gone("first"), gone("second")],
        ..appends([
            append("c", at(0), vec![event("c")]),
            append("b", at(7), vec![event("b")]),
            append("a", at(7), vec![event("a")]),
        ])
    };
    // each in turn is told, then mended
    let stages: [(&str, Is, Mend); 6] = [
        (
            "Text",
            |error| matches!(error, CommitError::Text(_)),
            |batch| batch.rows.clear(),
        ),
        (
            "CommandIdReused",
            |error| matches!(error, CommitError::CommandIdReused { .. }),
            |batch| batch.command = None,
        ),
        (
            "Conflict of the second stream",
            |error| matches!(error, CommitError::Conflict { stream: of, .. } if *of == stream("b")),
            |batch| batch.appends.truncate(1),
        ),
        (
            "Guarded by the second guard",
            |error| matches!(error, CommitError::Guarded { .. }),
            |batch| batch.guards.truncate(1),
        ),
        (
            "CheckpointMoved of the second checkpoint",
            |error| matches!(error, CommitError::CheckpointMoved { table, .. } if table.projection.as_str() == "rows"),
            |batch| batch.checkpoints.truncate(1),
        ),
        (
            "TimerChanged of the second timer",
            |error| matches!(error, CommitError::TimerChanged { owner, .. } if owner.as_str() == "first"),
            |batch| batch.cancels.truncate(1),
        ),
    ];
    for (expected, is_expected, mend) in stages {
        let first = format!("{expected}, which comes first");
        refused(&store, batch.clone(), &first, is_expected).await;
        mend(&mut batch);
    }
    commit(&store, batch).await;
}

/// A batch that is refused leaves no hole at which a reader stops, and moves nothing.
pub async fn what_is_refused_hides_nothing<S: EventStore>(store: S) {
    for round in 0..20_u64 {
        let before = read(store.head().await);
        for _ in 0..=round % 3 {
            let mut no = one("a", at(round), "no");
            if round % 2 == 0 {
                no.appends[0].expect = at(round + 1);
            } else {
                no.guards = vec![Guard {
                    filter: LogFilter::all(),
                    after: Position::ZERO,
                }];
            }
            let expected = "Conflict or Guarded";
            refused(&store, no, expected, |error| {
                matches!(
                    error,
                    CommitError::Conflict { .. } | CommitError::Guarded { .. }
                )
            })
            .await;
        }
        assert_eq!(
            read(store.head().await),
            before,
            "the head stays where it is when a batch is refused"
        );
        let committed = commit(&store, one("a", at(round), "yes")).await;
        read(store.grown(before).await);
        let query = LogQuery {
            after: before,
            through: None,
            filter: LogFilter::all(),
            limit: 9,
        };
        let page = read(store.log(query).await);
        assert_eq!(
            (names_of(&page.events), page.through),
            (vec!["yes".to_owned()], committed.position),
            "a reader goes past what was refused"
        );
    }
}

/// An event's id is its writer's own affair: no store looks for another event of the same id.
pub async fn an_events_id_is_not_judged<S: EventStore>(store: S) {
    let same = event("same");
    for id in ["a", "b"] {
        let events = vec![same.clone(), same.clone()];
        commit(&store, appends([append(id, at(0), events)])).await;
    }
    let ids = log(&store).await;
    let ids: Vec<EventId> = ids.iter().map(|event| event.recorded().id).collect();
    assert_eq!(ids, [same.id; 4], "events of one id are kept, each");
}

/// One batch appends to several streams, in its order, and to each once.
pub async fn one_batch_writes_to_several_streams<S: EventStore>(store: S) {
    let committed = commit(
        &store,
        appends([
            append("b", at(0), vec![event("b1"), event("b2")]),
            append("a", Expect::Any, vec![event("a1")]),
            append("c", at(0), vec![event("c1"), event("c2"), event("c3")]),
        ]),
    )
    .await;
    assert_eq!(
        committed.version.get(),
        2,
        "a commit answers with the version of its first append"
    );
    assert_eq!(
        names(&store).await,
        ["b1", "b2", "a1", "c1", "c2", "c3"],
        "the events of a batch stand in the log in the order of the batch"
    );
    let last = log(&store).await[5].recorded().position;
    assert_eq!(
        committed.position, last,
        "a commit answers with the position of its last event"
    );
}

/// The versions of a stream are 1, 2, 3, …, however many events come at once.
pub async fn versions_of_a_stream_have_no_gaps_or_repeats<S: EventStore>(store: S) {
    let mut expected = 0;
    for count in [1, 2, 7, 0, 100, 1] {
        for id in ["a", "b"] {
            let events = (0..count).map(|_| event("e")).collect();
            let committed = commit(&store, appends([append(id, at(expected), events)])).await;
            assert_eq!(
                committed.version.get(),
                expected + count,
                "a commit answers with the version that it led to"
            );
        }
        expected += count;
    }
    refused(&store, one("a", at(0), "no"), "Conflict", |error| {
        matches!(error, CommitError::Conflict { .. })
    })
    .await;
    for id in ["a", "b"] {
        let events = events_of(&store, &stream(id)).await;
        let versions: Vec<u64> = events
            .iter()
            .map(|event| event.recorded().version.get())
            .collect();
        alike(
            &versions,
            &(1..=expected).collect::<Vec<_>>(),
            "the versions of a stream are 1, 2, 3, … without gaps or repeats",
        );
    }
}

/// An append under a version is kept at that version alone; the refusal says both.
pub async fn an_append_is_kept_only_at_the_expected_version<S: EventStore>(store: S) {
    let refused_at = async |id: &str, expected: u64, actual: u64| {
        refused(
            &store,
            one(id, at(expected), "no"),
            "Conflict that says the stream, what was expected and what is",
            |error| match error {
                CommitError::Conflict {
                    stream: of,
                    expected: wanted,
                    actual: found,
                } => (of, wanted.get(), found.get()) == (&stream(id), expected, actual),
                _ => false,
            },
        )
        .await;
    };
    refused_at("a", 1, 0).await;
    commit(&store, one("a", at(0), "a1")).await;
    for wrong in [0, 2, u64::MAX, 1 << 63] {
        refused_at("a", wrong, 1).await;
    }
    commit(&store, one("a", at(1), "a2")).await;
    commit(&store, one("a", Expect::Any, "a3")).await;
    commit(&store, one("b", Expect::Any, "b1")).await;
    assert_eq!(
        names(&store).await,
        ["a1", "a2", "a3", "b1"],
        "an append is kept only at the expected version"
    );
}

/// An append that names the event it was decided on is kept only if that is the stream's last; also where
/// that event is still on its way, so that nobody decides on what is then refused.
pub async fn an_append_is_kept_only_behind_the_expected_event<S: EventStore>(store: S) {
    let behind = |version: u64, event: &NewEvent| Expect::Event {
        version: version.into(),
        id: event.id,
    };
    let follows = |to: &str, expect, event: &NewEvent| {
        store.commit(appends([append(to, expect, vec![event.clone()])]))
    };
    let [a1, a2, a3, a4, b1] = ["a1", "a2", "a3", "a4", "b1"].map(event);
    accepted(follows("a", at(0), &a1).await);
    accepted(follows("b", at(0), &b1).await);
    accepted(follows("a", behind(1, &a1), &a2).await);
    for (to, expect, wrong) in [
        ("a", behind(1, &a1), "an event that is not the last"),
        ("b", behind(2, &a2), "an event at another version"),
    ] {
        let refused = follows(to, expect, &a3).await;
        assert!(
            matches!(refused, Err(CommitError::Conflict { .. })),
            "{wrong} is a Conflict, and not {refused:?}"
        );
    }
    for (to, expect, wrong) in [
        ("a", behind(2, &a1), "another event at that version"),
        ("b", behind(1, &a1), "the last event of another stream"),
        ("c", behind(0, &a1), "an event of a stream that has none"),
    ] {
        let refused = follows(to, expect, &a3).await;
        let told = match &refused {
            Err(CommitError::OtherEvent {
                stream: of,
                version,
            }) => (of, Some(*version)) == (&stream(to), expect.version()),
            _ => false,
        };
        assert!(
            told,
            "{wrong} is an OtherEvent that says stream and version, and not {refused:?}"
        );
    }

    let first = follows("a", at(2), &a3);
    let second = follows("a", behind(3, &a3), &a4);
    accepted(first.await);
    accepted(second.await);
    let refused = follows("b", at(7), &a3);
    let built_on_it = follows("b", behind(1, &a3), &a4);
    let also = follows("b", behind(2, &a4), &a4);
    for refused in [refused.await, built_on_it.await, also.await] {
        assert!(
            refused.is_err(),
            "what is built on a refused append is refused"
        );
    }
    assert_eq!(
        names(&store).await,
        ["a1", "b1", "a2", "a3", "a4"],
        "an append is kept only behind the expected event"
    );
}

/// An append without events writes nothing, and is a condition on its stream.
pub async fn an_append_without_events_is_a_condition<S: EventStore>(store: S) {
    commit(&store, one("a", at(0), "a1")).await;
    let depends = |version| {
        appends([
            append("a", at(version), Vec::new()),
            append("b", Expect::Any, vec![event("b1")]),
        ])
    };
    refused(&store, depends(0), "Conflict", |error| {
        matches!(error, CommitError::Conflict { .. })
    })
    .await;
    let committed = commit(&store, depends(1)).await;
    assert_eq!(
        committed.version.get(),
        1,
        "an append without events leaves its stream at its version"
    );
    let nothing = commit(&store, appends([append("c", at(0), Vec::new())])).await;
    assert_eq!(
        (nothing.version, nothing.position),
        (Version::ZERO, committed.position),
        "a batch without events answers with the head of the log"
    );
    let empty = commit(&store, Batch::default()).await;
    assert_eq!(
        (empty.version, empty.position),
        (Version::ZERO, committed.position),
        "a batch without anything is kept, and answered with the head of the log"
    );
    assert_eq!(
        names(&store).await,
        ["a1", "b1"],
        "an append without events writes nothing"
    );
    commit(&store, one("c", at(0), "c1")).await;
}

/// Of many that append under one version at once, one wins, and the others write nothing.
pub async fn of_racers_for_a_version_one_wins<S: EventStore>(store: S) {
    const RACERS: usize = 64;
    const ROUNDS: u64 = 10;
    let store = Arc::new(store);
    for round in 0..ROUNDS {
        let results = race(&store, RACERS, |_| one("a", at(round), "e")).await;
        let winner = one_winner(results, "Conflict at the version after", |error| {
            matches!(error, CommitError::Conflict { expected, actual, .. }
                if (expected.get(), actual.get()) == (round, round + 1))
        });
        assert_eq!(
            winner.version.get(),
            round + 1,
            "whoever wins is answered with the next version"
        );
    }
    assert_eq!(
        log(&*store).await.len() as u64,
        ROUNDS,
        "whoever loses a race writes nothing"
    );
}

/// Batches over the same streams in opposite orders do not lock one another out.
pub async fn streams_written_in_opposite_orders_go_on<S: EventStore>(store: S) {
    const WRITERS: usize = 16;
    const BATCHES: usize = 20;
    let store = Arc::new(store);
    let mut writers = JoinSet::new();
    for writer in 0..WRITERS {
        let store = Arc::clone(&store);
        writers.spawn(async move {
            for batch in 0..BATCHES {
                let (one, other) = (writer % 4, (writer + 1 + batch % 3) % 4);
                let to = |id: usize| append(&id.to_string(), Expect::Any, vec![event("e")]);
                accepted(store.commit(appends([to(one), to(other)])).await);
                tokio::task::yield_now().await;
            }
        });
    }
    writers.join_all().await;
    assert_eq!(
        log(&*store).await.len(),
        WRITERS * BATCHES * 2,
        "no append is lost where streams are written in opposite orders"
    );
}

/// Batches take their place when `commit` is called, whenever and in whatever order they are awaited.
pub async fn commits_take_their_place_in_the_order_of_the_calls<S: EventStore>(store: S) {
    let mut commits = Vec::new();
    for number in 0..20_u64 {
        commits.push(store.commit(appends([
            append("a", at(number), vec![event(&format!("a{number}"))]),
            append(&format!("b{number}"), at(0), vec![event("b")]),
        ])));
    }
    for commit in commits.into_iter().rev() {
        accepted(commit.await);
    }
    let expected: Vec<String> = (0..20)
        .flat_map(|number| [format!("a{number}"), "b".to_owned()])
        .collect();
    alike(
        &names(&store).await,
        &expected,
        "batches stand in the order in which `commit` was called",
    );
}

/// To drop what `commit` returned does not take the batch back: it is kept whole, whether it was
/// polled before or not.
pub async fn a_commit_that_is_dropped_is_kept_all_the_same<S: EventStore>(store: S) {
    drop(store.commit(one("a", at(0), "first")));
    {
        let mut polled = Box::pin(store.commit(one("a", at(1), "second")));
        let _ = polled
            .as_mut()
            .poll(&mut Context::from_waker(Waker::noop()));
    }
    drop(store.commit(appends([
        append("a", at(2), vec![event("third")]),
        append("b", at(0), vec![event("fourth")]),
    ])));
    let seen = commit(&store, one("a", at(3), "fifth")).await;
    assert_eq!(
        seen.version.get(),
        4,
        "to drop what `commit` returned does not take the batch back"
    );
    assert_eq!(
        names(&store).await,
        ["first", "second", "third", "fourth", "fifth"],
        "to drop what `commit` returned does not take the batch back"
    );
    let unknown = store
        .command(&Tenant::default(), CommandId::generate())
        .await;
    assert!(matches!(unknown, Ok(None)), "the store can still be read");
}
