//! A bus opened again on the same store goes on where the last one stopped.

use cqrs_core::log::{EventId, LogFilter, Metadata, Name, Position, StreamId, Tenant, Version};
use cqrs_core::prelude::*;
use cqrs_core::projection::State;
use cqrs_core::store::{
    Append, Batch, CheckpointMove, EventStore, Expect, LogQuery, NewEvent, Table,
};
use cqrs_core::{OpenError, log::Data};
use cqrs_tests::*;

/// Appends an event as another program, or an older version of this one, might have written it.
async fn append_raw(
    store: &Memory,
    id: &str,
    expect: Expect,
    name: &'static str,
    schema: u32,
    data: &str,
) {
    let batch = |batch: &mut Batch| {
        batch.appends.push(Append {
            stream: StreamId::new(Tenant::default(), Name::from_static("account"), id).unwrap(),
            expect,
            events: vec![NewEvent {
                id: EventId::generate(),
                name: Name::from_static(name),
                schema,
                data: Data::from_bytes(data.as_bytes()),
                tags: cqrs_core::log::Tags::default(),
            }]
            .into(),
            occurred_at: None,
            metadata: Metadata::of(CommandId::generate()),
            snapshot: None,
        });
    };
    let mut raw = Batch::default();
    batch(&mut raw);
    store.commit(raw).await.unwrap();
}

