//! `#[derive(Aggregate)]`.
use super::*;
#[derive(Debug, Default, PartialEq)]
pub struct Account {
    pub open: bool,
    pub balance: u64,
}
#[automatically_derived]
impl ::cqrs_core::__private::Target for Account {
    type Kind = ::cqrs_core::__private::EventSourced;
}
#[automatically_derived]
impl ::cqrs_core::__private::Aggregate for Account {
    type Id = AccountId;
    const NAME: &'static ::core::primitive::str = "account";
    fn initial() -> Self {
        ::cqrs_core::__private::initial::<Account>()
    }
}
#[automatically_derived]
impl ::cqrs_core::__private::Names<Account> for AccountId {}
