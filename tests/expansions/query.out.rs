//! `#[derive(Query)]`.
use super::*;
pub struct Richest {
    pub limit: usize,
}
#[automatically_derived]
impl ::cqrs_core::__private::Query for Richest {
    const NAME: &'static ::core::primitive::str = "richest";
}
const _: () = ::cqrs_core::__private::assert::answered::<Richest>();
pub struct HowMuch;
#[automatically_derived]
impl ::cqrs_core::__private::Query for HowMuch {
    const NAME: &'static ::core::primitive::str = "total";
}
const _: () = ::cqrs_core::__private::assert::answered::<HowMuch>();
pub struct Rate;
#[automatically_derived]
impl ::cqrs_core::__private::Query for Rate {
    const NAME: &'static ::core::primitive::str = "rate";
}
const _: () = ::cqrs_core::__private::assert::answered::<Rate>();
