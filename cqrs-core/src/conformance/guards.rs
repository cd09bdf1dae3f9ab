//! Conditions on the log as a whole.

use super::given::{
    append, appends, at, commit, log_by, names, names_of, one_winner, race, read, refused, tagged,
};
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

/// A guard sees the events of those who append without one as well, also where they race: what it
/// let through stands before all that it forbids.
pub async fn a_guard_holds_against_appends_without_one<S: EventStore>(store: S) {
    const RACERS: usize = 24;
    let store = Arc::new(store);
    for round in 0..10 {
        let seat = format!("{round}");
        let filter = LogFilter::names(["taken"]).tagged(tag("seat", &seat));
        let of = |name: &str| vec![tagged(name, &[("seat", &seat)])];
        let results = race(&store, RACERS, |racer| {
            let id = format!("{round}-{racer}");
            if racer % 3 > 0 {
                return appends([append(&id, at(0), of("taken"))]);
            }
            let mut batch = appends([append(&id, at(0), of("guarded"))]);
            batch.guards = vec![Guard {
                filter: filter.clone(),
                after: Position::ZERO,
            }];
            batch
        })
        .await;
        for result in results {
            match result {
                Ok(_) | Err(CommitError::Guarded { .. }) => {}
                Err(error) => panic!("a racer is kept, or refused with Guarded, but: {error:?}"),
            }
        }
        let late = guarded(&format!("{round}-late"), filter.clone(), Position::ZERO);
        refused(&*store, late, "Guarded", |error| {
            matches!(error, CommitError::Guarded { .. })
        })
        .await;
        let of_round = log_by(&*store, &LogFilter::all().tagged(tag("seat", &seat))).await;
        let names = names_of(&of_round);
        let first_taken = names.iter().position(|name| name == "taken");
        let last_guarded = names.iter().rposition(|name| name == "guarded");
        assert!(
            last_guarded < first_taken,
            "a guard sees what was appended without one: {names:?}"
        );
        assert_eq!(
            names.iter().filter(|name| *name == "taken").count(),
            RACERS - RACERS.div_ceil(3),
            "whoever appends without a guard is not refused"
        );
    }
}
