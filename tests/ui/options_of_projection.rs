//! Each option of a projection is wrong, then given again.
use cqrs_core::prelude::*;

#[events("account")]
pub enum AccountEvent {
    Opened,
}

#[derive(Aggregate, Default)]
#[aggregate(id = String)]
pub struct Account;

#[apply]
impl Account {
    fn opened(&mut self, _: &Opened) {}
}

#[derive(Projection, Default, Serialize, Deserialize)]
#[projection(
    "Balances",
    "balances",
    key = "String",
    key = String,
    version = 0,
    version = 2,
    inline,
    inline,
    crate = "cqrs_core",
    crate = ::cqrs_core,
    id = String,
    table = 7,
)]
pub struct Balance {
    #[index]
    amount: u64,
}

#[project]
impl Balance {
    fn opened(&mut self, _: &Opened) {
        self.amount = 0;
    }
}

#[derive(Projection, Default, Serialize, Deserialize)]
#[projection = "owners"]
pub struct Owner;

#[project]
impl Owner {
    fn opened(&mut self, _: &Opened) {}
}

#[derive(Projection, Default, Serialize, Deserialize)]
#[projection("openings", inline = true)]
pub struct Openings;

#[project]
impl Openings {
    fn opened(&mut self, _: &Opened) {}
}

#[derive(Projection)]
#[projection("closings", tables = )]
pub struct Closings;

#[derive(Projection)]
#[projection("reopenings", tables = Transaction, tables = Transaction)]
pub struct Reopenings;

/// What a store lends.
pub struct Transaction;

#[project]
impl Reopenings {
    fn opened(_: &Transaction, _: &Opened) {}
}

fn main() {}
