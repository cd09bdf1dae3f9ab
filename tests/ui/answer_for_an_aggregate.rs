//! A read model answers queries, not an aggregate.
use cqrs_core::prelude::*;

#[derive(Aggregate, Default)]
#[aggregate(id = String)]
pub struct Account;

#[derive(Event, Serialize, Deserialize)]
pub struct Opened;

#[apply]
impl Account {
    fn opened(&mut self, _: &Opened) {}
}

#[derive(Query)]
pub struct Opens;

#[answer]
impl Account {
    fn opens(&self, _: &Opens) -> u64 {
        7
    }
}

fn main() {}
