//! `#[answer]`: from rows, from one value with a resource, and by a service.
use super::*;
#[allow(
    clippy::missing_const_for_fn,
    clippy::needless_pass_by_ref_mut,
    clippy::trivially_copy_pass_by_ref,
    clippy::unused_self
)]
impl Balance {
    pub async fn richest(
        rows: &Rows<Self>,
        query: &Richest,
    ) -> Result<Vec<Row<Self>>, ReadError> {
        rows.by(Balance::AMOUNT).descending().limit(query.limit).await
    }
}
/// Routes `Richest` to `Balance`.
#[automatically_derived]
impl<R: ::cqrs_core::__private::Resources> ::cqrs_core::__private::Answered<R>
for Richest {
    type By = Balance;
    type Value = <Result<
        Vec<Row<Balance>>,
        ReadError,
    > as ::cqrs_core::__private::Fallible>::Value;
    type Error = <Result<
        Vec<Row<Balance>>,
        ReadError,
    > as ::cqrs_core::__private::Fallible>::Error;
    async fn answer(
        &self,
        source: &::cqrs_core::__private::Rows<Balance>,
        _: &R,
    ) -> ::core::result::Result<
        Self::Value,
        ::cqrs_core::__private::QueryError<Self::Error>,
    > {
        ::cqrs_core::__private::Fallible::into_result(
                Balance::richest(source, self).await,
            )
            .map_err(::cqrs_core::__private::QueryError::Failed)
    }
}
const _: fn() = || ::cqrs_core::__private::assert::Keys::<Balance>::of().are_many();
::cqrs_core::__private::inventory::submit! {
    ::cqrs_core::__private::Registrations(&
    [::cqrs_core::__private::Registration::query:: < Richest >
    (::core::concat!(::core::file!(), ":", ::core::line!()))])
}
#[allow(
    clippy::missing_const_for_fn,
    clippy::needless_pass_by_ref_mut,
    clippy::trivially_copy_pass_by_ref,
    clippy::unused_self
)]
impl Total {
    pub fn how_much(&self, _: &HowMuch, limit: &Limit) -> u64 {
        self.amount.min(limit.0)
    }
}
/// Routes `HowMuch` to `Total`.
#[automatically_derived]
impl<
    R: ::cqrs_core::__private::Resources + ::cqrs_core::__private::Provide<Limit>,
> ::cqrs_core::__private::Answered<R> for HowMuch
where
    Total: ::cqrs_core::__private::Lent<R>,
{
    type By = Total;
    type Value = u64;
    type Error = ::core::convert::Infallible;
    async fn answer(
        &self,
        source: &<Total as ::cqrs_core::__private::ReadModel>::Source,
        resources: &R,
    ) -> ::core::result::Result<
        Self::Value,
        ::cqrs_core::__private::QueryError<Self::Error>,
    > {
        let lent = <Total as ::cqrs_core::__private::Lent<_>>::lend(source, resources)
            .await?;
        ::core::result::Result::Ok(
            lent
                .how_much(
                    self,
                    ::cqrs_core::__private::Provide::<Limit>::provide(resources),
                ),
        )
    }
}
const _: fn() = || ::cqrs_core::__private::assert::Value::<Total>::of().is_one();
::cqrs_core::__private::inventory::submit! {
    ::cqrs_core::__private::Registrations(&
    [::cqrs_core::__private::Registration::query:: < HowMuch >
    (::core::concat!(::core::file!(), ":", ::core::line!()))])
}
#[allow(
    clippy::missing_const_for_fn,
    clippy::needless_pass_by_ref_mut,
    clippy::trivially_copy_pass_by_ref,
    clippy::unused_self
)]
impl Rates {
    pub fn rate(&self, _: &Rate) -> u64 {
        self.percent.load(Ordering::Relaxed)
    }
}
/// Routes `Rate` to `Rates`.
#[automatically_derived]
impl<R: ::cqrs_core::__private::Resources> ::cqrs_core::__private::Answered<R> for Rate
where
    Rates: ::cqrs_core::__private::Lent<R>,
{
    type By = Rates;
    type Value = u64;
    type Error = ::core::convert::Infallible;
    async fn answer(
        &self,
        source: &<Rates as ::cqrs_core::__private::ReadModel>::Source,
        resources: &R,
    ) -> ::core::result::Result<
        Self::Value,
        ::cqrs_core::__private::QueryError<Self::Error>,
    > {
        let lent = <Rates as ::cqrs_core::__private::Lent<_>>::lend(source, resources)
            .await?;
        ::core::result::Result::Ok(lent.rate(self))
    }
}
const _: fn() = || ::cqrs_core::__private::assert::Value::<Rates>::of().is_one();
::cqrs_core::__private::inventory::submit! {
    ::cqrs_core::__private::Registrations(&
    [::cqrs_core::__private::Registration::query:: < Rate >
    (::core::concat!(::core::file!(), ":", ::core::line!()))])
}
