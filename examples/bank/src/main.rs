//! Tells the story of one account on the terminal; with `catalogue`, prints the diagram of what the bank is made of.

mod domain;

use cqrs_core::catalogue::Catalogue;
use cqrs_core::prelude::*;
use domain::{AccountId, Balance, Deposit, OpenAccount, Withdraw, balance};

cqrs_core::events_lock!(); // `EVENTS_LOCK=write cargo test events_lock` writes it

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    if std::env::args().any(|argument| argument == "catalogue") {
        print!("{}", Catalogue::of_program()?.to_mermaid());
        return Ok(());
    }
    let bus = Bus::open(Memory::new()).await?;
    let account = AccountId::from("ada-1");

    println!("Ada opens account {account}.");
    let owner = "Ada".to_owned();
    bus.dispatch(OpenAccount {
        account: account.clone(),
        owner,
    })
    .await?;

    println!("She deposits 50.");
    let receipt = bus
        .dispatch(Deposit {
            account: account.clone(),
            amount: 50,
        })
        .await?;
    println!(
        "  recorded as version {} of her account, position {} of the log",
        receipt.version, receipt.position
    );

    let shown = bus.find::<Balance>(&account).after(&receipt).await?;
    println!(
        "  the read model shows: {}",
        shown.map_or(0, |balance| balance.amount)
    );

    println!("She tries to withdraw 80.");
    match bus
        .dispatch(Withdraw {
            account: account.clone(),
            amount: 80,
        })
        .await
    {
        Err(DispatchError::Rejected(refusal)) => println!("  refused: {refusal}"),
        other => println!("  unexpected: {other:?}"),
    }

    println!("She withdraws 20, and waits until the read model shows it.");
    bus.dispatch(Withdraw {
        account: account.clone(),
        amount: 20,
    })
    .wait_for::<Balance>()
    .await?;
    if let Some(shown) = balance(&bus, &account).await? {
        println!("  {} has {}", shown.owner, shown.amount);
    }
    Ok(())
}
