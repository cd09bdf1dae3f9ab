//! Each definition has another mistake; all are reported in one run, and none leads to another.
use cqrs_core::prelude::*;

#[derive(Command, Serialize, Deserialize)]
pub struct Wrapped<T> {
    #[id]
    inner: T,
}

#[derive(Event, Serialize, Deserialize)]
pub enum Moved {
    Left,
    Right,
}

#[derive(Command, Serialize, Deserialize)]
#[command("Account.Open")]
pub struct Open {
    #[id]
    account: String,
    #[id]
    owner: String,
}

#[derive(Event, Serialize, Deserialize)]
#[event("account.opened", version = 0, since = 7)]
pub struct Opened {}

#[derive(Aggregate, Default)]
#[aggregate("account", id = String, id = u64)]
pub struct Account;

#[handle]
impl Account {
    fn open(&self, _: &Open) -> Opened {
        Opened {}
    }
}

#[apply]
impl Account {
    fn opened(&mut self, _: &Opened) {}
}

#[derive(Aggregate, Default)]
#[aggregate("ledger")]
pub struct Ledger;

#[derive(Id)]
pub struct AccountId {
    id: String,
}

#[derive(Projection, Default, Serialize, Deserialize)]
#[projection("balances", key = String, key = u64)]
pub struct Balance {
    amount: u64,
}

#[project]
impl Balance {
    fn opened(&mut self, _: &Opened) {
        self.amount = 0;
    }
}

fn main() {}
