//! The event of an `#[apply]` method derives `Event`.
use cqrs_core::prelude::*;

#[derive(Aggregate, Default)]
#[aggregate(id = String)]
pub struct Account;

#[derive(Serialize, Deserialize)]
pub struct Opened;

#[apply]
impl Account {
    fn opened(&mut self, _: &Opened) {}
}

fn main() {}
