//! The command, the event, the query comes first.
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
    fn open(&self, _: &Context, _: &OpenAccount) -> Opened {
        Opened
    }
}

#[derive(Projection, Default, Serialize, Deserialize)]
pub struct Count {
    count: u64,
}

#[project]
impl Count {
    fn opened(&mut self, _: &Recorded, _: &Opened) {
        self.count += 1;
    }
}

#[derive(Projection, Default, Serialize, Deserialize)]
#[projection("other", key = String)]
pub struct Other {
    count: u64,
}

#[project]
impl Other {
    fn opened(&mut self, _: &Opened) {}
}

#[derive(Query)]
pub struct HowMany;

#[answer]
impl Other {
    async fn how_many(_: &Rows<Self>, _: &Rows<Count>, _: &HowMany) -> u64 {
        7
    }
}

fn main() {}
