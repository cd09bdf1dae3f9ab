//! An event of version 2, and nothing reads what version 1 wrote.
use cqrs_core::prelude::*;

#[events("account")]
pub enum AccountEvent {
    #[event(version = 2)]
    Deposited { cents: u64 },
}

#[derive(Aggregate, Default)]
#[aggregate("account", id = u64)]
pub struct Account;

#[apply]
impl Account {
    fn deposited(&mut self, _: &Deposited) {}
}

fn main() {}
