//! Each option of an event is wrong, then given again.
use cqrs_core::prelude::*;

#[derive(Aggregate, Default)]
#[aggregate(id = u64)]
pub struct Account;

#[derive(Event, Serialize, Deserialize)]
#[event(
    "Account Noted",
    "account.noted",
    version = "2",
    version = 2,
    record = "Account",
    record = Account,
    was = 7,
    was = "account.written",
    crate = 7,
    crate = ::cqrs_core,
    aggregate = Account,
    key = u64,
)]
pub struct Noted;

#[derive(Event, Serialize, Deserialize)]
#[event = "account.seen"]
#[event(record = Account)]
pub struct Seen;

fn main() {}
