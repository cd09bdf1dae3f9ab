//! A projection without a key is one value: it has no order, no keys and no rows.
use cqrs_core::prelude::*;

#[events("account")]
pub enum AccountEvent {
    Opened { by: String },
    Closed,
}

#[derive(Aggregate, Default)]
#[aggregate(id = String)]
pub struct Account;

#[apply]
impl Account {
    fn opened(&mut self, _: &Opened) {}
    fn closed(&mut self, _: &Closed) {}
}

#[derive(Projection, Default, Serialize, Deserialize)]
#[projection("balances")]
pub struct Balance {
    #[index]
    amount: u64,
}

#[project]
impl Balance {
    #[key(event.by)]
    fn opened(&mut self, event: &Opened) {
        self.amount += 1;
    }
    fn closed(_: &mut RowsMut<Self>, _: &Closed) {}
}

#[derive(Query)]
pub struct Richest;

#[answer]
impl Balance {
    async fn richest(rows: &Rows<Self>, _: &Richest) -> Result<u64, ReadError> {
        rows.all().count().await
    }
}

fn main() {}
