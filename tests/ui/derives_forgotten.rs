//! What is stored derives how it is written and read, and what begins, its default: one error at each type.
use cqrs_core::prelude::*;

#[derive(Command)]
pub struct Open {
    #[id]
    account: String,
}

#[derive(Event, Serialize)]
pub struct Opened;

#[derive(Event, Serialize)]
#[event(record = Account)]
pub struct Noted;

#[derive(Aggregate)]
#[aggregate(id = String)]
pub struct Account;

#[handle]
impl Account {
    fn open(&self, _: &Open) -> Option<(Opened, Noted)> {
        None
    }
}

#[apply]
impl Account {
    fn opened(&mut self, _: &Opened) {}
}

#[derive(Aggregate, Default, Serialize)]
#[aggregate(id = String, snapshot_every = 500)]
pub struct Ledger;

#[derive(Projection, Serialize)]
#[projection(key = String)]
pub struct Balance {
    opened: bool,
}

#[project]
impl Balance {
    fn opened(&mut self, _: &Opened) {
        self.opened = true;
    }
}

#[derive(Query)]
pub struct HowMany;

#[answer]
impl Balance {
    async fn how_many(rows: &Rows<Self>, _: &HowMany) -> Result<u64, ReadError> {
        rows.all().count().await
    }
}

async fn use_them(bus: &Bus<Memory>) {
    let _ = bus.dispatch(Open { account: "a".into() }).wait_for::<Balance>().await;
    let _ = bus.find::<Balance>(&"a".into()).await;
    let _ = bus.query(HowMany).await;
}

fn main() {}
