//! The enum that `#[apply]` writes has a name.
use cqrs_core::prelude::*;

#[events("account")]
pub enum AccountEvent {
    Opened,
    Closed,
}

#[derive(Aggregate, Default)]
#[aggregate("account", id = u64)]
pub struct Account;

#[apply(enum)]
impl Account {
    fn opened(&mut self, _: &Opened) {}
}

#[derive(Aggregate, Default)]
#[aggregate("ledger", id = u64)]
pub struct Ledger;

#[apply(enum = "LedgerEvent")]
impl Ledger {
    fn closed(&mut self, _: &Closed) {}
}

fn main() {}
