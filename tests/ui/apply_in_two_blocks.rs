//! The events of an aggregate are applied in one block.
use cqrs_core::prelude::*;

#[events("account")]
pub enum AccountEvent {
    Opened,
    Closed,
}

#[derive(Aggregate, Default)]
#[aggregate(id = u64)]
pub struct Account;

#[apply]
impl Account {
    fn opened(&mut self, _: &Opened) {}
}

#[apply]
impl Account {
    fn closed(&mut self, _: &Closed) {}
}

fn main() {}
