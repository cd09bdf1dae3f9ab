//! Within a block or a vocabulary, a `#[cfg_attr(..)]` hides what it stands for.
use cqrs_core::prelude::*;

#[commands("account", account: String)]
pub enum AccountCommand {
    #[cfg_attr(all(), command(version = 2))]
    Open,
    #[cfg_attr(all(), cfg(all()))]
    Close,
}

#[commands("ledger")]
pub enum LedgerCommand {
    Note {
        #[cfg_attr(all(), id)]
        ledger: String,
    },
}

#[events("account")]
pub enum AccountEvent {
    #[cfg_attr(all(), event(version = 2))]
    Opened {
        #[cfg_attr(all(), tag)]
        by: String,
    },
    #[cfg_attr(all(), cfg(all()))]
    Closed,
}

#[derive(Aggregate, Default)]
#[aggregate(id = String)]
pub struct Account;

#[handle]
impl Account {
    #[cfg_attr(all(), cfg(all()))]
    fn open(&self, _: &Open) -> Closed {
        Closed
    }
    fn close(&self, _: &Close) -> Closed {
        Closed
    }
}

#[apply]
impl Account {
    #[cfg_attr(all(), cfg(all()))]
    fn opened(&mut self, _: &Opened) {}
    fn closed(&mut self, _: &Closed) {}
}

#[derive(Service)]
pub struct Scribe;

#[handle]
impl Scribe {
    fn note(&self, _: &Note) {}
}

#[derive(Projection, Default, Serialize, Deserialize)]
#[projection(key = String)]
pub struct Balance;

#[project]
impl Balance {
    #[cfg_attr(all(), key(event.by))]
    fn opened(&mut self, _: &Opened) {}
    #[cfg_attr(all(), cfg(all()))]
    fn closed(&mut self, _: &Closed) {}
}

#[derive(Query)]
pub struct Sum;

#[answer]
impl Balance {
    #[cfg_attr(all(), cfg(all()))]
    async fn sum(_: &Rows<Self>, _: &Sum) -> u64 {
        7
    }
}

fn main() {}
