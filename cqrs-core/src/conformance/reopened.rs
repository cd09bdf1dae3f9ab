//! What is there when a store is opened again.

use super::given::{
    Seen, append, appends, at, commit, event, key, moved, one, put, read, row, table, timer,
};
use crate::log::CommandId;
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
    let mut repeated = one("b", at(0), "no");
    repeated.command = Some(key("", id, "1"));
    assert!(
        commit(&second, repeated).await.repeated,
        "a command that comes again after the store was opened again has its effect once"
    );
    let committed = commit(&second, one("a", at(20), "e")).await;
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
