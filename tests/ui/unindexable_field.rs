//! Rows cannot be ordered by a list.
use cqrs_core::prelude::*;

#[events("account")]
pub enum AccountEvent {
    Opened,
}

#[derive(Aggregate, Default)]
#[aggregate("account", id = String)]
pub struct Account;

#[apply]
impl Account {
    fn opened(&mut self, _: &Opened) {}
}

#[derive(Projection, Default, Serialize, Deserialize)]
#[projection("balances", key = String)]
pub struct Balance {
    #[index]
    tags: Vec<String>,
}

#[project]
impl Balance {
    fn opened(&mut self, _: &Opened) {}
}

fn main() {}
