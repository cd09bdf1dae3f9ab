//! Read models through the bus: folded, waited for, asked.

use cqrs_core::log::Position;
use cqrs_core::prelude::*;
use cqrs_core::projection::State;
use cqrs_tests::*;
use std::time::Duration;

async fn open_with(bus: &Bus<Memory>, id: &str, owner: &str, amount: u64) -> Receipt {
    bus.dispatch(OpenAccount {
        account: account(id),
        owner: owner.into(),
    })
    .await
    .unwrap();
    bus.dispatch(Deposit {
        account: account(id),
        amount,
    })
    .await
    .unwrap()
}

#[tokio::test]
async fn a_read_after_a_receipt_shows_your_own_write() {
    let bus = open().await;
    for n in 1..=50 {
        let id = format!("account-{n}");
        let receipt = open_with(&bus, &id, "Ada", n).await;
        let row = bus
            .find::<Balance>(&account(&id))
            .after(&receipt)
            .await
            .unwrap();
        assert_eq!(
            row,
            Some(Balance {
                owner: "Ada".into(),
                amount: n
            })
        );
    }
    assert_eq!(bus.find::<Balance>(&account("none")).await.unwrap(), None);
}

#[tokio::test]
async fn waiting_on_the_write_side_shows_it_without_a_receipt() {
    let bus = open().await;
    open_with(&bus, "a", "Ada", 10).await;
    bus.dispatch(Withdraw {
        account: account("a"),
        amount: 4,
    })
    .wait_for::<(Balance, Holdings)>()
    .await
    .unwrap();
    assert_eq!(
        bus.find::<Balance>(&account("a"))
            .await
            .unwrap()
            .unwrap()
            .amount,
        6
    );
    assert_eq!(bus.value::<Holdings>().await.unwrap().total, 6);
}

#[tokio::test]
async fn rows_come_by_index_and_ties_by_key() {
    let bus = open().await;
    let mut last = None;
    for (id, amount) in [("d", 7), ("a", 7), ("c", 30), ("b", 7), ("e", 2)] {
        last = Some(open_with(&bus, id, id, amount).await);
    }
    let rich = bus
        .query(Richest { limit: 4 })
        .after(&last.unwrap())
        .await
        .unwrap();
    let rich: Vec<_> = rich
        .iter()
        .map(|row| (row.key.to_string(), row.amount))
        .collect();
    assert_eq!(
        rich,
        [
            ("c".into(), 30),
            ("a".into(), 7),
            ("b".into(), 7),
            ("d".into(), 7)
        ]
    );
}

#[tokio::test]
async fn a_projection_without_a_key_is_one_value() {
    let bus = open().await;
    assert_eq!(bus.value::<Holdings>().await.unwrap(), Holdings::default());
    assert_eq!(bus.query(Average).await.unwrap(), None);
    open_with(&bus, "a", "Ada", 10).await;
    let then: Timestamp = "1997-01-01T12:00:00Z".parse().unwrap();
    bus.dispatch(OpenAccount {
        account: account("b"),
        owner: "Bob".into(),
    })
    .await
    .unwrap();
    let receipt = bus
        .dispatch(Deposit {
            account: account("b"),
            amount: 20,
        })
        .occurred_at(then)
        .await
        .unwrap();
    assert_eq!(bus.query(Average).after(&receipt).await.unwrap(), Some(15));
    assert_eq!(
        bus.value::<Holdings>().await.unwrap(),
        Holdings {
            accounts: 2,
            total: 30,
            last: Some(then)
        }
    );
}

#[tokio::test]
async fn a_method_may_name_the_key_and_delete_the_row() {
    let bus = open().await;
    open_with(&bus, "a", "Ada", 1).await;
    open_with(&bus, "b", "nobody", 1).await;
    let receipt = open_with(&bus, "c", "Ada", 1).await;
    let row = bus
        .find::<Owner>(&"Ada".to_owned())
        .after(&receipt)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(row.accounts, ["a", "c"]);
    assert_eq!(bus.find::<Owner>(&"nobody".to_owned()).await.unwrap(), None);
}

#[tokio::test]
async fn an_event_for_several_rows_counts_once_in_each() {
    let bus = open().await;
    for n in 1..=20 {
        // the row of everyone is at hand from the second on, that of the owner never is
        let receipt = open_with(&bus, &format!("a{n}"), &format!("owner-{n}"), 1).await;
        let row = |key: String| {
            let bus = bus.clone();
            async move {
                bus.find::<Register>(&key)
                    .after(&receipt)
                    .await
                    .unwrap()
                    .unwrap()
            }
        };
        assert_eq!(row("everyone".into()).await.accounts, n);
        assert_eq!(row(format!("owner-{n}")).await.accounts, 1);
    }
}

