//! What is there when a store is opened again.

use super::given::{
    Seen, append, appends, at, commit, event, key, moved, one as one_event, put, read, row, table,
    timer,
};
use crate::log::{CommandId, Position};
use crate::projection::IndexKey;
use crate::store::EventStore;
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
