//! A service is itself a resource of the bus, and this bus has none.
use cqrs_core::prelude::*;

#[derive(Service)]
pub struct Catalog;

#[derive(Command, Serialize, Deserialize)]
pub struct AddProduct;

#[handle]
impl Catalog {
    fn add(&self, _: &AddProduct) -> u32 {
        7
    }
}

async fn add(bus: &Bus<Memory>) {
    bus.dispatch(AddProduct).await;
}

fn main() {}
