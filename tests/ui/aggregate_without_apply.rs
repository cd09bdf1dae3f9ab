//! An aggregate whose handlers return events applies them.
use cqrs_core::prelude::*;

#[derive(Aggregate, Default)]
#[aggregate(id = String)]
pub struct Account;

#[derive(Command, Serialize, Deserialize)]
pub struct Open {
    #[id]
    account: String,
}

#[derive(Event, Serialize, Deserialize)]
#[event(record = Account)]
pub struct Opened;

#[handle]
impl Account {
    fn open(&self, _: &Open) -> Opened {
        Opened
    }
}

async fn use_it(bus: &Bus<Memory>) {
    let _ = bus.dispatch(Open { account: "a".into() }).await;
}

fn main() {}
