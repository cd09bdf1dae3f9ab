//! A service follows no log, so a read of it cannot wait, nor be behind.
use cqrs_core::prelude::*;

#[derive(Service)]
pub struct Catalog;

#[derive(Query)]
pub struct HowMany;

#[answer]
impl Catalog {
    fn how_many(&self, _: &HowMany) -> u32 {
        7
    }
}

#[derive(Resources)]
pub struct Deps {
    catalog: Catalog,
}

async fn how_many(bus: &Bus<Memory, Deps>, receipt: &Receipt) {
    let _ = bus.query(HowMany).after(receipt).await;
    let _ = bus.query(HowMany).as_it_is().await;
}

fn main() {}
