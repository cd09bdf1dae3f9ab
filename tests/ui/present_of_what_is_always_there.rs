//! Only what may be absent is asked to be present.
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
    owner: String,
    #[index]
    amount: u64,
}

#[project]
impl Balance {
    fn opened(&mut self, _: &Opened) {}
}

#[derive(Query)]
pub struct Asked;

#[answer]
impl Balance {
    async fn asked(rows: &Rows<Self>, _: &Asked) -> Result<u64, ReadError> {
        rows.all().present(Self::AMOUNT).count().await
    }
}

fn main() {}
