//! A number is no event.
use cqrs_core::prelude::*;

#[commands("account", account: String)]
pub enum AccountCommand {
    OpenAccount,
}

#[derive(Aggregate, Default)]
#[aggregate("account", id = String)]
pub struct Account;

#[handle]
impl Account {
    fn open(&self, _: &OpenAccount) -> u64 {
        7
    }
}

fn main() {}
