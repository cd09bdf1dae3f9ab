//! What tells rows apart is a type.
use cqrs_core::prelude::*;

#[events("account")]
pub enum AccountEvent {
    Opened,
}

#[derive(Aggregate, Default)]
#[aggregate(id = u64)]
pub struct Account;

#[apply]
impl Account {
    fn opened(&mut self, _: &Opened) {}
}

#[derive(Projection, Default, Serialize, Deserialize)]
#[projection("balances", key)]
pub struct Balance;

#[project]
impl Balance {
    fn opened(&mut self, _: &Opened) {}
}

#[derive(Projection, Default, Serialize, Deserialize)]
#[projection("owners", key = "String")]
pub struct Owner;

#[project]
impl Owner {
    fn opened(&mut self, _: &Opened) {}
}

fn main() {}
