//! What names an instance is a type.
use cqrs_core::prelude::*;

#[derive(Aggregate, Default)]
#[aggregate("account", id)]
pub struct Account;

#[derive(Aggregate, Default)]
#[aggregate(id = "AccountId")]
pub struct Ledger;

fn main() {}
