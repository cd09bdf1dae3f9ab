// What the cases share, and how what they define is used: once as it is written, once as it is expanded.

use cqrs_core::Uuid;
use cqrs_core::prelude::*;
use std::sync::atomic::{AtomicU64, Ordering};

use aggregate::*;
use command::*;
use commands::*;
use edges::*;
use event::*;
use events::*;
use id::*;
use projection::*;
use query::*;
use resources::*;
use service::*;
use snapshots::*;

/// Why an account refuses.
#[derive(Debug, PartialEq, thiserror::Error)]
pub enum AccountError {
    /// It opens once.
    #[error("the account is open already")]
    AlreadyOpen,
}

#[tokio::test]
async fn the_domain_works() -> Result<(), Box<dyn std::error::Error>> {
    let deps = Deps {
        limit: Limit(40),
        name: "deps".to_owned(),
        ..Deps::default()
    };
    assert_eq!(deps.name, "deps");
    let bus = Bus::builder(Memory::new()).resources(deps);
    let bus = bus.only_projections::<(Balance, Total, Turnover)>().open().await?;
    let account = AccountId::from("ada");
    let owner = "Ada".to_owned();
    let open = OpenAccount { account: account.clone(), owner };
    bus.dispatch(open.clone()).await?;
    let again = bus.dispatch(open).await;
    assert!(matches!(again, Err(DispatchError::Rejected(AccountError::AlreadyOpen))));
    for amount in [30, 41] {
        let branch = BranchId::from(7);
        bus.dispatch(Deposit { account: account.clone(), amount, branch }).await?;
    }
    bus.dispatch(Note { account: account.clone() }).actor("ada").await?;
    let receipt = bus.dispatch(Withdraw { account: account.clone(), amount: 10 }).await?;

    let loaded = bus.load::<Account>(&account).await?;
    assert_eq!(loaded.state, Account { open: true, balance: 20 });
    let row = bus.find::<Balance>(&account).after(&receipt).await?;
    let owner = "Ada at account".to_owned();
    assert_eq!(row, Some(Balance { owner, amount: 20 }));
    for (branch, amount) in [(7, 30), (0, 40)] {
        let row = bus.find::<Turnover>(&BranchId::from(branch)).after(&receipt).await?;
        assert_eq!(row, Some(Turnover { amount }));
    }
    let rich = bus.query(Richest { limit: 7 }).after(&receipt).await?;
    assert_eq!(rich.len(), 1);
    assert_eq!(bus.query(HowMuch).after(&receipt).await?, 30);
    assert_eq!(bus.dispatch(SetRate { percent: 3 }).await, 0);
    assert_eq!(bus.query(Rate).await?, 3);
    bus.dispatch(Forget).await;
    assert_eq!(bus.query(Rate).await?, 0);

    let story = bus.history::<Account>(&account).await?;
    let names: Vec<_> = story.iter().map(|event| event.name().to_owned()).collect();
    assert_eq!(
        names,
        ["account.opened", "account.deposited", "noted", "account.withdrawn", "noted"]
    );
    let facts = story.iter().filter_map(|event| event.decode_any::<apply::AccountFact>().ok());
    assert_eq!(facts.count(), 3);
    let outside = story[2].decode_any::<apply::AccountFact>().err().unwrap().to_string();
    assert!(outside.contains("decode this one as its own type"), "{outside}");

    let snapshots = <Meter as cqrs_core::Aggregate>::SNAPSHOTS;
    assert_eq!(snapshots.map(|snapshots| snapshots.every()), Some(500));
    let meter = bus.load::<Meter>(&7).await?;
    assert_eq!(meter.state, Meter::default());

    let edge = R::from(Uuid::nil());
    let r#as = "other".to_owned();
    bus.dispatch(r#Become { r#type: edge.clone(), r#as: r#as.clone() }).await?;
    assert_eq!(bus.load::<Edge>(&edge).await?.state.r#as, r#as);
    Ok(())
}
