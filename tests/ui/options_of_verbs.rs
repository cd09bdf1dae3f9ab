//! Each option of a verb is wrong, then given again.
use cqrs_core::prelude::*;

#[commands("account", account: String)]
pub enum AccountCommand {
    Open,
}

#[events("account")]
pub enum AccountEvent {
    Opened,
    #[event("ledger.closed")] Closed,
}

#[derive(Aggregate, Default)]
#[aggregate(id = String)]
pub struct Account;

#[handle(
    crate = "cqrs_core",
    crate = ::cqrs_core,
    enum = AccountEvents,
    strict,
    "account",
)]
impl Account {
    fn open(&self, _: &Open) -> Opened {
        Opened
    }
}

#[apply(
    enum = "AccountEvents",
    enum = AccountEvents,
    crate = "cqrs_core",
    crate = ::cqrs_core,
    record = Account,
    strict,
)]
impl Account {
    fn opened(&mut self, _: &Opened) {}
}

#[derive(Aggregate, Default)]
#[aggregate(id = String)]
pub struct Ledger;

#[apply(enum)]
impl Ledger {
    fn closed(&mut self, _: &Closed) {}
}

#[derive(Projection, Default, Serialize, Deserialize)]
#[projection(key = String)]
pub struct Balance;

#[project(
    crate = "cqrs_core",
    crate = ::cqrs_core,
    key = String,
    strict,
)]
impl Balance {
    fn opened(&mut self, _: &Opened) {}
}

#[derive(Event, Serialize, Deserialize)]
#[event(record = Account, version = 2)]
pub struct Noted;

#[upcast(
    crate = "cqrs_core",
    crate = ::cqrs_core,
    version = 2,
    strict,
)]
impl Noted {
    #[from(1)]
    fn from_v1(old: Self) -> Self {
        old
    }
}

#[derive(Query)]
pub struct Sum;

#[answer(
    crate = "cqrs_core",
    crate = ::cqrs_core,
    key = String,
    strict,
)]
impl Balance {
    async fn sum(_: &Rows<Self>, _: &Sum) -> u64 {
        7
    }
}

fn main() {}
