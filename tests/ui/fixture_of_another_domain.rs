//! A fixture is given what is no event of its aggregate, and lacks what the handler takes.
use cqrs_core::prelude::*;
use cqrs_core::testing::Fixture;

#[commands("account", account: String)]
pub enum AccountCommand {
    Open,
}

#[events("account")]
pub enum AccountEvent {
    Opened,
}

#[derive(Aggregate, Default)]
#[aggregate("account", id = String)]
pub struct Account;

pub struct Tariff;

#[handle]
impl Account {
    fn open(&self, _: &Open, _: &Tariff) -> Opened {
        Opened
    }
}

#[apply]
impl Account {
    fn opened(&mut self, _: &Opened) {}
}

mod parcels {
    use cqrs_core::prelude::*;

    #[events("parcel")]
    pub enum ParcelEvent {
        Sent,
    }

    #[derive(Aggregate, Default)]
    #[aggregate("parcel", id = String)]
    pub struct Parcel;

    #[apply]
    impl Parcel {
        fn sent(&mut self, _: &Sent) {}
    }
}

fn main() {
    let _ = Account::given((Opened, parcels::Sent));
    Account::given_nothing().when(Open { account: "a".into() }).then(Opened);
}
