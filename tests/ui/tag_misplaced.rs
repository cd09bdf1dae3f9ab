//! `#[tag]` marks a named field of an event.
use cqrs_core::prelude::*;

#[derive(Event, Serialize, Deserialize)]
#[event(record = Account)]
#[tag]
pub struct Noted {
    by: String,
}

#[derive(Event, Serialize, Deserialize)]
#[event(record = Account)]
pub struct Said(#[tag] String);

#[derive(Event, Serialize, Deserialize)]
#[event(record = Account)]
pub struct Heard {
    #[tag(name = "who")]
    by: String,
}

#[derive(Event, Serialize, Deserialize)]
#[event(record = Account)]
pub struct Told {
    #[tag]
    #[tag]
    by: String,
}

#[events("account")]
pub enum AccountEvent {
    #[event(record = Account)]
    #[tag]
    Seen,
    #[event(record = Account)]
    Shown(#[tag] String),
}

#[commands("account")]
pub enum AccountCommand {
    Note {
        #[tag]
        by: String,
    },
}

#[derive(Query)]
pub struct Who {
    #[tag]
    by: String,
}

#[derive(Service)]
pub struct Scribe;

#[handle]
impl Scribe {
    fn note(&self, _: &Note) -> bool {
        true
    }
}

#[answer]
impl Scribe {
    fn who(&self, query: &Who) -> String {
        query.by.clone()
    }
}

#[derive(Aggregate, Default)]
#[aggregate(id = u64)]
pub struct Account;

fn main() {}
