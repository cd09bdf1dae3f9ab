//! The enum that `#[apply]` writes has a variant for each event, by the last name of its type.
use cqrs_core::prelude::*;

mod first {
    use super::*;

    #[derive(Event, Clone, Serialize, Deserialize)]
    #[event("first.opened")]
    pub struct Opened;
}

mod second {
    use super::*;

    #[derive(Event, Clone, Serialize, Deserialize)]
    #[event("second.opened")]
    pub struct Opened;
}

#[derive(Aggregate, Default)]
#[aggregate(id = String)]
pub struct Account;

#[apply(enum = AccountEvent)]
impl Account {
    fn first(&mut self, _: &first::Opened) {}
    fn second(&mut self, _: &second::Opened) {}
}

fn main() {}
