//! Only `#[apply]` writes the enum of the events.
use cqrs_core::prelude::*;

#[derive(Command, Serialize, Deserialize)]
pub struct Add;

#[derive(Service)]
pub struct Catalog;

#[handle(enum = CatalogEvent)]
impl Catalog {
    fn add(&self, _: &Add) -> u32 {
        7
    }
}

fn main() {}
