//! State is folded for an aggregate, not for a service.
use cqrs_core::prelude::*;

#[derive(Event, Serialize, Deserialize)]
pub struct Opened;

#[derive(Service, Default)]
pub struct Account;

#[apply]
impl Account {
    fn opened(&mut self, _: &Opened) {}
}

fn main() {}
