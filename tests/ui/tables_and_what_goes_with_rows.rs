//! Projections with tables of their own that say what goes with rows.
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
#[projection("by_product", tables = Transaction, key = String)]
pub struct ByProduct;

#[project]
impl ByProduct {
    fn placed(_: &Transaction, _: &Placed) {}
}

#[derive(Projection)]
#[projection("at_once", tables = Transaction, inline)]
pub struct AtOnce;

#[project]
impl AtOnce {
    fn placed(_: &Transaction, _: &Placed) {}
}

#[derive(Projection)]
#[projection("with_fields", tables = Transaction)]
pub struct WithFields {
    pub pieces: u32,
}

#[project]
impl WithFields {
    fn placed(_: &Transaction, _: &Placed) {}
}

#[derive(Projection)]
#[projection("either", tables = Transaction)]
pub enum Either {}

#[project]
impl Either {
    fn placed(_: &Transaction, _: &Placed) {}
}

fn main() {}
