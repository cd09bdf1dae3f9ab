//! The query of an answer derives `Query`.
use cqrs_core::prelude::*;

pub struct Price;

#[derive(Service)]
pub struct Catalog;

#[answer]
impl Catalog {
    fn price(&self, _: &Price) -> u64 {
        7
    }
}

fn main() {}
