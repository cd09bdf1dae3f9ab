//! `Acount` is misspelt, in both spellings.
use cqrs_core::prelude::*;

#[derive(Aggregate, Default)]
#[aggregate(id = u64)]
pub struct Account;

#[derive(Event, Serialize, Deserialize)]
#[event(record = Acount)]
pub struct Noted;

#[events("account")]
pub enum AccountEvent {
    #[event(record = Acount)]
    Seen,
}

fn main() {}
