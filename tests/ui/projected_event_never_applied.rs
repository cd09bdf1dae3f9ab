//! No aggregate applies `Closed`, which a projection folds.
use cqrs_core::prelude::*;

#[events("account")]
pub enum AccountEvent {
    Opened,
    Closed,
}

#[derive(Aggregate, Default)]
#[aggregate("account", id = String)]
pub struct Account;

#[apply]
impl Account {
    fn opened(&mut self, _: &Opened) {}
}

#[derive(Projection, Default, Serialize, Deserialize)]
#[projection("open", key = String)]
pub struct Open {
    open: bool,
}

#[project]
impl Open {
    fn opened(&mut self, _: &Opened) {
        self.open = true;
    }

    fn closed(&mut self, _: &Closed) {
        self.open = false;
    }
}

fn main() {}
