//! The context is that of a command, the record that of an event.
use cqrs_core::prelude::*;

#[commands("account", account: String)]
pub enum AccountCommand {
    OpenAccount,
    CloseAccount,
}

#[events("account")]
pub enum AccountEvent {
    Opened,
    Closed,
}

#[derive(Aggregate, Default)]
#[aggregate("account", id = String)]
pub struct Account;

#[handle]
impl Account {
    fn open(&self, _: &OpenAccount, _: &Recorded) -> Opened {
        Opened
    }
    fn close(&self, _: &Recorded, _: &CloseAccount) -> Closed {
        Closed
    }
}

#[apply]
impl Account {
    fn opened(&mut self, _: &Opened, _: &Context) {}
    fn closed(&mut self, _: &Recorded, _: &Closed) {}
}

#[derive(Projection, Default, Serialize, Deserialize)]
#[projection("accounts", key = String)]
pub struct Shown {
    open: bool,
}

#[project]
impl Shown {
    fn opened(&mut self, _: &Opened, _: &String, _: &Context) {}
    fn closed(&mut self, _: &Context, _: &Closed) {}
}

#[derive(Query)]
pub struct HowMany;

#[derive(Query)]
pub struct Which;

#[answer]
impl Shown {
    fn how_many(_: &Rows<Self>, _: &HowMany, _: &Recorded) -> u64 {
        7
    }
    fn which(_: &Rows<Self>, _: &Context, _: &Which) -> u64 {
        7
    }
}

fn main() {}
