//! Methods that write to tables, and say what they cannot.
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

#[derive(Projection)]
#[projection("sales", tables = Transaction)]
pub struct Sales;

#[project]
impl Sales {
    fn tables(_: &Transaction) -> Change {
        Change::Keep
    }

    fn placed(_: &Transaction, _: &Placed) -> Result<u32, String> {
        Ok(1)
    }
}

fn main() {}
