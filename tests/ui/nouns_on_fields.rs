//! What is said of a noun stands on its type.
use cqrs_core::prelude::*;

#[derive(Service)]
pub struct Opener {
    #[service(crate = ::cqrs_core)]
    name: String,
}

#[derive(Command, Serialize, Deserialize)]
pub struct Open {
    #[command("open")]
    name: String,
}

#[handle]
impl Opener {
    fn open(&self, _: &Open) {}
}

#[derive(Event, Serialize, Deserialize)]
#[event(record = Account)]
pub struct Noted {
    #[event("noted")]
    name: String,
}

#[derive(Aggregate, Default)]
#[aggregate(id = u64)]
pub struct Account {
    #[aggregate("account")]
    name: String,
}

#[derive(Projection, Default, Serialize, Deserialize)]
pub enum State {
    #[default]
    #[projection("new")]
    New,
    Known {
        #[projection("known")]
        since: u64,
    },
}

#[project]
impl State {
    fn noted(&mut self, _: &Noted) {
        *self = Self::Known { since: 7 };
    }
}

#[derive(Query)]
pub struct Since {
    #[query("since")]
    since: u64,
}

#[answer]
impl Opener {
    fn since(&self, query: &Since) -> u64 {
        query.since
    }
}

#[derive(Id)]
pub struct AccountId(#[id] u64);

#[derive(Resources)]
pub struct Deps {
    #[resources(crate = ::cqrs_core)]
    opener: Opener,
}

fn main() {}
