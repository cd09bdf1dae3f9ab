//! What is seen of a batch, by whom, and when.

use super::given::{
    BY_KEY, accepted, ack, append, appends, at, commit, due, event, events_of, key, log_by, moved,
    one, put, queued, read, row, rows_by, snapshot, snapshot_of, stream, table, timer,
};
use crate::log::{CommandId, Data, LogFilter, Name, Position, Tenant, Timestamp, Version};
use crate::store::{
    Append, Batch, EventStore, LogQuery, QueueQuery, RowQuery, StoredRow, StreamQuery, Table,
};
use std::future::{Future, poll_fn};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::Poll;
use tokio::task::{JoinSet, yield_now};
use uuid::Uuid;

/// A read shows all of a batch that it asks for, or nothing of it; and what one read showed, every
/// later one shows too, whatever it asks for.
pub async fn a_batch_is_seen_whole_or_not_at_all<S: EventStore>(store: S) {
    const BATCHES: u64 = 60;
    let store = Arc::new(store);
    let acknowledged = Arc::new(AtomicBool::new(false));
    let mut readers = JoinSet::new();
    for _ in 0..4 {
        let (store, acknowledged) = (Arc::clone(&store), Arc::clone(&acknowledged));
        readers.spawn(async move {
            let mut seen = 0;
            loop {
                let last = acknowledged.load(Ordering::SeqCst);
                seen = look(&*store, seen).await;
                if last {
                    return seen;
                }
                yield_now().await;
            }
        });
    }
    for number in 1..=BATCHES {
        accepted(store.commit(of(number)).await);
        yield_now().await;
    }
    acknowledged.store(true, Ordering::SeqCst);
    for seen in readers.join_all().await {
        assert_eq!(seen, BATCHES, "what was acknowledged is seen");
    }
}

/// A batch of all kinds of things, each of which says its number.
fn of(number: u64) -> Batch {
    let table = table("rows");
    let text = number.to_string();
    let write = |key: &str| row(&table, key, &text, Vec::new());
    Batch {
        command: Some(key("", id(number), &text)),
        rows: vec![write("k0"), write("k1")],
        checkpoints: vec![moved(&table, number - 1, number)],
        acks: vec![ack("queue", message(number - 1))],
        puts: vec![put("queue", message(number), &text, None)],
        timers: vec![timer("owner", "t", 1, &text)],
        ..appends(["a", "b"].map(|id| Append {
            snapshot: Some(Box::new(snapshot(number, &text))),
            ..append(id, at(number - 1), vec![event("pair")])
        }))
    }
}

fn id(number: u64) -> CommandId {
    CommandId::derived(["seen", &number.to_string()])
}

fn message(number: u64) -> Uuid {
    Uuid::from_u128(number.into())
}

/// Reads one thing after the other, each of which shows the batch of that number or a later one,
/// and tells the last number that it saw.
async fn look(store: &impl EventStore, before: u64) -> u64 {
    let table = table("rows");
    let mut seen = before;
    let mut later = |number: u64, what: &str| {
        assert!(
            number >= seen,
            "what was seen is seen again: {what} showed batch {number} after {seen}"
        );
        seen = number;
    };
    later(read(store.checkpoint(&table).await).get(), "a checkpoint");
    later(number_of(&found(store, &table).await), "rows by their keys");
    later(number_of(&rows_by(store, &table, BY_KEY).await), "rows");
    let messages = queued(store, "queue", Timestamp::MAX).await;
    assert!(
        messages.len() <= 1,
        "a batch is seen whole: it takes a message as it puts another"
    );
    let number = messages.first().map_or(0, |it| it.id.as_u128());
    later(u64::try_from(number).unwrap_or(0), "a queue");
    let timers = due(store, Timestamp::MAX).await;
    let number = timers.first().map_or(0, |timer| number_in(&timer.body));
    later(number, "the timers");
    if number > 0 {
        let kept = read(store.command(&Tenant::default(), id(number)).await);
        assert!(kept.is_some(), "what was seen is seen again: its command");
    }
    let events = log_by(store, &LogFilter::names(["pair"])).await;
    assert_eq!(
        events.len() % 2,
        0,
        "a batch is seen whole: its events are in the log together"
    );
    later(events.len() as u64 / 2, "the log");
    for stream_id in ["a", "b"] {
        let events = events_of(store, &stream(stream_id)).await;
        later(events.len() as u64, "a stream");
        let snapshot = snapshot_of(store, &stream(stream_id)).await;
        later(snapshot.map_or(0, |it| it.version.get()), "a snapshot");
    }
    later(read(store.checkpoint(&table).await).get(), "a checkpoint");
    seen
}

