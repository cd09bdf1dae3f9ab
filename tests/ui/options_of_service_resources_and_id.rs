//! A service, the resources of a bus and an id have no stored name, and one option.
use cqrs_core::prelude::*;

#[derive(Service)]
#[service(
    "catalog",
    crate = "cqrs_core",
    crate = ::cqrs_core,
    id = u64,
    store = 7,
)]
pub struct Catalog;

#[derive(Service)]
#[service = "till"]
pub struct Till;

#[derive(Resources)]
#[resources(
    "deps",
    crate = "cqrs_core",
    crate = ::cqrs_core,
    skip,
    all = 7,
)]
pub struct Deps {
    #[resource(skip, skip)]
    clock: u8,
    #[resource(skip, omit)]
    pool: u16,
    #[resource(skip = true)]
    mailer: u32,
    #[resource = "skip"]
    log: u64,
}

#[derive(Resources)]
#[resources = "deps"]
pub struct Other;

#[derive(Id)]
#[id(
    "account",
    crate = "cqrs_core",
    crate = ::cqrs_core,
    version = 2,
    prefix = "a",
)]
pub struct AccountId(u64);

#[derive(Id)]
#[id = "till"]
pub struct TillId(u64);

fn main() {}
