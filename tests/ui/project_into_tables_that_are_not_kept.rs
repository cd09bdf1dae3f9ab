//! Methods that write to tables, of a projection that keeps rows, and of one that keeps tables through another.
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

#[derive(Projection, Default, Serialize, Deserialize)]
#[projection("sales")]
pub struct Sales {
    pub pieces: u32,
}

#[project]
impl Sales {
    fn placed(_: &Transaction, _: &Placed) {}
}

/// What another store lends.
pub struct OtherTransaction;

#[derive(Projection)]
#[projection("payments", tables = OtherTransaction)]
pub struct Payments;

#[project]
impl Payments {
    fn paid(_: &Transaction, _: &Paid) {}
}

fn main() {}
