//! The handler needs a `Mailer`, and the bus has none.
use cqrs_core::prelude::*;

#[commands("account", account: String)]
pub enum AccountCommand {
    OpenAccount,
}

#[events("account")]
pub enum AccountEvent {
    Opened,
}

pub struct Mailer;

#[derive(Aggregate, Default)]
#[aggregate("account", id = String)]
pub struct Account;

#[handle]
impl Account {
    async fn open(&self, _: &OpenAccount, _: &Mailer) -> Opened {
        Opened
    }
}

#[apply]
impl Account {
    fn opened(&mut self, _: &Opened) {}
}

async fn open(bus: &Bus<Memory>) {
    let _ = bus.dispatch(OpenAccount { account: "a".into() }).await;
}

fn main() {}
