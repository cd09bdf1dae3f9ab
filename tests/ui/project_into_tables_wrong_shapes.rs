//! Methods that write to tables, each with another mistake; all are reported in one run.
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
    fn tables(_: &Transaction) {}

    async fn again(_: &mut Transaction) -> impl Sized {}

    #[key(event.pieces)]
    fn placed(_: &Transaction, event: &Placed) {}

    fn paid(_: &mut Transaction, _: &Paid) {}

    async fn returned(_: &Transaction, _: &Returned) -> impl Sized {}

    fn sent(_: &Transaction, _: &Sent, _: &str) {}
}

#[derive(Projection)]
#[projection("others", tables = Transaction)]
pub struct Others;

#[project]
impl Others {
    #[key(tables)]
    fn tables<T>(tables: &Transaction) {}
}

#[derive(Projection)]
#[projection("both", tables = Transaction)]
pub struct Both;

#[project]
impl Both {
    fn placed(&mut self, _: &Transaction, _: &Placed) {}

    fn paid(&self, _: &Transaction, _: &Paid, _: &Recorded) {}
}

fn main() {}
