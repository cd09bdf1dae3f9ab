//! `#[id]` marks the field of a command that names the instance.
use cqrs_core::prelude::*;

#[derive(Command, Serialize, Deserialize)]
#[id]
pub struct Open {
    name: String,
}

#[derive(Command, Serialize, Deserialize)]
pub struct Close {
    #[id]
    account: u64,
    #[id]
    ledger: u64,
}

#[derive(Command, Serialize, Deserialize)]
pub struct Lock {
    #[id]
    #[id]
    account: u64,
}

#[derive(Command, Serialize, Deserialize)]
pub struct Unlock {
    #[id(u64)]
    account: u64,
}

#[derive(Event, Serialize, Deserialize)]
#[event(record = Account)]
pub struct Noted {
    #[id]
    account: u64,
}

#[events("account")]
pub enum AccountEvent {
    #[event(record = Account)]
    Seen {
        #[id]
        account: u64,
    },
}

#[commands("account", account: u64)]
pub enum AccountCommand {
    #[id]
    Rename,
    Move {
        #[id]
        to: u64,
    },
}

#[derive(Aggregate, Default)]
#[aggregate(id = u64)]
pub struct Account;

#[handle]
impl Account {
    fn close(&self, _: &Close) -> Noted {
        Noted { account: 7 }
    }
    fn lock(&self, _: &Lock) -> Noted {
        Noted { account: 7 }
    }
    fn unlock(&self, _: &Unlock) -> Noted {
        Noted { account: 7 }
    }
    fn rename(&self, _: &Rename) -> Noted {
        Noted { account: 7 }
    }
    fn relocate(&self, _: &Move) -> Noted {
        Noted { account: 7 }
    }
}

#[derive(Service)]
pub struct Opener;

#[handle]
impl Opener {
    fn open(&self, _: &Open) -> bool {
        true
    }
}

fn main() {}
