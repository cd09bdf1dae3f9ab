//! The type of a `#[project]` block derives `Projection`.
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

#[derive(Default, Serialize, Deserialize)]
pub struct Balance;

#[project]
impl Balance {
    fn opened(&mut self, _: &Opened) {}
}

fn main() {}
