//! `open` returns `Welcomed`, which another aggregate applies.
use cqrs_core::prelude::*;

#[derive(Command, Serialize, Deserialize)]
#[command("account.open")]
pub struct OpenAccount {
    #[id]
    pub account: String,
}

#[derive(Event, Serialize, Deserialize)]
#[event("account.opened")]
pub struct Opened {}

#[derive(Event, Serialize, Deserialize)]
#[event("guest.welcomed")]
pub struct Welcomed {}

#[derive(Debug)]
pub struct Refused;

#[derive(Aggregate, Default)]
#[aggregate("account", id = String)]
pub struct Account;

#[handle]
impl Account {
    fn open(&self, _: &OpenAccount) -> Result<(Opened, Welcomed), Refused> {
        Ok((Opened {}, Welcomed {}))
    }
}

#[apply]
impl Account {
    fn opened(&mut self, _: &Opened) {}
}

#[derive(Aggregate, Default)]
#[aggregate("guest", id = String)]
pub struct Guest;

#[apply]
impl Guest {
    fn welcomed(&mut self, _: &Welcomed) {}
}

fn main() {}
