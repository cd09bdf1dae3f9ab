//! Each definition has another mistake; all are reported in one run.
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
#[aggregate("account")]
pub struct Account;

#[derive(Id)]
pub struct AccountId {
    id: String,
}

#[derive(Projection, Default, Serialize, Deserialize)]
#[projection("balances", key = String, key = u64)]
pub struct Balance {
    #[index]
    tags: Vec<String>,
}

fn main() {}
