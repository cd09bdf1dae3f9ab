//! Rows are folded for a projection, not for an aggregate.
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

#[project]
impl Account {
    #[key("one".to_owned())]
    fn opened_too(&mut self, _: &Opened) {}
}

fn main() {}
