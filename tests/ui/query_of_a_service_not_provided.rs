//! A service answers for itself, as a resource of the bus, and may ask for others; this bus has none.
use cqrs_core::prelude::*;

#[derive(Service)]
pub struct Catalog;

pub struct Currency;

#[derive(Query)]
pub struct HowMany;

#[derive(Query)]
pub struct HowMuch;

#[answer]
impl Catalog {
    fn how_many(&self, _: &HowMany) -> u32 {
        7
    }
    fn how_much(&self, _: &HowMuch, _: &Currency) -> u32 {
        7
    }
}

#[derive(Resources)]
pub struct Deps {
    catalog: Catalog,
}

async fn without_the_service(bus: &Bus<Memory>) {
    let _ = bus.query(HowMany).await;
}

async fn without_its_resource(bus: &Bus<Memory, Deps>) {
    let _ = bus.query(HowMuch).await;
}

fn main() {}
