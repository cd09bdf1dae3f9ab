//! A projection folds its events in one block.
use cqrs_core::prelude::*;

#[events("account")]
pub enum AccountEvent {
    Opened,
    Closed,
}

#[derive(Aggregate, Default)]
#[aggregate(id = u64)]
pub struct Account;

#[apply]
impl Account {
    fn opened(&mut self, _: &Opened) {}
    fn closed(&mut self, _: &Closed) {}
}

#[derive(Projection, Default, Serialize, Deserialize)]
pub struct Count(i64);

#[project]
impl Count {
    fn opened(&mut self, _: &Opened) {
        self.0 += 1;
    }
}

#[project]
impl Count {
    fn closed(&mut self, _: &Closed) {
        self.0 -= 1;
    }
}

fn main() {}
