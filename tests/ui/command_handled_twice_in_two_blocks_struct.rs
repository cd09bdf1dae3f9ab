//! Methods of two blocks handle `OpenAccount`.
use cqrs_core::prelude::*;

#[derive(Command, Serialize, Deserialize)]
#[command("account.open")]
pub struct OpenAccount {
    #[id]
    pub account: String,
}

#[derive(Event, Serialize, Deserialize)]
#[event("account.opened")]
pub struct Opened {}

#[derive(Aggregate, Default)]
#[aggregate("account", id = String)]
pub struct Account;

#[handle]
impl Account {
    fn open(&self, _: &OpenAccount) -> Opened {
        Opened {}
    }
}

#[handle]
impl Account {
    fn open_again(&self, _: &OpenAccount) -> Opened {
        Opened {}
    }
}

#[apply]
impl Account {
    fn opened(&mut self, _: &Opened) {}
}

fn main() {}
