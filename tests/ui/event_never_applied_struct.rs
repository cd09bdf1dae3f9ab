//! No aggregate applies `Closed`.
use cqrs_core::prelude::*;

#[derive(Event, Serialize, Deserialize)]
#[event("account.opened")]
pub struct Opened {}

#[derive(Event, Serialize, Deserialize)]
#[event("account.closed")]
pub struct Closed {}

#[derive(Aggregate, Default)]
#[aggregate("account", id = String)]
pub struct Account;

#[apply]
impl Account {
    fn opened(&mut self, _: &Opened) {}
}

fn main() {}
