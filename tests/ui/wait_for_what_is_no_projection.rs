//! An aggregate is not waited for.
use cqrs_core::prelude::*;

#[commands("account", account: String)]
pub enum AccountCommand {
    OpenAccount,
}

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

#[handle]
impl Account {
    fn open(&self, _: &OpenAccount) -> Opened {
        Opened
    }
}

async fn open(bus: &Bus<Memory>) {
    let _ = bus.dispatch(OpenAccount { account: "a".into() }).wait_for::<Account>();
}

fn main() {}
