//! Each option of a vocabulary of commands, and of its words, is wrong, then given again.
use cqrs_core::prelude::*;

#[commands(
    "my account",
    "account",
    account: String,
    ledger: String,
    aggregate = Account,
    aggregate = "account",
    crate = "cqrs_core",
    crate = ::cqrs_core,
    version = 2,
    id = String,
    prefix = 7,
)]
pub enum AccountCommand {
    #[command(
        "Open",
        "account.open",
        version = 0,
        version = 2,
        crate = ::cqrs_core,
    )]
    Open,
    #[command = "account.close"]
    Close,
}

#[events("account")]
pub enum AccountEvent {
    Changed,
}

#[derive(Aggregate, Default)]
#[aggregate(id = String)]
pub struct Account;

#[handle]
impl Account {
    fn open(&self, _: &Open) -> Changed {
        Changed
    }
    fn close(&self, _: &Close) -> Changed {
        Changed
    }
}

#[apply]
impl Account {
    fn changed(&mut self, _: &Changed) {}
}

fn main() {}
