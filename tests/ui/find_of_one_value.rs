//! A projection of one value has no rows to find.
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
#[projection("holdings")]
pub struct Holdings {
    accounts: u64,
}

#[project]
impl Holdings {
    fn opened(&mut self, _: &Opened) {
        self.accounts += 1;
    }
}

async fn read(bus: &Bus<Memory>) {
    let _ = bus.find::<Holdings>(&"a".to_owned());
}

fn main() {}
