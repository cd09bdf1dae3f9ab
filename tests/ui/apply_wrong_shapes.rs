//! Each method of the block has another mistake; all are reported in one run.
use cqrs_core::prelude::*;

#[events("account")]
pub enum AccountEvent {
    Opened { owner: String },
    Deposited { amount: u64 },
    Withdrawn { amount: u64 },
    Renamed { owner: String },
    Closed,
}

#[derive(Aggregate, Default)]
#[aggregate("account", id = String)]
pub struct Account;

#[apply]
impl Account {
    fn opened(&self, _: &Opened) {}

    fn deposited(&mut self, _: Deposited) {}

    fn withdrawn(&mut self, event: &Withdrawn) -> u64 {
        event.amount
    }

    async fn renamed(&mut self, _: &Renamed) {}

    fn closed(&mut self, _: &Closed, _: &Recorded) {}

    fn closed_again(&mut self, _: &Closed) {}

    fn nothing(&mut self) {}
}

fn main() {}
