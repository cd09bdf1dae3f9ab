//! What an instance was, and what happened to it.

use cqrs_core::bus::LoadError;
use cqrs_core::log::{Position, Version};
use cqrs_core::prelude::*;
use cqrs_tests::*;

fn day(day: u8) -> Timestamp {
    format!("1997-01-{day:02}T00:00:00Z").parse().unwrap()
}

async fn story() -> Bus<Memory> {
    let bus = open().await;
    bus.dispatch(OpenAccount {
        account: account("a"),
        owner: "Ada".into(),
    })
    .occurred_at(day(1))
    .await
    .unwrap();
    bus.dispatch(OpenAccount {
        account: account("b"),
        owner: "Bob".into(),
    })
    .await
    .unwrap();
    for (amount, on) in [(10, 5), (20, 3), (30, 9)] {
        bus.dispatch(Deposit {
            account: account("a"),
            amount,
        })
        .occurred_at(day(on))
        .actor("teller")
        .await
        .unwrap();
    }
    bus
}

#[tokio::test]
async fn an_instance_is_loaded_as_it_is_and_as_it_was() {
    let bus = story().await;
    let id = account("a");
    let load = || bus.load::<Account>(&id);
    let now = load().await.unwrap();
    assert_eq!((now.state.balance(), now.version), (60, Version::from(4)));
    assert_eq!(now.position, Position::from(5));
    assert_eq!(load().at_version(2).await.unwrap().state.balance(), 10);
    assert_eq!(load().at_version(0).await.unwrap().version, Version::ZERO);
    // the deposit of the third was recorded after that of the fifth
    assert_eq!(
        load().occurred_until(day(4)).await.unwrap().state.balance(),
        20
    );
    assert_eq!(
        load().occurred_until(day(5)).await.unwrap().state.balance(),
        30
    );
    let history = bus.history::<Account>(&id).await.unwrap();
    let recorded = history[1].recorded().recorded_at;
    let known = load().recorded_until(recorded).await.unwrap();
    assert!(known.version >= Version::from(2));
    assert_eq!(
        load().recorded_until(day(1)).await.unwrap().version,
        Version::ZERO
    );

    let nobody = bus.load::<Account>(&account("nobody")).await.unwrap();
    assert_eq!((nobody.version, nobody.state.balance()), (Version::ZERO, 0));
    let error = bus.load::<Account>(&account("")).await.unwrap_err();
    assert!(matches!(error, LoadError::Id(_)), "{error:?}");
}

#[tokio::test]
async fn the_history_says_what_happened_when_and_by_whom() {
    let bus = story().await;
    let id = account("a");
    let history = bus.history::<Account>(&id).await.unwrap();
    let told: Vec<_> = history
        .iter()
        .map(|event| (event.name(), event.recorded().metadata.actor.as_deref()))
        .collect();
    assert_eq!(
        told[..2],
        [
            ("account.opened", None),
            ("account.deposited", Some("teller"))
        ]
    );
    assert_eq!(history[1].recorded().occurred_at, day(5));
    let page = bus.history::<Account>(&id).after(1).limit(2).await.unwrap();
    let versions: Vec<_> = page
        .iter()
        .map(|event| event.recorded().version.get())
        .collect();
    assert_eq!(versions, [2, 3]);
    assert!(
        bus.history::<Account>(&id)
            .after(9)
            .await
            .unwrap()
            .is_empty()
    );
}

#[tokio::test]
async fn a_history_of_many_pages_is_whole() {
    let bus = open().await;
    bus.dispatch(OpenAccount {
        account: account("a"),
        owner: "Ada".into(),
    })
    .await
    .unwrap();
    for _ in 0..2_500 {
        bus.dispatch(Deposit {
            account: account("a"),
            amount: 1,
        })
        .await
        .unwrap();
    }
    let id = account("a");
    assert_eq!(bus.history::<Account>(&id).await.unwrap().len(), 2_501);
    assert_eq!(
        bus.history::<Account>(&id)
            .limit(1_500)
            .await
            .unwrap()
            .len(),
        1_500
    );
    assert_eq!(
        bus.load::<Account>(&id).await.unwrap().state.balance(),
        2_500
    );
    assert_eq!(
        bus.load::<Account>(&id)
            .at_version(1_200)
            .await
            .unwrap()
            .state
            .balance(),
        1_199
    );
}
