//! A service and a projection answer `HowMany`.
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
pub struct Accounts {
    count: u64,
}

#[project]
impl Accounts {
    fn opened(&mut self, _: &Opened) {}
}

#[derive(Service)]
pub struct Desk;

#[derive(Query)]
pub struct HowMany;

#[answer]
impl Accounts {
    fn how_many(&self, _: &HowMany) -> u64 {
        self.count
    }
}

#[answer]
impl Desk {
    fn how_many(&self, _: &HowMany) -> u64 {
        7
    }
}

fn main() {}
