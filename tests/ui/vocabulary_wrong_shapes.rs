//! Each vocabulary has another mistake; all are reported in one run.
use cqrs_core::prelude::*;

mod on_a_struct {
    use super::*;

    #[commands("account", account: String)]
    pub struct Open;
}

mod without_a_name {
    use super::*;

    #[events]
    pub enum AccountEvent {
        Opened,
    }
}

mod empty {
    use super::*;

    #[events("account")]
    pub enum AccountEvent {}
}

mod fields_without_names {
    use super::*;

    #[commands("account", account: String)]
    pub enum AccountCommand {
        Open(String),
    }
}

mod of_a_bad_name {
    use super::*;

    #[events("my account")]
    pub enum AccountEvent {
        Opened = 7,
    }
}

fn main() {}