async fn found(store: &impl EventStore, table: &Table) -> Vec<StoredRow> {
    let keys = ["k0", "k1"].map(str::to_owned);
    let rows = read(store.rows_of(table, &keys).await);
    rows.into_iter().flatten().collect()
}

/// The number that both rows say; 0, if there are none.
fn number_of(rows: &[StoredRow]) -> u64 {
    let numbers: Vec<u64> = rows.iter().map(|row| number_in(&row.data)).collect();
    match numbers[..] {
        [] => 0,
        [one, other] if one == other => one,
        _ => panic!("a batch is seen whole: its rows say {numbers:?}"),
    }
}

fn number_in(data: &Data) -> u64 {
    let text = data.as_bytes().and_then(|data| str::from_utf8(data).ok());
    text.and_then(|text| text.parse().ok()).unwrap_or(0)
}

/// A store goes on as if nothing had been asked where a future is dropped, however far it had come:
/// reads leave nothing locked or taken, and commits are kept.
pub async fn futures_that_are_dropped_leave_nothing_behind<S: EventStore>(store: S) {
    const ROUNDS: u64 = 40;
    commit(&store, of(1)).await;
    let table = table("rows");
    let keys = ["k0".to_owned()];
    let mut commits = 0;
    for polls in 0..5 {
        for _ in 0..ROUNDS {
            dropped(store.commit(one("c", at(commits), "e")), polls).await;
            commits += 1;
            dropped(store.stream(stream_query()), polls).await;
            dropped(store.snapshot(&stream("a")), polls).await;
            dropped(store.log(log_query()), polls).await;
            dropped(store.head(), polls).await;
            dropped(store.grown(Position::ZERO), polls).await;
            dropped(store.grown(Position::from(u64::MAX)), polls).await;
            dropped(store.command(&Tenant::default(), id(1)), polls).await;
            dropped(store.rows_of(&table, &keys), polls).await;
            dropped(store.rows(RowQuery::all(table.clone(), BY_KEY)), polls).await;
            dropped(store.count(&table, &[]), polls).await;
            dropped(store.checkpoint(&table), polls).await;
            dropped(store.queued(queue_query()), polls).await;
            dropped(store.timers_due(Timestamp::MAX, 9), polls).await;
        }
    }
    commit(&store, one("c", at(commits), "last")).await;
    assert_eq!(
        events_of(&store, &stream("c")).await.len() as u64,
        commits + 1,
        "a commit whose future is dropped is kept, and kept once"
    );
    assert_eq!(
        look(&store, 1).await,
        1,
        "a store goes on where futures are dropped"
    );
}

/// Polls a future so many times, and drops it.
async fn dropped<F: Future>(future: F, polls: usize) {
    let mut future = Box::pin(future);
    for _ in 0..polls {
        let ready = poll_fn(|context| Poll::Ready(future.as_mut().poll(context).is_ready())).await;
        if ready {
            return;
        }
        yield_now().await;
    }
}

fn stream_query() -> StreamQuery {
    StreamQuery {
        stream: stream("a"),
        after: Version::ZERO,
        limit: 9,
    }
}

fn log_query() -> LogQuery {
    LogQuery {
        after: Position::ZERO,
        through: None,
        filter: LogFilter::all(),
        limit: 9,
    }
}

fn queue_query() -> QueueQuery {
    QueueQuery {
        queue: Name::from("queue"),
        after: 0,
        at: Timestamp::MAX,
        limit: 9,
    }
}
