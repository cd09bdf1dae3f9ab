//! `#[derive(Service)]`.
use super::*;
#[derive(Debug, Default)]
pub struct Rates {
    pub percent: AtomicU64,
}
#[automatically_derived]
impl ::cqrs_core::__private::Target for Rates {
    type Kind = ::cqrs_core::__private::Direct;
}
#[automatically_derived]
impl ::cqrs_core::__private::ReadModel for Rates {
    type Source = ::cqrs_core::__private::Nothing;
}
