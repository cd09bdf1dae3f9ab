//! A command's id has its effect once.

use cqrs_core::log::{Position, Version};
use cqrs_core::prelude::*;
use cqrs_core::store::EventStore;
use cqrs_tests::*;
use std::collections::HashMap;

#[tokio::test]
async fn the_same_request_again_has_no_second_effect_and_gets_the_same_receipt() {
    let bus = open().await;
    bus.dispatch(OpenAccount {
        account: account("a"),
        owner: "Ada".into(),
    })
    .await
    .unwrap();
    let id = CommandId::generate();
    let deposit = || {
        bus.dispatch(Deposit {
            account: account("a"),
            amount: 5,
        })
        .id(id)
    };
    let first = deposit().await.unwrap();
    bus.dispatch(Deposit {
        account: account("a"),
        amount: 1,
    })
    .await
    .unwrap();
    let again = deposit().await.unwrap();
    assert!(!first.repeated && again.repeated);
    assert_eq!(
        (again.command_id, again.version, again.position),
        (id, first.version, first.position)
    );
    assert_eq!(bus.store().head().await.unwrap(), Position::from(3));
}

#[tokio::test]
async fn it_is_so_even_where_the_handler_would_now_refuse() {
    let bus = open().await;
    let id = CommandId::derived(["file", "line 1"]);
    let open = || {
        bus.dispatch(OpenAccount {
            account: account("a"),
            owner: "Ada".into(),
        })
        .id(id)
    };
    let first = open().await.unwrap();
    assert_eq!(open().await.unwrap().version, first.version);
}

/// A command whose JSON has another order each time it is written.
#[derive(Command, Serialize, Deserialize, Clone)]
#[command("basket.fill")]
struct FillBasket {
    #[id]
    basket: String,
    pieces: HashMap<String, u32>,
}

#[events("basket")]
enum BasketEvent {
    Filled,
}

#[derive(Aggregate, Default)]
#[aggregate("basket", id = String)]
struct Basket;

#[handle]
impl Basket {
    fn fill(&self, _: &FillBasket) -> Filled {
        Filled
    }
}

#[apply]
impl Basket {
    fn filled(&mut self, _: &Filled) {}
}

#[tokio::test]
async fn the_order_of_members_makes_no_other_body() {
    let bus = Bus::open(Memory::new()).await.unwrap();
    let fill = || FillBasket {
        basket: "b".into(),
        pieces: (0..20).map(|piece| (piece.to_string(), piece)).collect(),
    };
    let id = CommandId::generate();
    bus.dispatch(fill()).id(id).await.unwrap();
    for _ in 0..5 {
        assert!(bus.dispatch(fill()).id(id).await.unwrap().repeated);
    }
    let mut other = fill();
    other.pieces.insert("7".into(), 8);
    let error = bus.dispatch(other).id(id).await.unwrap_err();
    assert!(matches!(error, DispatchError::CommandIdReused { .. }));
}

#[tokio::test]
async fn another_body_under_the_same_id_is_an_error() {
    let bus = open().await;
    bus.dispatch(OpenAccount {
        account: account("a"),
        owner: "Ada".into(),
    })
    .await
    .unwrap();
    let id = CommandId::generate();
    bus.dispatch(Deposit {
        account: account("a"),
        amount: 5,
    })
    .id(id)
    .await
    .unwrap();
    for other in [6, 7] {
        let reused = bus
            .dispatch(Deposit {
                account: account("a"),
                amount: other,
            })
            .id(id)
            .await
            .unwrap_err();
        assert!(
            matches!(reused, DispatchError::CommandIdReused { id: of } if of == id),
            "{reused:?}"
        );
    }
    let reused = bus
        .dispatch(Empty {
            account: account("a"),
        })
        .id(id)
        .await
        .unwrap_err();
    assert!(matches!(reused, DispatchError::CommandIdReused { .. }));
    assert_eq!(bus.store().head().await.unwrap(), Position::from(2));
}

#[tokio::test]
async fn a_refused_command_may_come_again_under_its_id() {
    let bus = open().await;
    let id = CommandId::generate();
    let deposit = || {
        bus.dispatch(Deposit {
            account: account("a"),
            amount: 5,
        })
        .id(id)
    };
    assert!(matches!(
        deposit().await.unwrap_err(),
        DispatchError::Rejected(AccountError::NotOpen)
    ));
    bus.dispatch(OpenAccount {
        account: account("a"),
        owner: "Ada".into(),
    })
    .await
    .unwrap();
    assert_eq!(deposit().await.unwrap().version, Version::from(2));
}

#[tokio::test]
async fn a_decision_for_nothing_is_kept_under_its_id_too() {
    let bus = open().await;
    bus.dispatch(OpenAccount {
        account: account("a"),
        owner: "Ada".into(),
    })
    .await
    .unwrap();
    let id = CommandId::generate();
    let empty = || {
        bus.dispatch(Empty {
            account: account("a"),
        })
        .id(id)
    };
    bus.dispatch(OpenAccount {
        account: account("b"), // the log ends elsewhere than the account
        owner: "Bob".into(),
    })
    .await
    .unwrap();
    let first = empty().await.unwrap();
    bus.dispatch(Deposit {
        account: account("a"),
        amount: 5,
    })
    .await
    .unwrap();
    let again = empty().await.unwrap();
    assert_eq!((again.version, again.repeated), (first.version, true));
    assert_eq!(again.position, first.position);
    assert_eq!(
        bus.store().head().await.unwrap(),
        Position::from(3),
        "the deposit is untouched"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_at_once_one_has_the_effect() {
    let store = Memory::new();
    let buses = [
        Bus::open(store.clone()).await.unwrap(),
        Bus::open(store.clone()).await.unwrap(),
    ];
    buses[0]
        .dispatch(OpenAccount {
            account: account("a"),
            owner: "Ada".into(),
        })
        .await
        .unwrap();
    for _ in 0..50 {
        let before = store.head().await.unwrap();
        let id = CommandId::generate();
        let tasks: Vec<_> = (0..8)
            .map(|n| {
                let bus = buses[n % 2].clone();
                tokio::spawn(async move {
                    bus.dispatch(Deposit {
                        account: account("a"),
                        amount: 5,
                    })
                    .id(id)
                    .await
                })
            })
            .collect();
        let mut first = 0;
        for task in tasks {
            first += usize::from(!task.await.unwrap().unwrap().repeated);
        }
        assert_eq!(first, 1);
        assert_eq!(store.head().await.unwrap().get(), before.get() + 1);
    }
}
