//! `#[index]` marks a named field of a projection that is a struct.
use cqrs_core::prelude::*;

#[events("account")]
pub enum AccountEvent {
    #[event(record = Account)]
    Noted {
        #[index]
        at: u64,
    },
}

#[commands("account")]
pub enum AccountCommand {
    Note {
        #[index]
        at: u64,
    },
}

#[derive(Service)]
pub struct Scribe;

#[handle]
impl Scribe {
    fn note(&self, _: &Note) {}
}

#[derive(Aggregate, Default)]
#[aggregate(id = u64)]
pub struct Account {
    #[index]
    at: u64,
}

#[derive(Projection, Default, Serialize, Deserialize)]
#[projection(key = u64)]
#[index]
pub struct Balance {
    #[index]
    amount: u64,
    #[index]
    #[index]
    at: u64,
}

#[project]
impl Balance {
    fn noted(&mut self, _: &Noted) {
        self.amount += 1;
    }
}

#[derive(Projection, Default, Serialize, Deserialize)]
#[projection(key = u64)]
pub struct Count(#[index] u64);

#[project]
impl Count {
    fn noted(&mut self, _: &Noted) {
        self.0 += 1;
    }
}

#[derive(Projection, Default, Serialize, Deserialize)]
#[projection(key = u64)]
pub enum State {
    #[default]
    New,
    Known {
        #[index]
        since: u64,
    },
}

#[project]
impl State {
    fn noted(&mut self, event: &Noted) {
        *self = Self::Known { since: event.at };
    }
}

fn main() {}
