//! The commands name an order, their aggregate is an account.
use cqrs_core::prelude::*;

#[derive(Id)]
pub struct AccountId(String);

#[derive(Id)]
pub struct OrderId(String);

#[commands("account", account: OrderId)]
pub enum AccountCommand {
    OpenAccount,
    CloseAccount,
}

#[events("account")]
pub enum AccountEvent {
    Opened,
}

#[derive(Aggregate, Default)]
#[aggregate("account", id = AccountId)]
pub struct Account;

#[handle]
impl Account {
    fn open(&self, _: &OpenAccount) -> Opened {
        Opened
    }

    fn close(&self, _: &CloseAccount) -> Option<Opened> {
        None
    }
}

#[apply]
impl Account {
    fn opened(&mut self, _: &Opened) {}
}

fn main() {}
