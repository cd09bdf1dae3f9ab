//! `open` returns `Welcomed`, which another aggregate applies.
use cqrs_core::prelude::*;

#[commands("account", account: String)]
pub enum AccountCommand {
    OpenAccount,
}

#[events("account")]
pub enum AccountEvent {
    Opened,
}

mod guest {
    use cqrs_core::prelude::*;

    #[events("guest")]
    pub enum GuestEvent {
        Welcomed,
    }

    #[derive(Aggregate, Default)]
    #[aggregate("guest", id = String)]
    pub struct Guest;

    #[apply]
    impl Guest {
        fn welcomed(&mut self, _: &Welcomed) {}
    }
}

#[derive(Aggregate, Default)]
#[aggregate("account", id = String)]
pub struct Account;

#[handle]
impl Account {
    fn open(&self, _: &OpenAccount) -> guest::Welcomed {
        guest::Welcomed
    }
}

#[apply]
impl Account {
    fn opened(&mut self, _: &Opened) {}
}

fn main() {}
