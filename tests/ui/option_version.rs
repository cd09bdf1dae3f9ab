//! Each version is another thing than a whole number from 1.
use cqrs_core::prelude::*;

#[derive(Event, Serialize, Deserialize)]
#[event(record = Account, version = "2")]
pub struct InQuotes;

#[derive(Event, Serialize, Deserialize)]
#[event(record = Account, version = 0)]
pub struct Zero;

#[derive(Event, Serialize, Deserialize)]
#[event(record = Account, version = -1)]
pub struct Negative;

#[derive(Event, Serialize, Deserialize)]
#[event(record = Account, version)]
pub struct Missing;

#[derive(Event, Serialize, Deserialize)]
#[event(record = Account, version = 4294967296)]
pub struct Huge;

#[derive(Aggregate, Default)]
#[aggregate(id = u64)]
pub struct Account;

fn main() {}
