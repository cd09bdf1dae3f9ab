//! Which account is to be opened?
use cqrs_core::prelude::*;

#[commands("account")]
pub enum AccountCommand {
    OpenAccount { owner: String },
}

#[events("account")]
pub enum AccountEvent {
    Opened,
}

#[derive(Aggregate, Default)]
#[aggregate("account", id = String)]
pub struct Account;

#[handle]
impl Account {
    fn open(&self, _: &OpenAccount) -> Opened {
        Opened
    }
}

#[apply]
impl Account {
    fn opened(&mut self, _: &Opened) {}
}

fn main() {}
