//! Conditions on the log as a whole.

use super::given::{append, appends, at, commit, names, one_winner, race, read, refused, tagged};
use crate::log::{LogFilter, Position, Tag};
use crate::store::{Batch, CommitError, EventStore, Guard};
use std::sync::Arc;

fn guarded(id: &str, filter: LogFilter, after: Position) -> Batch {
    let mut batch = appends([append(id, at(0), vec![tagged("probe", &[])])]);
    batch.guards = vec![Guard { filter, after }];
    batch
}

fn tag(name: &str, value: &str) -> Tag {
    Tag::new(name, value)
}

/// A guard is about the events that its filter takes: by name, by all its tags, by both.
pub async fn a_guard_sees_names_and_tags<S: EventStore>(store: S) {
    let written = vec![
        tagged("taken", &[("seat", "7a"), ("show", "1")]),
        tagged("freed", &[("seat", "7b")]),
        tagged("noted", &[]),
    ];
    commit(&store, appends([append("a", at(0), written)])).await;
    let forbidding = [
        LogFilter::all(),
        LogFilter::names(["noted"]),
        LogFilter::names(["none", "taken"]),
        LogFilter::all().tagged(tag("seat", "7a")),
        LogFilter::all()
            .tagged(tag("show", "1"))
            .tagged(tag("seat", "7a")),
        LogFilter::names(["taken"]).tagged(tag("seat", "7a")),
    ];
    for filter in forbidding {
        let batch = guarded("b", filter.clone(), Position::ZERO);
        refused(&store, batch, &format!("Guarded by {filter:?}"), |error| {
            matches!(error, CommitError::Guarded { .. })
        })
        .await;
    }
    let allowing = [
        LogFilter::names(["none"]),
        LogFilter::names(Vec::<String>::new()),
        LogFilter::names(["take", "Taken", "taken ", "tak%"]),
        LogFilter::names(["freed"]).tagged(tag("seat", "7a")),
        LogFilter::all()
            .tagged(tag("seat", "7b"))
            .tagged(tag("show", "1")),
        LogFilter::all().tagged(tag("seat", "1")),
        LogFilter::all().tagged(tag("show", "7a")),
        LogFilter::all().tagged(tag("seat", "7A")),
        LogFilter::all().tagged(tag("seat", "7_")),
    ];
    for (number, filter) in allowing.into_iter().enumerate() {
        commit(
            &store,
            guarded(&format!("c{number}"), filter, Position::ZERO),
        )
        .await;
    }
}

/// A guard is about what stands after its position, and says where the first of it stands. The
/// events of its own batch do not count.
pub async fn a_guard_sees_only_what_came_after<S: EventStore>(store: S) {
    let taken = || LogFilter::names(["taken"]).tagged(tag("seat", "7a"));
    let take = |id: &str, after: Position| {
        let mut batch = appends([append(id, at(0), vec![tagged("taken", &[("seat", "7a")])])]);
        batch.guards = vec![Guard {
            filter: taken(),
            after,
        }];
        batch
    };
    let first = commit(&store, take("a", Position::ZERO)).await.position;
    let expected = "Guarded at the first event that is forbidden";
    let second = commit(&store, take("b", first)).await.position;
    refused(
        &store,
        take("c", Position::ZERO),
        expected,
        |error| matches!(error, CommitError::Guarded { at } if *at == first),
    )
    .await;
    refused(
        &store,
        take("c", first),
        expected,
        |error| matches!(error, CommitError::Guarded { at } if *at == second),
    )
    .await;
    commit(&store, take("c", read(store.head().await))).await;
    commit(&store, take("d", Position::from(u64::MAX))).await;
    assert_eq!(
        names(&store).await.len(),
        4,
        "a guard is about what stands after its position"
    );

    let mut both = guarded("e", LogFilter::names(["never"]), Position::ZERO);
    both.guards.push(Guard {
        filter: taken(),
        after: Position::ZERO,
    });
    refused(&store, both, "Guarded, if any guard is broken", |error| {
        matches!(error, CommitError::Guarded { .. })
    })
    .await;
}

/// Of many that append under one guard at once, to streams of their own, one wins.
pub async fn of_racers_under_a_guard_one_wins<S: EventStore>(store: S) {
    let store = Arc::new(store);
    for round in 0..10 {
        let seat = format!("{round}");
        let results = race(&store, 32, |racer| {
            let taken = tagged("taken", &[("seat", &seat)]);
            let mut batch = appends([append(&format!("{round}-{racer}"), at(0), vec![taken])]);
            batch.guards = vec![Guard {
                filter: LogFilter::names(["taken"]).tagged(tag("seat", &seat)),
                after: Position::ZERO,
            }];
            batch
        })
        .await;
        one_winner(results, "Guarded", |error| {
            matches!(error, CommitError::Guarded { .. })
        });
    }
    assert_eq!(
        names(&*store).await.len(),
        10,
        "whoever loses a race writes nothing"
    );
}
