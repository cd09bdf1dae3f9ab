//! The enum owns its events, and a store may only lend them.
use cqrs_core::prelude::*;

#[derive(Event, Serialize, Deserialize)]
pub struct Opened {}

#[derive(Aggregate, Default)]
#[aggregate("account", id = String)]
pub struct Account;

#[apply(enum = AccountEvent)]
impl Account {
    fn opened(&mut self, _: &Opened) {}
}

fn main() {}
