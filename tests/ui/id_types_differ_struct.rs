//! The command names an order, its aggregate is an account.
use cqrs_core::prelude::*;

#[derive(Id)]
pub struct AccountId(String);

#[derive(Id)]
pub struct OrderId(String);

#[derive(Command, Serialize, Deserialize)]
#[command("account.open")]
pub struct OpenAccount {
    #[id]
    pub account: OrderId,
}

#[derive(Event, Serialize, Deserialize)]
#[event("account.opened")]
pub struct Opened {}

#[derive(Aggregate, Default)]
#[aggregate("account", id = AccountId)]
pub struct Account;

#[handle]
impl Account {
    fn open(&self, _: &OpenAccount) -> Opened {
        Opened {}
    }
}

#[apply]
impl Account {
    fn opened(&mut self, _: &Opened) {}
}

fn main() {}
