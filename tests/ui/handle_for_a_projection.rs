//! An aggregate or a service handles commands, not a projection.
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

#[derive(Command, Serialize, Deserialize)]
pub struct Open;

#[derive(Projection, Default, Serialize, Deserialize)]
#[projection(key = String)]
pub struct Balance;

#[project]
impl Balance {
    fn opened(&mut self, _: &Opened) {}
}

#[handle]
impl Balance {
    fn open(&self, _: &Open) {}
}

fn main() {}
