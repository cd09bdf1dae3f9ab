//! What is folded within commits.

use super::given::{
    append, appends, at, commit, event, log, one, race, read, refused, row, rows, table,
};
use crate::log::{LogFilter, Position};
use crate::store::{
    Batch, CheckpointMove, CommitError, EventStore, Expect, Inline, LogQuery, StoreError, Table,
    Within,
};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Weak};

/// Counts all events in one row, and has a row for each.
struct Counting {
    table: Table,
    /// How often it was asked to.
    folds: AtomicUsize,
}

const COUNT: &str = "count";

impl Counting {
    fn of(table: Table) -> Self {
        let folds = AtomicUsize::new(0);
        Self { table, folds }
    }
}

impl Inline for Counting {
    fn fold(&self, within: &mut dyn Within) -> Result<Batch, StoreError> {
        self.folds.fetch_add(1, Ordering::SeqCst);
        let (from, to) = (within.checkpoint(&self.table)?, within.head()?);
        let page = within.log(&LogQuery {
            after: from,
            through: None,
            filter: LogFilter::all(),
            limit: usize::MAX,
        })?;
        let before = within.rows_of(&self.table, &[COUNT.to_owned()])?;
        let before = before[0].as_ref().and_then(|row| row.data.as_bytes());
        let before = before.and_then(|data| std::str::from_utf8(data).ok()?.parse().ok());
        let count = before.unwrap_or(0) + page.events.len();
        let mut writes = vec![row(&self.table, COUNT, &count.to_string(), Vec::new())];
        for event in &page.events {
            let at = event.recorded().position.to_string();
            writes.push(row(&self.table, &at, "{}", Vec::new()));
        }
        let mut batch = rows(writes);
        let table = self.table.clone();
        batch.checkpoints.push(CheckpointMove { table, from, to });
        Ok(batch)
    }

    fn forget(&self) {}
}

/// What was counted, and up to where.
async fn counted<S: EventStore>(store: &S, of: &Counting) -> (usize, Position) {
    let rows = read(store.rows_of(&of.table, &[COUNT.to_owned()]).await);
    let data = rows[0].as_ref().and_then(|row| row.data.as_bytes());
    let count = data.and_then(|data| std::str::from_utf8(data).ok()?.parse().ok());
    let checkpoint = read(store.checkpoint(&of.table).await);
    (count.unwrap_or(0), checkpoint)
}

/// A store that folds projections within its commits keeps their rows with the events that led to them, each event
/// once, and for as long as they are there. One that does not do so says so, and need not.
pub async fn what_is_folded_within_commits_comes_with_them<S: EventStore>(store: S) {
    let counting = Arc::new(Counting::of(table("counting")));
    let weak: Weak<Counting> = Arc::downgrade(&counting);
    if !store.fold_within(weak) {
        return;
    }
    let first = commit(&store, one("a", Expect::Any, "first")).await;
    assert_eq!(
        counted(&store, &counting).await,
        (1, first.position),
        "rows and checkpoint are there with the commit"
    );
    let two = appends([
        append("a", at(1), vec![event("second"), event("third")]),
        append("b", at(0), vec![event("fourth")]),
    ]);
    let stands = (4, commit(&store, two).await.position);
    assert_eq!(
        counted(&store, &counting).await,
        stands,
        "of several streams"
    );
    let folds = counting.folds.load(Ordering::SeqCst);
    refused(&store, one("a", at(1), "late"), "Conflict", |error| {
        matches!(error, CommitError::Conflict { .. })
    })
    .await;
    commit(&store, rows([row(&table("others"), "k", "1", Vec::new())])).await;
    assert_eq!(
        counted(&store, &counting).await,
        stands,
        "what is refused, or appends nothing, changes nothing"
    );
    assert_eq!(
        counting.folds.load(Ordering::SeqCst),
        folds,
        "it is asked to fold only where events were appended"
    );

    let store = Arc::new(store);
    for round in 0..5 {
        race(&store, 16, |racer| {
            one(&format!("{round}-{racer}"), Expect::Any, "raced")
        })
        .await;
    }
    let events = log(&*store).await;
    let head = read(store.head().await);
    assert_eq!(
        counted(&*store, &counting).await,
        (events.len(), head),
        "each event counts once, whoever commits beside"
    );
    let keys: Vec<String> = events
        .iter()
        .map(|event| event.recorded().position.to_string())
        .collect();
    let each = read(store.rows_of(&counting.table, &keys).await);
    assert!(each.iter().all(Option::is_some), "no event was left out");

    let of = Counting::of(counting.table.clone());
    drop(counting);
    commit(&*store, one("a", Expect::Any, "later")).await;
    assert_eq!(
        counted(&*store, &of).await,
        (events.len(), head),
        "what is not there any more is not folded"
    );
}
