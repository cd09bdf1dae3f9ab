//! The one atomic commit of a store, and its reads.

use cqrs_core::log::{
    CommandId, Data, EventId, Fingerprint, LogFilter, Metadata, Name, Position, StreamId, Tag,
    Tags, Tenant, Version,
};
use cqrs_core::projection::IndexKey;
use cqrs_core::store::{
    Append, Batch, CheckpointMove, CommandKey, CommitError, DynStore, EventStore, Expect, Guard,
    LogQuery, NewEvent, RowData, RowOrder, RowQuery, RowWrite, StreamQuery, Table, TransactionType,
};
use cqrs_core::{Memory, Uuid};
use cqrs_sqlite::{Sqlite, Transaction};
use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, Wake, Waker};

fn stream(id: &str) -> StreamId {
    StreamId::new(Tenant::default(), "test", id).unwrap()
}

fn event(name: &'static str, tags: &[(&'static str, &str)]) -> NewEvent {
    NewEvent {
        id: EventId::generate(),
        name: Name::from_static(name),
        schema: 1,
        data: Data::from_bytes(*b"{}"),
        tags: tags
            .iter()
            .map(|(name, value)| Tag::new(*name, value))
            .collect::<Tags>(),
    }
}

fn append(id: &str, expect: Expect, events: Vec<NewEvent>) -> Append {
    Append {
        stream: stream(id),
        expect,
        events: events.into(),
        occurred_at: None,
        metadata: Metadata::of(CommandId::generate()),
        snapshot: None,
    }
}

fn appends(appends: Vec<Append>) -> Batch {
    let mut batch = Batch::default();
    batch.appends = appends.into();
    batch
}

fn at(version: u64) -> Expect {
    Expect::Version(Version::from(version))
}

fn table() -> Table {
    Table {
        projection: Name::from_static("rows"),
        version: 1,
    }
}

fn row(key: &str, value: i128) -> RowWrite {
    let data = Data::from_bytes(value.to_string().into_bytes());
    let index = vec![IndexKey::Int(value)];
    RowWrite {
        table: table(),
        key: key.into(),
        row: Some(RowData { data, index }),
    }
}

async fn names(store: &impl EventStore) -> Vec<String> {
    let query = LogQuery {
        after: Position::ZERO,
        through: None,
        filter: LogFilter::all(),
        limit: 1_000,
    };
    let page = store.log(query).await.unwrap();
    page.events
        .iter()
        .map(|event| event.name().to_owned())
        .collect()
}

