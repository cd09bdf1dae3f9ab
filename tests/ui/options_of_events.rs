//! Each option of a vocabulary of events, and of its words, is wrong, then given again.
use cqrs_core::prelude::*;

#[events(
    "Account",
    "account",
    aggregate = Account,
    aggregate = "account",
    crate = "cqrs_core",
    crate = ::cqrs_core,
    account: String,
    record = Account,
    prefix = 7,
)]
pub enum AccountEvent {
    #[event(
        "Noted",
        "account.noted",
        version = 0,
        version = 2,
        record = "Account",
        record = Account,
        was = 7,
        was = "account.written",
        crate = ::cqrs_core,
    )]
    Noted,
    #[event = "account.seen"]
    Seen,
}

#[derive(Aggregate, Default)]
#[aggregate(id = String)]
pub struct Account;

#[apply]
impl Account {
    fn seen(&mut self, _: &Seen) {}
}

fn main() {}
