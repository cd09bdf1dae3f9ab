//! Each macro says which options it knows.
use cqrs_core::prelude::*;

#[derive(Aggregate, Default)]
#[aggregate(name = "account", id = u64)]
pub struct Account;

#[derive(Event, Serialize, Deserialize)]
#[event("account.noted", record = Account, aggregate = Account)]
pub struct Noted;

#[derive(Service)]
#[service = "catalog"]
pub struct Catalog;

fn main() {}
