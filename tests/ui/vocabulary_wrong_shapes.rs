//! Each vocabulary has another mistake; all are reported in one run.
use cqrs_core::prelude::*;

mod on_other_items {
    use super::*;

    #[commands("account", account: String)]
    pub struct Open;

    #[events("account")]
    pub struct Opened;

    #[commands("account", account: String)]
    impl Open {}

    #[events("account")]
    pub fn opened() {}
}

mod without_a_category {
    use super::*;

    #[events]
    pub enum AccountEvent {}

    #[commands]
    pub enum AccountCommand {}
}

mod wrong_words {
    use super::*;

    #[commands("account", account: String)]
    pub enum AccountCommand {
        Open(String),
        Close { account: String },
        Lock = 7,
        #[command("account.open")]
        Unlock,
    }

    #[events("account")]
    pub enum AccountEvent {
        Opened = 7,
        #[event("account.opened")]
        Begun,
        Öffnung,
    }

    #[derive(Aggregate, Default)]
    #[aggregate("account", id = String)]
    pub struct Account;

    #[handle]
    impl Account {
        fn open(&self, _: &Open) -> Opened {
            Opened
        }
        fn close(&self, _: &Close) -> Option<Opened> {
            None
        }
        fn lock(&self, _: &Lock) -> Option<Opened> {
            None
        }
        fn unlock(&self, _: &Unlock) -> Option<Opened> {
            None
        }
    }

    #[apply]
    impl Account {
        fn opened(&mut self, _: &Opened) {}
        fn begun(&mut self, _: &Begun) {}
        fn öffnung(&mut self, _: &Öffnung) {}
    }
}

mod of_two_kinds {
    use super::*;

    #[commands("account")]
    #[events("account")]
    #[derive(Command)]
    #[command("account")]
    pub enum AccountCommand {
        #[event(version = 2)]
        Open {
            #[command("open")]
            name: String,
        },
    }

    #[events("account")]
    #[commands("account")]
    #[derive(Event)]
    #[event("account")]
    pub enum AccountEvent {
        #[command(version = 2)]
        Opened {
            #[event("opened")]
            name: String,
        },
    }

    #[derive(Service)]
    pub struct Opener;

    #[handle]
    impl Opener {
        fn open(&self, _: &Open) {}
    }

    #[derive(Aggregate, Default)]
    #[aggregate(id = u64)]
    pub struct Account;

    #[apply]
    impl Account {
        fn opened(&mut self, _: &Opened) {}
    }
}

fn main() {}
