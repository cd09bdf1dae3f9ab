//! `#[id]` marks the field of a command that names the instance.
use cqrs_core::prelude::*;

#[derive(Command, Serialize, Deserialize)]
#[id]
pub struct Open {
    name: String,
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

#[derive(Aggregate, Default)]
#[aggregate(id = u64)]
pub struct Account;

#[derive(Service)]
pub struct Opener;

#[handle]
impl Opener {
    fn open(&self, _: &Open) -> bool {
        true
    }
}

fn main() {}
