//! Each method of the block has another mistake; all are reported in one run.
use cqrs_core::prelude::*;

#[commands("account", account: String)]
pub enum AccountCommand {
    OpenAccount { owner: String },
    Deposit { amount: u64 },
    Withdraw { amount: u64 },
    Rename { owner: String },
    Close,
}

#[events("account")]
pub enum AccountEvent {
    Opened { owner: String },
    Deposited { amount: u64 },
    Withdrawn { amount: u64 },
}

#[derive(Aggregate, Default)]
#[aggregate("account", id = String)]
pub struct Account;

#[handle]
impl Account {
    const LIMIT: u64 = 7;

    fn open(&mut self, command: &OpenAccount) -> Opened {
        Opened { owner: command.owner.clone() }
    }

    fn deposit(&self, command: Deposit) -> Deposited {
        Deposited { amount: command.amount }
    }

    fn withdraw(&self, _: &Withdraw) {}

    fn rename<T>(&self, command: &Rename) -> Opened {
        Opened { owner: command.owner.clone() }
    }

    fn close(_: &Close) -> Option<Opened> {
        None
    }

    fn nothing(&self) -> Option<Opened> {
        None
    }
}

#[apply]
impl Account {
    fn opened(&mut self, _: &Opened) {}
    fn deposited(&mut self, _: &Deposited) {}
    fn withdrawn(&mut self, _: &Withdrawn) {}
}

fn main() {}
