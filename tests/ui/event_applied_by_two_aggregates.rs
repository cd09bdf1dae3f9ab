//! `Opened` is a fact of one aggregate.
use cqrs_core::prelude::*;

#[derive(Event, Serialize, Deserialize)]
#[event("account.opened")]
pub struct Opened {}

#[derive(Aggregate, Default)]
#[aggregate("account", id = String)]
pub struct Account;

#[apply]
impl Account {
    fn opened(&mut self, _: &Opened) {}
}

#[derive(Aggregate, Default)]
#[aggregate("ledger", id = String)]
pub struct Ledger;

#[apply]
impl Ledger {
    fn opened(&mut self, _: &Opened) {}
}

fn main() {}
