//! The type of an `#[apply]` block derives `Aggregate`.
use cqrs_core::prelude::*;

#[derive(Event, Serialize, Deserialize)]
pub struct Opened;

#[derive(Default)]
pub struct Account;

#[apply]
impl Account {
    fn opened(&mut self, _: &Opened) {}
}

fn main() {}
