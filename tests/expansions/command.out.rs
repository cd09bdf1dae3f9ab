//! `#[derive(Command)]`: for an aggregate, and for a service.
use super::*;
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Withdraw {
    pub account: AccountId,
    pub amount: u64,
}
#[automatically_derived]
impl ::cqrs_core::__private::Command for Withdraw {
    const NAME: &'static ::core::primitive::str = "account.withdraw";
    const VERSION: ::core::primitive::u32 = 2;
    const STORED: ::cqrs_core::__private::Stored<Self> = ::cqrs_core::__private::stored::<
        Withdraw,
    >();
}
#[automatically_derived]
impl ::cqrs_core::__private::Addressed for Withdraw {
    type Id = AccountId;
    fn id(&self) -> &Self::Id {
        &self.account
    }
}
const _: fn() = || {
    ::cqrs_core::__private::assert::handled::<Withdraw>();
    ::cqrs_core::__private::assert::Id::<Withdraw>::of().is::<AccountId>();
};
#[derive(Serialize, Deserialize)]
pub struct SetRate {
    pub percent: u64,
}
#[automatically_derived]
impl ::cqrs_core::__private::Command for SetRate {
    const NAME: &'static ::core::primitive::str = "set_rate";
    const VERSION: ::core::primitive::u32 = 1;
    const STORED: ::cqrs_core::__private::Stored<Self> = ::cqrs_core::__private::stored::<
        SetRate,
    >();
}
const _: fn() = || {
    ::cqrs_core::__private::assert::handled::<SetRate>();
    ::cqrs_core::__private::assert::Id::<SetRate>::of().is_absent::<SetRate>();
};
#[derive(Serialize, Deserialize)]
pub struct Forget;
#[automatically_derived]
impl ::cqrs_core::__private::Command for Forget {
    const NAME: &'static ::core::primitive::str = "forget";
    const VERSION: ::core::primitive::u32 = 1;
    const STORED: ::cqrs_core::__private::Stored<Self> = ::cqrs_core::__private::stored::<
        Forget,
    >();
}
const _: fn() = || {
    ::cqrs_core::__private::assert::handled::<Forget>();
    ::cqrs_core::__private::assert::Id::<Forget>::of().is_absent::<Forget>();
};
