//! Two methods answer `Average`.
use cqrs_core::prelude::*;

#[derive(Query)]
pub struct Average;

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
pub struct Holdings {
    accounts: u64,
}

#[project]
impl Holdings {
    fn opened(&mut self, _: &Opened) {
        self.accounts += 1;
    }
}

#[answer]
impl Holdings {
    fn average(&self, _: &Average) -> u64 {
        self.accounts
    }

    fn average_again(&self, _: &Average) -> u64 {
        0
    }
}

fn main() {}
