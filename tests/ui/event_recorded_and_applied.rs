//! What is kept only for the record changes no state.
use cqrs_core::prelude::*;

#[derive(Event, Serialize, Deserialize)]
#[event(record = Account)]
pub struct Noted;

#[derive(Aggregate, Default)]
#[aggregate(id = u64)]
pub struct Account;

#[apply]
impl Account {
    fn noted(&mut self, _: &Noted) {}
}

fn main() {}
