//! Each option of an aggregate is wrong, then given again.
use cqrs_core::prelude::*;

#[derive(Aggregate, Default)]
#[aggregate(
    "Account",
    "account",
    id = "AccountId",
    id = String,
    crate = "cqrs_core",
    crate = ::cqrs_core,
    snapshot_every = often,
    snapshot_every = 500,
    version = 0,
    version = 2,
    key = String,
    name = "account",
)]
pub struct Account;

#[derive(Aggregate, Default)]
#[aggregate = "ledger"]
pub struct Ledger;

#[derive(Aggregate, Default)]
#[aggregate("safe", id)]
pub struct Safe;

#[derive(Aggregate, Default)]
#[aggregate("till")]
pub struct Till;

#[derive(Aggregate, Default, Serialize, Deserialize)]
#[aggregate(id = String, snapshot_every = 0)]
pub struct Meter;

#[derive(Aggregate, Default, Serialize, Deserialize)]
#[aggregate(id = String, snapshot_every)]
pub struct Gauge;

#[derive(Aggregate, Default)]
#[aggregate(id = String, version = 2)]
pub struct Scale;

#[derive(Aggregate, Default)]
#[aggregate(id = Number)]
pub struct Vault;

pub struct Number(u64);

fn main() {}
