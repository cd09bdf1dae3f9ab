//! Methods of an `#[upcast]` block that are no upcasters.
use cqrs_core::prelude::*;

#[derive(Event, Serialize, Deserialize)]
#[event("account.deposited", record = Account)]
pub struct Deposited {
    pub cents: u64,
}

#[derive(Aggregate, Default)]
#[aggregate("account", id = u64)]
pub struct Account;

#[apply]
impl Account {
    fn closed(&mut self, _: &Closed) {}
}

#[derive(Event, Serialize, Deserialize)]
pub struct Closed;

#[upcast]
impl Deposited {
    fn without_version(old: u64) -> Self {
        Self { cents: old }
    }
    #[from]
    fn without_number(old: u64) -> Self {
        Self { cents: old }
    }
    #[from(0)]
    fn zero(old: u64) -> Self {
        Self { cents: old }
    }
    #[from(1)]
    #[from(2)]
    fn twice(old: u64) -> Self {
        Self { cents: old }
    }
    #[from(3)]
    fn with_self(self) -> Self {
        self
    }
    #[from(4)]
    fn of_nothing() -> Self {
        Self { cents: 0 }
    }
    #[from(5)]
    fn borrowed(old: &u64) -> Self {
        Self { cents: *old }
    }
    #[from(6)]
    async fn later(old: u64) -> Self {
        Self { cents: old }
    }
    #[from(7)]
    fn to_nothing(_: u64) {}
    #[from(8)]
    fn with_context(old: u64, _: &Context, _: u8) -> Self {
        Self { cents: old }
    }
    #[from(9)]
    fn generic<T: Into<u64>>(old: T) -> Self {
        Self { cents: old.into() }
    }
    #[from(10)]
    fn opaque(old: u64) -> impl Into<Self> {
        Self { cents: old }
    }
    #[from(11)]
    fn first(old: u64) -> Self {
        Self { cents: old }
    }
    #[from(11)]
    fn second(old: u64) -> Self {
        Self { cents: old }
    }
    const LIMIT: u64 = 7;
}

#[upcast]
fn alone(old: u64) -> Closed {
    Closed
}

#[upcast(version = 2)]
impl From<u64> for Closed {
    fn from(_: u64) -> Self {
        Self
    }
}

fn main() {}
