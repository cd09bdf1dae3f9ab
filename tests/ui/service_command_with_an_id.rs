//! A service has no instances.
use cqrs_core::prelude::*;

#[derive(Service)]
pub struct Catalog;

#[derive(Command, Serialize, Deserialize)]
pub struct AddProduct {
    #[id]
    product: u32,
}

#[handle]
impl Catalog {
    fn add(&self, command: &AddProduct) -> u32 {
        command.product
    }
}

fn main() {}
