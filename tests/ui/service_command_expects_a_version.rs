//! What only a log can keep is there for the commands of aggregates alone.
use cqrs_core::prelude::*;

#[derive(Service)]
pub struct Catalog;

#[derive(Resources)]
pub struct Deps(Catalog);

#[derive(Command, Serialize, Deserialize)]
pub struct AddProduct;

#[handle]
impl Catalog {
    fn add(&self, _: &AddProduct) -> u32 {
        7
    }
}

async fn add(bus: &Bus<Memory, Deps>) {
    bus.dispatch(AddProduct).expect_version(7).await;
}

fn main() {}
