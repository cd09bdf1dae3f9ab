//! Each vocabulary has another mistake; all are reported in one run.
use cqrs_core::prelude::*;

mod on_a_struct {
    use super::*;

    #[commands("account", account: String)]
    pub struct Open;
}

mod without_a_category {
    use super::*;

    #[events]
    pub enum AccountEvent {}
}

mod empty {
    use super::*;

    #[events("account")]
    pub enum AccountEvent {}
}

mod wrong_words {
    use super::*;

    #[commands("my account", account: String)]
    pub enum AccountCommand {
        Open(String),
        Close { account: String },
    }

    #[events("account")]
    pub enum AccountEvent {
        Opened = 7,
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
    }

    #[apply]
    impl Account {
        fn opened(&mut self, _: &Opened) {}
    }
}

fn main() {}
