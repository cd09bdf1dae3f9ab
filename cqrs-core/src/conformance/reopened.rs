//! What is there when a store is opened again.

use super::given::{
    Seen, append, appends, at, commit, event, key, moved, one as one_event, put, read, row,
    snapshot, table, timer,
};
use crate::log::{CommandId, Position};
use crate::projection::IndexKey;
use crate::store::{CommitError, EventStore};
use std::sync::Arc;
use tokio::sync::Barrier;
use tokio::task::JoinSet;
use uuid::Uuid;

/// Beside the suite, for a store that can be opened again: `open` opens one and the same each
/// time, empty at first. All that was acknowledged is there again, and the store goes on from it.
pub async fn what_was_acknowledged_is_there_again<S: EventStore>(open: impl AsyncFn() -> S) {
    let rows = table("rows");
    let id = CommandId::generate();
    let see = async |store: &S| Seen::of(store, &["a", "b"], &rows, id).await;
    let first = open().await;
    let identity = first.identity();
    for number in 0..10_u64 {
        let mut batch = appends([append("a", at(number * 2), vec![event("e"), event("f")])]);
        batch.rows = vec![row(
            &rows,
            &format!("{number}"),
            "1",
            vec![IndexKey::Int(1)],
        )];
        batch.checkpoints = vec![moved(&rows, number, number + 1)];
        batch.puts = vec![put("rows", Uuid::now_v7(), "k", Some(5))];
        batch.timers = vec![timer("owner", &format!("{number}"), 5, "1")];
        batch.command = (number == 5).then(|| key("", id, "1"));
        batch.appends[0].snapshot = (number < 8).then(|| Box::new(snapshot(number, "state")));
        commit(&first, batch).await;
    }
    let before = see(&first).await;
    drop(first);

    let second = open().await;
    assert_eq!(second.identity(), identity, "it is the same log");
    see(&second)
        .await
        .assert_same(&before, "all that was acknowledged is there again");
    let mut repeated = one_event("b", at(0), "no");
    repeated.command = Some(key("", id, "1"));
    assert!(
        commit(&second, repeated).await.repeated,
        "a command that comes again after the store was opened again has its effect once"
    );
    let committed = commit(&second, one_event("a", at(20), "e")).await;
    assert!(
        committed.position > before.head,
        "positions go on where they stood"
    );
    let growing = second.grown(before.head).await;
    read(growing);
    let last = see(&second).await;
    assert_eq!(
        last.log[..20],
        before.log[..],
        "events on record never change"
    );
    assert_eq!(last.log.len(), 21, "the log goes on where it stood");
}

/// Beside the suite: two stores that were made apart, both empty, are two logs. A log is told from
/// others by its identity, which never changes.
pub async fn logs_are_told_apart<S: EventStore>(one: S, other: S) {
    let before = (one.identity(), other.identity());
    assert_ne!(before.0, before.1, "each log has an identity of its own");
    commit(&one, one_event("a", at(0), "e")).await;
    let after = (one.identity(), other.identity());
    assert_eq!(before, after, "the identity of a log never changes");
    assert_eq!(
        read(other.head().await),
        Position::ZERO,
        "what is written to one log does not show in another"
    );
}

/// Beside the suite, for a store that several may have open at once, such as two processes: `open`
/// opens one and the same each time, empty at first. What one handle commits the others see and are
/// woken by, and of racers on different handles one wins.
pub async fn handles_on_one_log_agree<S: EventStore>(open: impl AsyncFn() -> S) {
    const ROUNDS: u64 = 20;
    let handles = [Arc::new(open().await), Arc::new(open().await)];
    let [one, other] = &handles;
    assert_eq!(one.identity(), other.identity(), "it is the same log");
    let rows = table("rows");
    for round in 0..ROUNDS {
        let head = read(other.head().await);
        let waiting = tokio::spawn({
            let other = Arc::clone(other);
            async move {
                while read(other.head().await) <= head {
                    read(other.grown(head).await);
                }
            }
        });
        let start = Arc::new(Barrier::new(8));
        let mut racers = JoinSet::new();
        for number in 0..8 {
            let store = Arc::clone(&handles[number % 2]);
            let (start, rows) = (Arc::clone(&start), rows.clone());
            racers.spawn(async move {
                let mut batch = one_event("a", at(round), "e");
                batch.appends[0].snapshot = Some(Box::new(snapshot(round, "state")));
                batch.checkpoints = vec![moved(&rows, round, round + 1)];
                batch.command = (number < 4).then(|| key("", command_of(round), "1"));
                start.wait().await;
                store.commit(batch).await
            });
        }
        let results = racers.join_all().await;
        let first = results.iter().flatten().filter(|it| !it.repeated).count();
        assert_eq!(first, 1, "of racers on two handles one wins: {results:?}");
        for refused in results.iter().filter_map(|result| result.as_ref().err()) {
            assert!(
                matches!(refused, CommitError::Conflict { .. }),
                "whoever loses a race on another handle is refused with Conflict, but: {refused:?}"
            );
        }
        waiting
            .await
            .expect("whoever waits is woken by a commit on another handle");
        for store in &handles {
            assert_eq!(
                read(store.checkpoint(&rows).await).get(),
                round + 1,
                "what one handle commits another sees"
            );
        }
    }
    let see = async |store: &S| Seen::of(store, &["a"], &rows, command_of(0)).await;
    see(one)
        .await
        .assert_same(&see(other).await, "two handles on one log show the same");
    assert_eq!(
        read(one.head().await),
        read(other.head().await),
        "two handles on one log show the same"
    );
}

fn command_of(round: u64) -> CommandId {
    CommandId::derived(["round", &round.to_string()])
}
