//! Each of these reads or waits for what is not there.
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
    fn opened(&mut self, _: &Opened) {
        self.amount = 0;
    }
}

async fn read(bus: &Bus<Memory>) {
    let _ = bus.value::<Balance>();
}

fn main() {}
