//! Each method of the block has another mistake; all are reported in one run.
use cqrs_core::prelude::*;

#[events("account")]
pub enum AccountEvent {
    Opened { owner: String },
    Deposited { amount: u64 },
    Withdrawn { amount: u64 },
    Renamed { owner: String },
    Closed,
}

#[derive(Aggregate, Default)]
#[aggregate("account", id = String)]
pub struct Account;

#[apply]
impl Account {
    fn opened(&mut self, _: &Opened) {}
    fn deposited(&mut self, _: &Deposited) {}
    fn withdrawn(&mut self, _: &Withdrawn) {}
    fn renamed(&mut self, _: &Renamed) {}
    fn closed(&mut self, _: &Closed) {}
}

#[derive(Projection, Default, Serialize, Deserialize)]
#[projection("balances", key = String)]
pub struct Balance {
    pub amount: u64,
}

#[project]
impl Balance {
    fn deposited(&mut self, event: &Deposited) {
        self.amount += event.amount;
    }
}

#[derive(Query)]
pub struct Richest;

#[derive(Query)]
pub struct Poorest;

#[derive(Query)]
pub struct Sum;

#[derive(Query)]
pub struct Count;

#[answer]
impl Balance {
    fn richest(&mut self, _: &Richest) -> u64 {
        self.amount
    }

    async fn poorest(rows: &Rows<Self>, _: Poorest) -> Result<Vec<Row<Self>>, ReadError> {
        rows.all().await
    }

    async fn sum(_: &Rows<Self>, _: &Sum) {}

    fn count(_: &Count) -> u64 {
        7
    }
}

fn main() {}
