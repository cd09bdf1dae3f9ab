//! Timers.

use super::given::{
    append, appends, at, cancel, commit, due, event, log, one_winner, race, read, refused, time,
    timer, timers,
};
use crate::log::{Data, Timestamp};
use crate::store::{Batch, CommitError, EventStore, Timer, TimerCancel};
use std::sync::Arc;

fn cancels(cancels: impl IntoIterator<Item = TimerCancel>) -> Batch {
    Batch {
        cancels: cancels.into_iter().collect(),
        ..Batch::default()
    }
}

fn ids(timers: &[Timer]) -> Vec<(&str, &str)> {
    timers
        .iter()
        .map(|timer| (timer.owner.as_str(), timer.id.as_str()))
        .collect()
}

/// Timers come when they are due, not before, the earliest first.
pub async fn timers_come_when_they_are_due<S: EventStore>(store: S) {
    assert!(
        due(&store, Timestamp::MAX).await.is_empty(),
        "where no timer is set none is due"
    );
    let fraction = Timestamp::from_nanosecond(7_000_000_001).expect("it is within time");
    let mut precise = timer("b", "precise", 0, "\0");
    precise.due = fraction;
    precise.body = Data::from_bytes(*b"\0\xff");
    commit(
        &store,
        timers([
            timer("b", "z", 5, "1"),
            timer("b", "a", 5, "2"),
            timer("a", "é", 5, "3"),
            timer("a", "z", 5, "4"),
            timer("c", "c", -5, "5"),
            precise.clone(),
        ]),
    )
    .await;
    let order = [
        ("c", "c"),
        ("a", "z"),
        ("a", "é"),
        ("b", "a"),
        ("b", "z"),
        ("b", "precise"),
    ];
    for (at, expected) in [
        (Timestamp::MIN, 0),
        (time(-6), 0),
        (time(-5), 1),
        (time(4), 1),
        (time(5), 5),
        (time(7), 5),
        (time(8), 6),
        (Timestamp::MAX, 6),
    ] {
        assert_eq!(
            ids(&due(&store, at).await),
            order[..expected],
            "timers come when they are due, the earliest first, at {at}"
        );
    }
    let all = due(&store, Timestamp::MAX).await;
    assert_eq!(
        (all[0].due, all[0].body.as_bytes()),
        (time(-5), Some(&b"5"[..])),
        "a timer is read as it was set"
    );
    assert!(
        all[5].due >= fraction && all[5].body == precise.body,
        "a timer is read as it was set, and never early"
    );
    let first = read(store.timers_due(time(5), 2).await);
    assert_eq!(first, all[..2], "a limit takes the earliest");
    assert_eq!(
        due(&store, Timestamp::MAX).await,
        all,
        "a timer is there until it is cancelled"
    );
}

/// A timer that is set again is replaced; cancelled, it is gone; and to cancel what is not there
/// changes nothing.
pub async fn a_timer_is_replaced_and_cancelled<S: EventStore>(store: S) {
    commit(
        &store,
        timers([timer("a", "t", 5, "1"), timer("b", "t", 6, "1")]),
    )
    .await;
    let before = due(&store, Timestamp::MAX).await;
    commit(&store, timers([timer("a", "t", 9, "2")])).await;
    assert_eq!(
        ids(&due(&store, time(8)).await),
        [("b", "t")],
        "a timer that is set again is not due as before"
    );
    let after = due(&store, Timestamp::MAX).await;
    assert_eq!(
        ids(&after),
        [("b", "t"), ("a", "t")],
        "a timer that is set again is replaced"
    );
    assert_eq!(
        after[1].body.as_bytes(),
        Some(&b"2"[..]),
        "a timer that is set again says what it was set to say"
    );
    assert!(
        after[1].place > before[0].place && after[1].place > before[1].place,
        "a timer that is set again has another place"
    );

    let expected = "TimerChanged, where it was set anew since it was read";
    let stale = cancels([cancel("a", "t", Some(before[0].place))]);
    refused(&store, stale, expected, |error| {
        matches!(error, CommitError::TimerChanged { owner, id }
            if (owner.as_str(), id.as_str()) == ("a", "t"))
    })
    .await;
    let absent = cancels([cancel("c", "t", Some(after[1].place))]);
    refused(&store, absent, expected, |error| {
        matches!(error, CommitError::TimerChanged { .. })
    })
    .await;
    assert_eq!(
        due(&store, Timestamp::MAX).await,
        after,
        "a batch that is refused changes nothing"
    );

    let both = Batch {
        timers: vec![timer("a", "t", 3, "3"), timer("a", "t", 4, "4")],
        ..cancels([cancel("a", "t", Some(after[1].place))])
    };
    commit(&store, both).await;
    let last = due(&store, Timestamp::MAX).await;
    assert_eq!(
        (ids(&last), last[0].due),
        (vec![("a", "t"), ("b", "t")], time(4)),
        "in one batch, cancellations come before timers, of which the last counts"
    );
    for _ in 0..2 {
        commit(
            &store,
            cancels([cancel("a", "t", None), cancel("none", "t", None)]),
        )
        .await;
        assert_eq!(
            ids(&due(&store, Timestamp::MAX).await),
            [("b", "t")],
            "a timer that is cancelled is gone, once and for all"
        );
    }
}

/// Of many that saw one timer due and commit its effect at once, one wins.
pub async fn of_racers_for_a_timer_one_wins<S: EventStore>(store: S) {
    let store = Arc::new(store);
    for round in 0..10 {
        commit(&*store, timers([timer("a", "t", round, "")])).await;
        let seen = due(&*store, time(round)).await[0].place;
        let results = race(&store, 16, |racer| Batch {
            cancels: vec![cancel("a", "t", Some(seen))],
            ..appends([append(&format!("{round}-{racer}"), at(0), vec![event("e")])])
        })
        .await;
        one_winner(results, "TimerChanged", |error| {
            matches!(error, CommitError::TimerChanged { .. })
        });
        assert!(
            due(&*store, Timestamp::MAX).await.is_empty(),
            "a timer that had its effect is gone"
        );
    }
    assert_eq!(log(&*store).await.len(), 10, "a timer has its effect once");
}
