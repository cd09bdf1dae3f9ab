//! The event's own version, and a later one, are not read by upcasters.
use cqrs_core::prelude::*;

#[derive(Event, Serialize, Deserialize)]
#[event("account.deposited", version = 2)]
pub struct Deposited {
    pub cents: u64,
}

#[upcast]
impl Deposited {
    #[from(1)]
    fn first(old: Self) -> Self {
        old
    }
    #[from(2)]
    fn second(old: Self) -> Self {
        old
    }
    #[from(7)]
    fn seventh(old: Self) -> Self {
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
