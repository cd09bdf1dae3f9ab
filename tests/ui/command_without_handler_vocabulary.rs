//! Nothing handles `CloseAccount`.
use cqrs_core::prelude::*;

#[commands("account", account: String)]
pub enum AccountCommand {
    OpenAccount,
    CloseAccount,
}

#[events("account")]
pub enum AccountEvent {
    Opened,
}

#[derive(Aggregate, Default)]
#[aggregate("account", id = String)]
pub struct Account;

#[handle]
impl Account {
    fn open(&self, _: &OpenAccount) -> Opened {
        Opened
    }
}

#[apply]
impl Account {
    fn opened(&mut self, _: &Opened) {}
}

fn main() {}
