//! A block has one verb.
use cqrs_core::prelude::*;

#[commands("account", account: String)]
pub enum AccountCommand {
    Open,
}

#[events("account")]
pub enum AccountEvent {
    Opened,
}

#[derive(Aggregate, Default)]
#[aggregate(id = String)]
pub struct Account;

#[handle]
#[apply]
impl Account {
    fn open(&self, _: &Open) -> Opened {
        Opened
    }
}

#[apply]
impl Account {
    fn opened(&mut self, _: &Opened) {}
}

fn main() {}