#[tokio::test]
async fn an_event_that_names_no_row_is_parked_under_what_it_names() {
    let bus = open().await;
    open_with(&bus, "a", "Ada", 1).await;
    // an owner with an empty name is no key of `Owner`
    let opened = bus
        .dispatch(OpenAccount {
            account: account("b"),
            owner: String::new(),
        })
        .await
        .unwrap();
    match bus
        .find::<Owner>(&"Ada".to_owned())
        .after(&opened)
        .await
        .unwrap_err()
    {
        ReadError::Parked {
            projection,
            key,
            at,
            reason,
            ..
        } => {
            assert_eq!(
                (projection, key.as_str(), at),
                ("owners", "", Position::from(3))
            );
            assert!(reason.contains("the id of `owners` is empty"), "{reason}");
        }
        other => panic!("{other:?}"),
    }
    // the others go on
    let receipt = open_with(&bus, "c", "Ada", 1).await;
    let row = bus.find::<Owner>(&"Ada".to_owned()).after(&receipt).await;
    assert_eq!(row.unwrap().unwrap().accounts, ["a", "c"]);
    assert_eq!(bus.progress::<Owner>().unwrap().state, State::Running);
    assert_eq!(bus.progress::<Owner>().unwrap().parked, 1);
}

#[tokio::test]
async fn a_panic_in_a_project_method_stops_that_projection_alone() {
    let bus = open().await;
    open_with(&bus, "a", "Ada", u64::MAX).await;
    let receipt = open_with(&bus, "b", "Bob", 1).await; // the sum of all overflows
    match bus.value::<Holdings>().after(&receipt).await.unwrap_err() {
        ReadError::Stopped { at, reason, .. } => {
            assert_eq!(at, Position::from(4));
            assert!(reason.contains("panicked"), "{reason}");
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(
        bus.find::<Balance>(&account("b"))
            .after(&receipt)
            .await
            .unwrap()
            .unwrap()
            .amount,
        1
    );
}

#[tokio::test]
async fn what_does_not_run_is_not_waited_for() {
    let bus = Bus::builder(Memory::new())
        .only_projections::<Balance>()
        .open()
        .await
        .unwrap();
    let receipt = open_with(&bus, "a", "Ada", 1).await;
    bus.find::<Balance>(&account("a"))
        .after(&receipt)
        .await
        .unwrap()
        .unwrap();
    let error = bus.value::<Holdings>().after(&receipt).await.unwrap_err();
    assert!(
        matches!(
            error,
            ReadError::NotRunning {
                projection: "holdings"
            }
        ),
        "{error:?}"
    );
    let error = bus
        .dispatch(Deposit {
            account: account("a"),
            amount: 1,
        })
        .wait_for::<Holdings>()
        .await
        .unwrap_err();
    assert!(matches!(error, DispatchError::NotShown { .. }), "{error:?}");
}

#[tokio::test]
async fn a_position_that_never_comes_is_not_waited_for_without_end() {
    let one = Bus::builder(Memory::new())
        .wait_timeout(Duration::from_millis(20))
        .open()
        .await
        .unwrap();
    let elsewhere = open().await;
    open_with(&one, "a", "Ada", 1).await;
    for id in ["a", "b", "c"] {
        open_with(&elsewhere, id, "Ada", 1).await;
    }
    let beyond = open_with(&elsewhere, "d", "Ada", 1).await;
    let late = one
        .find::<Balance>(&account("a"))
        .after(&beyond)
        .await
        .unwrap_err();
    assert!(matches!(late, ReadError::Late { .. }), "{late:?}");
}

/// A row that is as large as rows may be.
#[derive(Projection, Default, Serialize, Deserialize)]
#[projection("bulky", key = AccountId)]
struct Bulky {
    deposits: u32,
    bulk: String,
}

#[project]
impl Bulky {
    fn deposited(&mut self, event: &Deposited) {
        self.deposits += 1;
        if event.amount == 7_777 {
            self.bulk = "x".repeat(1_000_000);
        }
    }
}

#[tokio::test]
async fn a_row_that_is_not_at_hand_any_more_is_read_again() {
    let bus = Bus::builder(Memory::new())
        .only_projections::<Bulky>()
        .wait_timeout(Duration::from_mins(1))
        .open()
        .await
        .unwrap();
    let ids = || (0..70).map(|n| format!("bulky-{n}"));
    for round in 1..=2 {
        for id in ids() {
            if round == 1 {
                open_with(&bus, &id, "Ada", 7_777).await;
            } else {
                let (account, amount) = (account(&id), 1);
                bus.dispatch(Deposit { account, amount }).await.unwrap();
            }
        }
        bus.caught_up().await.unwrap();
        for id in ids().step_by(13) {
            let row = bus.find::<Bulky>(&account(&id)).await.unwrap().unwrap();
            assert_eq!((row.deposits, row.bulk.len()), (round, 1_000_000), "{id}");
        }
    }
}
