//! The command of a handler derives `Command`.
use cqrs_core::prelude::*;

#[derive(Aggregate, Default)]
#[aggregate(id = String)]
pub struct Account;

#[derive(Event, Serialize, Deserialize)]
pub struct Opened;

#[derive(Serialize, Deserialize)]
pub struct Open {
    account: String,
}

#[handle]
impl Account {
    fn open(&self, _: &Open) -> Opened {
        Opened
    }
}

#[apply]
impl Account {
    fn opened(&mut self, _: &Opened) {}
}

fn main() {}
