//! `#[derive(Resources)]`.
use super::*;
#[derive(Debug, Default)]
pub struct Deps {
    pub rates: Rates,
    pub limit: Limit,
    pub name: String,
}
#[automatically_derived]
impl ::cqrs_core::__private::Resources for Deps {
    fn find(
        &self,
        id: ::core::any::TypeId,
    ) -> ::core::option::Option<
        &(dyn ::core::any::Any + ::core::marker::Send + ::core::marker::Sync),
    > {
        ::cqrs_core::__private::found(id, [&self.rates, &self.limit])
    }
}
#[automatically_derived]
impl ::cqrs_core::__private::Provide<Rates> for Deps {
    fn provide(&self) -> &Rates {
        &self.rates
    }
}
#[automatically_derived]
impl ::cqrs_core::__private::Provide<Limit> for Deps {
    fn provide(&self) -> &Limit {
        &self.limit
    }
}
#[derive(Debug, Default)]
pub struct Limit(pub u64);
