//! `#[derive(Event)]`: applied, and kept for the record.
use super::*;
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Withdrawn {
    pub amount: u64,
}
#[automatically_derived]
impl ::cqrs_core::__private::Event for Withdrawn {
    const NAME: &'static ::core::primitive::str = "account.withdrawn";
    const VERSION: ::core::primitive::u32 = 2;
    const SHAPE: ::cqrs_core::__private::Shape = ::cqrs_core::__private::Shape::of(
        &["amount: u64"],
    );
    const STORED: ::cqrs_core::__private::Stored<Self> = ::cqrs_core::__private::stored::<
        Withdrawn,
    >();
    fn read_older(
        event: &::cqrs_core::__private::RecordedEvent,
    ) -> ::core::result::Result<Self, ::cqrs_core::__private::DecodeError> {
        match event.recorded().schema {
            1 => <Self as ::cqrs_core::__private::UpcastFrom<1>>::upcast(event),
            _ => ::core::result::Result::Err(event.of_another_schema::<Self>()),
        }
    }
}
const _: () = ::cqrs_core::__private::assert::applied::<Withdrawn>();
#[automatically_derived]
impl<A: ::cqrs_core::__private::Aggregate> ::cqrs_core::__private::Emit<A> for Withdrawn
where
    (): ::cqrs_core::__private::FactOf<A, Self>,
{
    type Error = ::core::convert::Infallible;
    const EMITS: ::cqrs_core::__private::Emits = ::cqrs_core::__private::Emits::event::<
        Self,
    >();
    fn emit(
        self,
        decision: &mut ::cqrs_core::__private::Decision<'_, A>,
    ) -> ::core::result::Result<(), Self::Error> {
        decision.record(self);
        ::core::result::Result::Ok(())
    }
}
const _: () = {
    const LOCK: ::cqrs_core::__private::Lock = ::cqrs_core::__private::lock!();
    const _: () = LOCK.hold::<Withdrawn>("Withdrawn");
    #[cfg(test)]
    ::cqrs_core::__private::inventory::submit! {
        LOCK.goldens(& [::cqrs_core::__private::Golden::of:: < Withdrawn > ()])
    }
};
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Noted;
#[automatically_derived]
impl ::cqrs_core::__private::Event for Noted {
    const NAME: &'static ::core::primitive::str = "noted";
    const VERSION: ::core::primitive::u32 = 1;
    const SHAPE: ::cqrs_core::__private::Shape = ::cqrs_core::__private::Shape::of(&[]);
    const STORED: ::cqrs_core::__private::Stored<Self> = ::cqrs_core::__private::stored::<
        Noted,
    >();
}
/// `Noted` is a fact of `Account`.
#[automatically_derived]
impl ::cqrs_core::__private::Applied for Noted {
    type By = Account;
}
::cqrs_core::__private::inventory::submit! {
    ::cqrs_core::__private::Registrations(&
    [::cqrs_core::__private::Registration::record_only:: < Noted >
    (::core::concat!(::core::file!(), ":", ::core::line!()))])
}
#[automatically_derived]
impl<A: ::cqrs_core::__private::Aggregate> ::cqrs_core::__private::Emit<A> for Noted
where
    (): ::cqrs_core::__private::FactOf<A, Self>,
{
    type Error = ::core::convert::Infallible;
    const EMITS: ::cqrs_core::__private::Emits = ::cqrs_core::__private::Emits::event::<
        Self,
    >();
    fn emit(
        self,
        decision: &mut ::cqrs_core::__private::Decision<'_, A>,
    ) -> ::core::result::Result<(), Self::Error> {
        decision.record(self);
        ::core::result::Result::Ok(())
    }
}
const _: () = {
    const LOCK: ::cqrs_core::__private::Lock = ::cqrs_core::__private::lock!();
    const _: () = LOCK.hold::<Noted>("Noted");
    #[cfg(test)]
    ::cqrs_core::__private::inventory::submit! {
        LOCK.goldens(& [::cqrs_core::__private::Golden::of:: < Noted > ()])
    }
};
