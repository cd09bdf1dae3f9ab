//! `Balance` has a row for each account: which of them answers?
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
    amount: u64,
}

#[project]
impl Balance {
    fn opened(&mut self, _: &Opened) {}
}

#[derive(Query)]
pub struct HowMuch;

#[answer]
impl Balance {
    fn how_much(&self, _: &HowMuch) -> u64 {
        self.amount
    }
}

fn main() {}
