//! An upcaster returns what nothing takes, what the next one does not take, and what is no event at all.
use cqrs_core::prelude::*;

#[derive(Event, Serialize, Deserialize)]
#[event("account.deposited", version = 4)]
pub struct Deposited {
    pub cents: u64,
}

#[derive(Deserialize)]
struct First {
    amount: u64,
}

#[derive(Deserialize)]
struct Second {
    amount: u64,
}

#[upcast]
impl Deposited {
    #[from(1)]
    fn first(old: First) -> Result<First, std::fmt::Error> {
        Ok(old)
    }
    #[from(2)]
    fn second(_: Second) -> Option<Self> {
        None
    }
    #[from(3)]
    fn third(old: Second) -> Result<Self, u8> {
        Ok(Self { cents: old.amount })
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