#[tokio::test]
async fn state_and_read_models_are_there_again() {
    let store = Memory::new();
    let first = Bus::open(store.clone()).await.unwrap();
    first
        .dispatch(OpenAccount {
            account: account("a"),
            owner: "Ada".into(),
        })
        .await
        .unwrap();
    first
        .dispatch(Deposit {
            account: account("a"),
            amount: 5,
        })
        .wait_for::<Balance>()
        .await
        .unwrap();
    drop(first);

    let idle = Bus::builder(store.clone())
        .without_projections()
        .open()
        .await
        .unwrap();
    idle.dispatch(Deposit {
        account: account("a"),
        amount: 6,
    })
    .await
    .unwrap();
    let shown = idle.find::<Balance>(&account("a")).await.unwrap().unwrap();
    assert_eq!(shown.amount, 5, "nobody projects");
    drop(idle);

    let second = Bus::open(store).await.unwrap();
    let receipt = second
        .dispatch(Deposit {
            account: account("a"),
            amount: 7,
        })
        .await
        .unwrap();
    assert_eq!(receipt.version, Version::from(4));
    let shown = second
        .find::<Balance>(&account("a"))
        .after(&receipt)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(shown.amount, 18, "each event counts once");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_buses_with_the_same_projections_take_effect_once() {
    let store = Memory::new();
    let one = Bus::open(store.clone()).await.unwrap();
    let two = Bus::open(store.clone()).await.unwrap();
    one.dispatch(OpenAccount {
        account: account("a"),
        owner: "Ada".into(),
    })
    .await
    .unwrap();
    let mut receipt = None;
    for n in 0..500 {
        let bus = if n % 2 == 0 { &one } else { &two };
        receipt = Some(
            bus.dispatch(Deposit {
                account: account("a"),
                amount: 1,
            })
            .await
            .unwrap(),
        );
    }
    for bus in [&one, &two] {
        let row = bus
            .find::<Balance>(&account("a"))
            .after(&receipt.unwrap())
            .await
            .unwrap();
        assert_eq!(row.unwrap().amount, 500);
        let all = bus
            .value::<Holdings>()
            .after(&receipt.unwrap())
            .await
            .unwrap();
        assert_eq!(all.total, 500);
    }
}

#[tokio::test]
#[allow(clippy::too_many_lines)]
async fn events_that_cannot_be_read_are_named_and_left_as_they_are() {
    let store = Memory::new();
    append_raw(
        &store,
        "gone",
        Expect::Any,
        "account.renamed",
        1,
        r#"{"to":"x"}"#,
    )
    .await;
    append_raw(
        &store,
        "bad",
        Expect::Any,
        "account.opened",
        1,
        r#"{"owner":7}"#,
    )
    .await;
    append_raw(
        &store,
        "new",
        Expect::Any,
        "account.opened",
        2,
        r#"{"owner":"x","tier":1}"#,
    )
    .await;
    append_raw(&store, "cut", Expect::Any, "account.opened", 1, r#"{"own"#).await;
    append_raw(
        &store,
        "deep",
        Expect::Any,
        "account.opened",
        1,
        &"[".repeat(10_000),
    )
    .await;
    append_raw(
        &store,
        "fine",
        Expect::Any,
        "account.opened",
        1,
        r#"{"owner":"Ada"}"#,
    )
    .await;
    let bus = Bus::open(store.clone()).await.unwrap();
    for (id, says) in [
        ("gone", "applies no event of that name"),
        ("bad", "its data does not decode as"),
        ("new", "this program knows schema 1"),
        ("cut", "its data does not decode as"),
        ("deep", "its data does not decode as"),
    ] {
        let error = bus
            .dispatch(Deposit {
                account: account(id),
                amount: 1,
            })
            .await
            .unwrap_err();
        assert!(matches!(error, DispatchError::Decode(_)), "{id}: {error:?}");
        assert!(error.to_string().contains(says), "{id}: {error}");
        assert!(
            error.to_string().contains(&format!("stream account/{id}")),
            "{id}: {error}"
        );
    }
    bus.dispatch(Deposit {
        account: account("fine"),
        amount: 1,
    })
    .await
    .unwrap();

    let everything = LogQuery {
        after: Position::ZERO,
        through: None,
        filter: LogFilter::all(),
        limit: 100,
    };
    let kept = store.log(everything).await.unwrap().events;
    assert_eq!(kept[1].data().as_bytes(), Some(&br#"{"owner":7}"#[..]));
    assert_eq!(kept.len(), 7);

    // a projection whose rows are those of streams parks the keys, and folds the others
    bus.caught_up().await.unwrap_err(); // of those below that stop
    let parked = bus.parked::<Balance>().unwrap();
    let parked: Vec<_> = parked
        .iter()
        .map(|it| (it.key.as_str(), it.at.get(), it.waiting))
        .collect();
    assert_eq!(
        parked,
        [("bad", 2, 1), ("new", 3, 1), ("cut", 4, 1), ("deep", 5, 1)]
    );
    let error = bus.find::<Balance>(&account("bad")).await.unwrap_err();
    assert!(
        error.to_string().contains("account.opened") && error.to_string().contains("invalid type"),
        "{error}"
    );
    let fine = bus.find::<Balance>(&account("fine")).await.unwrap();
    assert_eq!(fine.unwrap().owner, "Ada");

    // one that reads the key in the event stops before it, since the key cannot be known
    let State::Stopped { at, reason } = bus.progress::<Owner>().unwrap().state else {
        panic!("{:?}", bus.progress::<Owner>())
    };
    assert_eq!(at, Position::from(2));
    assert!(
        reason.contains("account.opened") && reason.contains("invalid type"),
        "{reason}"
    );
}

#[tokio::test]
async fn a_store_restored_from_an_older_copy_is_refused() {
    let store = Memory::new();
    let table = Table {
        projection: Name::from_static("balances"),
        version: 1,
    };
    let mut ahead = Batch::default();
    ahead.checkpoints.push(CheckpointMove {
        table,
        from: Position::ZERO,
        to: Position::from(7),
    });
    store.commit(ahead).await.unwrap();
    match Bus::open(store).await.unwrap_err() {
        OpenError::AheadOfLog {
            projection: "balances",
            checkpoint,
            head,
        } => {
            assert_eq!((checkpoint.get(), head.get()), (7, 0));
        }
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_row_that_no_longer_decodes_is_an_error_that_names_it() {
    let store = Memory::new();
    let bus = Bus::open(store.clone()).await.unwrap();
    bus.dispatch(OpenAccount {
        account: account("b"),
        owner: "Bob".into(),
    })
    .await
    .unwrap();
    bus.close().await.unwrap();
    let mut batch = Batch::default();
    batch.rows.push(cqrs_core::store::RowWrite {
        table: Table {
            projection: Name::from_static("balances"),
            version: 1,
        },
        key: "a".into(),
        row: Some(cqrs_core::store::RowData {
            data: Data::from_bytes(*b"{}"),
            index: vec![],
        }),
    });
    store.commit(batch).await.unwrap();
    let bus = Bus::open(store).await.unwrap();
    let error = bus.find::<Balance>(&account("a")).await.unwrap_err();
    assert!(
        error
            .to_string()
            .contains("the row `a` of projection `balances` (version 1)"),
        "{error}"
    );
    let receipt = bus
        .dispatch(OpenAccount {
            account: account("a"),
            owner: "Ada".into(),
        })
        .await
        .unwrap();
    let parked = bus
        .find::<Balance>(&account("a"))
        .after(&receipt)
        .await
        .unwrap_err();
    assert!(matches!(parked, ReadError::Parked { .. }), "{parked:?}");
}
