//! Methods that fold rows, of projections that have none.
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
    fn placed(&mut self, _: &Placed) {}
}

#[derive(Projection)]
#[projection("payments", tables = Transaction)]
pub struct Payments;

#[project]
impl Payments {
    #[key(event.by)]
    fn paid(&mut self, event: &Paid) {}
}

#[derive(Projection)]
#[projection("returns", tables = Transaction)]
pub struct Returns;

#[project]
impl Returns {
    fn returned(rows: &mut RowsMut<Self>, _: &Returned) {
        let _ = rows;
    }
}

fn main() {}
