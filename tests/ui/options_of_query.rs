//! Each option of a query is wrong, then given again.
use cqrs_core::prelude::*;

#[derive(Query)]
#[query(
    "7th",
    "price",
    crate = "cqrs_core",
    crate = ::cqrs_core,
    version = 2,
    limit = 7,
)]
pub struct Price;

#[derive(Query)]
#[query = "sum"]
pub struct Sum;

#[derive(Service)]
pub struct Catalog;

#[answer]
impl Catalog {
    fn price(&self, _: &Price) -> u64 {
        7
    }
    fn sum(&self, _: &Sum) -> u64 {
        7
    }
}

fn main() {}