#[tokio::test]
async fn a_batch_is_kept_whole_or_not_at_all() {
    let store = Memory::new();
    store
        .commit(appends(vec![append("b", at(0), vec![event("b1", &[])])]))
        .await
        .unwrap();

    let mut batch = appends(vec![
        append("a", at(0), vec![event("a1", &[]), event("a2", &[])]),
        append("b", at(0), vec![event("b2", &[])]), // it is at 1
    ]);
    batch.rows.push(row("k", 1));
    batch.checkpoints.push(CheckpointMove {
        table: table(),
        from: Position::ZERO,
        to: Position::from(1),
    });
    let key = CommandKey {
        tenant: Tenant::default(),
        id: CommandId::generate(),
        fingerprint: Fingerprint::of("x", 1, b""),
    };
    batch.command = Some(key.clone());
    let refused = store.commit(batch).await.unwrap_err();
    match &refused {
        CommitError::Conflict {
            stream,
            expected,
            actual,
        } => {
            assert_eq!((stream.id(), expected.get(), actual.get()), ("b", 0, 1));
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(names(&store).await, ["b1"]);
    assert_eq!(
        store.rows_of(&table(), &["k".into()]).await.unwrap(),
        [None]
    );
    assert_eq!(store.checkpoint(&table()).await.unwrap(), Position::ZERO);
    assert_eq!(store.command(&key.tenant, key.id).await.unwrap(), None);
    let a = StreamQuery {
        stream: stream("a"),
        after: Version::ZERO,
        limit: 9,
    };
    assert!(store.stream(a).await.unwrap().is_empty());
}

#[tokio::test]
async fn one_batch_writes_to_several_streams_and_to_each_once() {
    let store = Memory::new();
    let committed = store
        .commit(appends(vec![
            append("a", at(0), vec![event("a1", &[]), event("a2", &[])]),
            append("b", Expect::Any, vec![event("b1", &[])]),
        ]))
        .await
        .unwrap();
    assert_eq!((committed.version.get(), committed.position.get()), (2, 3));
    assert_eq!(names(&store).await, ["a1", "a2", "b1"]);

    let twice = store
        .commit(appends(vec![
            append("a", at(2), vec![event("a3", &[])]),
            append("a", at(2), vec![event("a4", &[])]),
        ]))
        .await;
    assert!(
        matches!(twice, Err(CommitError::StreamTwice { .. })),
        "{twice:?}"
    );
    assert_eq!(names(&store).await.len(), 3);
}

#[tokio::test]
async fn a_batch_takes_its_place_when_it_is_committed_not_when_it_is_awaited() {
    let store = Memory::new();
    let first = store.commit(appends(vec![append("a", at(0), vec![event("first", &[])])]));
    let second = store.commit(appends(vec![append(
        "a",
        at(1),
        vec![event("second", &[])],
    )]));
    second.await.unwrap();
    first.await.unwrap();
    drop(store.commit(appends(vec![append("a", at(2), vec![event("third", &[])])])));
    assert_eq!(names(&store).await, ["first", "second", "third"]);
}

#[tokio::test]
async fn a_guard_holds_what_was_read_against_what_came_since() {
    let store = Memory::new();
    let taken = |seat: &str| LogFilter::names(["taken"]).tagged(Tag::new("seat", seat));
    let take = |seat: &'static str, booking: &str, after: u64| {
        let mut batch = appends(vec![append(
            booking,
            at(0),
            vec![event("taken", &[("seat", seat)])],
        )]);
        batch.guards.push(Guard {
            filter: taken(seat),
            after: Position::from(after),
        });
        batch
    };
    store.commit(take("7a", "one", 0)).await.unwrap();
    let refused = store.commit(take("7a", "two", 0)).await;
    assert!(
        matches!(refused, Err(CommitError::Guarded { at }) if at.get() == 1),
        "{refused:?}"
    );
    store.commit(take("7b", "two", 0)).await.unwrap();
    store.commit(take("7a", "three", 1)).await.unwrap();
}

#[tokio::test]
async fn a_checkpoint_moves_only_from_where_it_was_seen() {
    let store = Memory::new();
    let moved = |from: u64, to: u64| {
        let mut batch = Batch::default();
        batch.rows.push(row("k", i128::from(to)));
        batch.checkpoints.push(CheckpointMove {
            table: table(),
            from: Position::from(from),
            to: Position::from(to),
        });
        batch
    };
    store.commit(moved(0, 5)).await.unwrap();
    match store.commit(moved(0, 9)).await.unwrap_err() {
        CommitError::CheckpointMoved {
            expected, actual, ..
        } => {
            assert_eq!((expected.get(), actual.get()), (0, 5));
        }
        other => panic!("{other:?}"),
    }
    let rows = store.rows_of(&table(), &["k".into()]).await.unwrap();
    assert_eq!(
        rows[0].as_ref().unwrap().data.as_bytes(),
        Some(&b"5"[..]),
        "rows move with it"
    );
}

#[tokio::test]
async fn a_command_is_kept_with_its_effect() {
    let store = Memory::new();
    let id = CommandId::generate();
    let batch = |body: &[u8], expect| {
        let mut batch = appends(vec![append("a", expect, vec![event("a", &[])])]);
        batch.command = Some(CommandKey {
            tenant: Tenant::default(),
            id,
            fingerprint: Fingerprint::of("x", 1, body),
        });
        batch
    };
    let first = store.commit(batch(b"1", at(0))).await.unwrap();
    // its condition no longer holds, and that does not matter
    let again = store.commit(batch(b"1", at(0))).await.unwrap();
    assert_eq!(
        (again.version, again.position),
        (first.version, first.position)
    );
    assert!(again.repeated && !first.repeated);
    let other = store.commit(batch(b"2", Expect::Any)).await;
    assert!(
        matches!(other, Err(CommitError::CommandIdReused { .. })),
        "{other:?}"
    );
    assert_eq!(names(&store).await.len(), 1);
}

#[tokio::test]
async fn pages_of_the_log_leave_nothing_out() {
    let store = Memory::new();
    for n in 0..10 {
        let name = if n % 3 == 0 { "third" } else { "other" };
        store
            .commit(appends(vec![append("a", at(n), vec![event(name, &[])])]))
            .await
            .unwrap();
    }
    let mut seen = Vec::new();
    let mut after = Position::ZERO;
    loop {
        let filter = LogFilter::names(["third"]);
        let page = store
            .log(LogQuery {
                after,
                through: None,
                filter,
                limit: 2,
            })
            .await
            .unwrap();
        seen.extend(
            page.events
                .iter()
                .map(|event| event.recorded().position.get()),
        );
        if page.through == after {
            break;
        }
        after = page.through;
    }
    assert_eq!(seen, [1, 4, 7, 10]);

    let filter = LogFilter::names(["third"]);
    let through = Some(Position::from(6));
    let page = store
        .log(LogQuery {
            after: Position::ZERO,
            through,
            filter,
            limit: 9,
        })
        .await
        .unwrap();
    assert_eq!((page.events.len(), page.through.get()), (2, 6));
    let beyond = Position::from(u64::MAX);
    let filter = LogFilter::all();
    let page = store
        .log(LogQuery {
            after: beyond,
            through: None,
            filter,
            limit: 9,
        })
        .await
        .unwrap();
    assert_eq!((page.events.len(), page.through), (0, beyond));
}

/// Counts how often it is woken.
#[derive(Default)]
struct Woken(AtomicUsize);

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

#[tokio::test]
async fn growth_alone_wakes_whoever_waits() {
    let store = Memory::new();
    let mut waiting = Box::pin(store.grown(Position::ZERO));
    let woken = Arc::new(Woken::default());
    let waker = Waker::from(Arc::clone(&woken));
    let mut context = Context::from_waker(&waker);
    assert!(waiting.as_mut().poll(&mut context).is_pending());
    let mut written = Batch::default();
    written.rows = vec![row("a", 1)];
    store.commit(written).await.unwrap();
    assert_eq!(woken.0.load(Ordering::SeqCst), 0, "rows are no growth");
    store
        .commit(appends(vec![append("a", at(0), vec![event("a", &[])])]))
        .await
        .unwrap();
    assert_eq!(woken.0.load(Ordering::SeqCst), 1);
    assert!(matches!(
        waiting.as_mut().poll(&mut context),
        Poll::Ready(Ok(()))
    ));
    store.grown(Position::ZERO).await.unwrap();
}

#[tokio::test]
async fn tenants_have_streams_of_their_own_under_the_same_id() {
    let store = Memory::new();
    for tenant in ["", "acme", "globex"] {
        let mut own = append("a", at(0), vec![event("a", &[])]);
        own.stream = StreamId::new(Tenant::new(tenant).unwrap(), "test", "a").unwrap();
        store.commit(appends(vec![own])).await.unwrap();
    }
    assert!(Tenant::new("a\0").is_err());
}

#[tokio::test]
async fn rows_come_in_order_with_a_limit() {
    let store = Memory::new();
    let mut batch = Batch::default();
    batch.rows = [("a", 3), ("b", -1), ("c", 3), ("d", 7)]
        .map(|(key, n)| row(key, n))
        .to_vec();
    store.commit(batch).await.unwrap();
    let keys = async |order, limit| -> Vec<String> {
        let rows = store
            .rows(RowQuery {
                limit,
                ..RowQuery::all(table(), order)
            })
            .await
            .unwrap();
        rows.into_iter().map(|row| row.key).collect()
    };
    let by = |descending| RowOrder::Index {
        place: 0,
        descending,
    };
    assert_eq!(keys(by(true), Some(3)).await, ["d", "a", "c"]);
    assert_eq!(keys(by(false), None).await, ["b", "a", "c", "d"]);
    assert_eq!(
        keys(RowOrder::Key { descending: false }, Some(2)).await,
        ["a", "b"]
    );
    assert!(
        keys(
            RowOrder::Index {
                place: 1,
                descending: false
            },
            None
        )
        .await
        .is_empty()
    );
}

#[tokio::test]
async fn an_erased_store_answers_as_the_store_does() {
    let store = Memory::new();
    let erased = DynStore::new(Arc::new(store.clone()));
    erased
        .commit(appends(vec![append("a", at(0), vec![event("a", &[])])]))
        .await
        .unwrap();
    assert_eq!(names(&erased).await, names(&store).await);
    assert_eq!(EventStore::identity(&erased), store.identity());
    assert_ne!(store.identity().id, Uuid::nil());

    let folder = tempfile::tempdir().unwrap();
    let file = Sqlite::at(folder.path().join("e.db")).open().await.unwrap();
    let (lent, other) = (
        TransactionType::of::<Transaction>(),
        TransactionType::of::<Memory>(),
    );
    let of_file = DynStore::new(Arc::new(file));
    assert!(of_file.lends(lent) && !of_file.lends(other));
    assert!(!erased.lends(lent), "memory lends nothing");
    let twice = DynStore::new(Arc::new(of_file));
    assert!(twice.lends(lent) && !twice.lends(other));
}

#[tokio::test]
async fn a_store_shows_which_it_is_and_how_far_it_is() {
    let store = Memory::beginning_after(Position::from(6));
    let batch = appends(vec![append("secret", at(0), vec![event("a", &[])])]);
    store.commit(batch).await.unwrap();
    let identity = store.identity();
    assert_eq!(identity.to_string(), format!("{} (epoch 0)", identity.id));
    assert_eq!(format!("{store:?}"), format!("Memory({identity}, head 7)"));
    let erased = DynStore::new(Arc::new(store));
    assert_eq!(format!("{erased:?}"), format!("DynStore({identity})"));
}
