//! The type of an `#[answer]` block derives `Projection` or `Service`.
use cqrs_core::prelude::*;

#[derive(Query)]
pub struct Price;

pub struct Catalog;

#[answer]
impl Catalog {
    fn price(&self, _: &Price) -> u64 {
        7
    }
}

fn main() {}
