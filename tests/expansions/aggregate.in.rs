//! `#[derive(Aggregate)]`.
use super::*;

#[derive(Debug, Default, PartialEq, Aggregate)]
#[aggregate("account", id = AccountId)]
pub struct Account {
    pub open: bool,
    pub balance: u64,
}
