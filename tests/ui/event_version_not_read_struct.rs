//! An event of version 3, and only what version 2 wrote is read.
use cqrs_core::prelude::*;

#[derive(Event, Serialize, Deserialize)]
#[event("account.deposited", version = 3)]
pub struct Deposited {
    pub cents: u64,
}

#[upcast]
impl Deposited {
    #[from(2)]
    fn as_it_is(old: Self) -> Self {
        old
    }
}

#[derive(Aggregate, Default)]
#[aggregate("account", id = u64)]
pub struct Account;

#[apply]
impl Account {
    fn deposited(&mut self, _: &Deposited) {}
}

fn main() {}
