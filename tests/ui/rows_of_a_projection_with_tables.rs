//! Each of these reads or expects rows of a projection that has none.
use cqrs_core::prelude::*;

/// What a store lends.
pub struct Transaction;

#[events("order")]
pub enum OrderEvent {
    Placed { pieces: u32 },
    Paid { by: String },
    Returned { pieces: u32 },
    Sent { to: String },
}

#[derive(Aggregate, Default)]
#[aggregate("order", id = u64)]
pub struct Order;

#[apply]
impl Order {
    fn placed(&mut self, _: &Placed) {}
    fn paid(&mut self, _: &Paid) {}
    fn returned(&mut self, _: &Returned) {}
    fn sent(&mut self, _: &Sent) {}
}

use cqrs_core::testing::ProjectionFixture;

#[derive(Projection)]
#[projection("sales", tables = Transaction)]
pub struct Sales;

#[project]
impl Sales {
    fn placed(_: &Transaction, _: &Placed) {}
}

#[derive(Query)]
pub struct Top;

#[answer]
impl Sales {
    async fn top(rows: &Rows<Self>, _: &Top) -> Result<u64, ReadError> {
        let _ = rows;
        Ok(0)
    }
}

async fn read(bus: &Bus<Memory>) {
    let _ = bus.value::<Sales>();
    let _ = bus.find::<Sales>(&"tea".to_owned());
}

fn expect() {
    Sales::given(1_u64, Placed { pieces: 1 });
}

fn main() {}
