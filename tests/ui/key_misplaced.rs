//! `#[key(..)]` stands on a method of a `#[project]` block.
use cqrs_core::prelude::*;

#[key(event.customer)]
pub struct Account;

#[key(event.customer)]
impl Account {
    #[key(event.customer)]
    fn placed(&mut self) {}
}

fn main() {}
