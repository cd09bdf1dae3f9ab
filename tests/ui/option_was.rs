//! Former names are stored names in quotes, each once, and none is today's.
use cqrs_core::prelude::*;

#[derive(Event, Serialize, Deserialize)]
#[event("account.noted", record = Account, was = noted)]
pub struct WithoutQuotes;

#[derive(Event, Serialize, Deserialize)]
#[event("account.seen", record = Account, was = ["account.watched", 7])]
pub struct NotAName;

#[derive(Event, Serialize, Deserialize)]
#[event("account.met", record = Account, was = "Account.Met")]
pub struct NotStored;

#[events("account")]
pub enum AccountEvent {
    #[event(record = Account, was = ["account.told", "account.said", "account.said"])]
    Told,
}

#[derive(Command, Serialize, Deserialize)]
#[command("account.note", was = "account.write")]
pub struct Note {
    #[id]
    account: u64,
}

#[derive(Aggregate, Default)]
#[aggregate(id = u64)]
pub struct Account;

#[handle]
impl Account {
    fn note(&self, _: &Note) -> Told {
        Told
    }
}

#[apply]
impl Account {
    fn closed(&mut self, _: &Closed) {}
}

#[derive(Event, Serialize, Deserialize)]
pub struct Closed;

fn main() {}
