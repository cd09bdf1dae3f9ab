//! Two projections answer `HowMany`.
use cqrs_core::prelude::*;

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

#[derive(Projection, Default, Serialize, Deserialize)]
pub struct One {
    count: u64,
}

#[derive(Projection, Default, Serialize, Deserialize)]
pub struct Other {
    count: u64,
}

#[project]
impl One {
    fn opened(&mut self, _: &Opened) {}
}

#[project]
impl Other {
    fn opened(&mut self, _: &Opened) {}
}

#[derive(Query)]
pub struct HowMany;

#[answer]
impl One {
    fn how_many(&self, _: &HowMany) -> u64 {
        self.count
    }
}

#[answer]
impl Other {
    fn how_many(&self, _: &HowMany) -> u64 {
        self.count
    }
}

fn main() {}
