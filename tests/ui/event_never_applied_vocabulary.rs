//! No aggregate applies `Closed`.
use cqrs_core::prelude::*;

#[events("account")]
pub enum AccountEvent {
    Opened,
    Closed { reason: String },
}

#[derive(Aggregate, Default)]
#[aggregate("account", id = String)]
pub struct Account;

#[apply]
impl Account {
    fn opened(&mut self, _: &Opened) {}
}

fn main() {}
