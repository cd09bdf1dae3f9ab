//! `#[events]`.
use super::*;
#[derive(::core::fmt::Debug, ::core::clone::Clone, ::core::cmp::PartialEq)]
#[allow(
    dead_code,
    clippy::enum_variant_names,
    reason = "a vocabulary stands, whoever uses it whole, and its words are names of structs"
)]
pub enum AccountEvent {
    /// The event `account.opened`.
    Opened(Opened),
    /// The event `account.deposited`.
    Deposited(Deposited),
}
#[automatically_derived]
impl ::core::convert::From<Opened> for AccountEvent {
    fn from(message: Opened) -> Self {
        Self::Opened(message)
    }
}
#[automatically_derived]
impl ::core::convert::From<Deposited> for AccountEvent {
    fn from(message: Deposited) -> Self {
        Self::Deposited(message)
    }
}
#[automatically_derived]
impl ::cqrs_core::__private::EventSet for AccountEvent {
    const EVENTS: &'static [::cqrs_core::__private::EventType] = &[
        ::cqrs_core::__private::EventType::of::<Opened>(),
        ::cqrs_core::__private::EventType::of::<Deposited>(),
    ];
    fn decode(
        event: &::cqrs_core::__private::RecordedEvent,
    ) -> ::core::result::Result<Self, ::cqrs_core::__private::DecodeError> {
        ::core::result::Result::Ok(
            match event.name_among(Self::EVENTS) {
                <Opened as ::cqrs_core::__private::Event>::NAME => {
                    Self::Opened(event.decode::<Opened>()?.into_owned())
                }
                <Deposited as ::cqrs_core::__private::Event>::NAME => {
                    Self::Deposited(event.decode::<Deposited>()?.into_owned())
                }
                _ => return ::core::result::Result::Err(event.not_in_set::<Self>()),
            },
        )
    }
    fn event_type(&self) -> ::cqrs_core::__private::EventType {
        match *self {
            Self::Opened(_) => ::cqrs_core::__private::EventType::of::<Opened>(),
            Self::Deposited(_) => ::cqrs_core::__private::EventType::of::<Deposited>(),
        }
    }
}
#[automatically_derived]
impl<A: ::cqrs_core::__private::Aggregate> ::cqrs_core::__private::Emit<A>
for AccountEvent
where
    Opened: ::cqrs_core::__private::Emit<A, Error = ::core::convert::Infallible>,
    Deposited: ::cqrs_core::__private::Emit<A, Error = ::core::convert::Infallible>,
{
    type Error = ::core::convert::Infallible;
    const EMITS: ::cqrs_core::__private::Emits = ::cqrs_core::__private::Emits::any_of(
        <Self as ::cqrs_core::__private::EventSet>::EVENTS,
    );
    fn emit(
        self,
        decision: &mut ::cqrs_core::__private::Decision<'_, A>,
    ) -> ::core::result::Result<(), Self::Error> {
        match self {
            Self::Opened(event) => ::cqrs_core::__private::Emit::emit(event, decision),
            Self::Deposited(event) => ::cqrs_core::__private::Emit::emit(event, decision),
        }
    }
}
/// The event `account.opened`.
#[derive(
    ::core::fmt::Debug,
    ::core::clone::Clone,
    ::core::cmp::PartialEq,
    ::cqrs_core::__private::serde::Serialize,
    ::cqrs_core::__private::serde::Deserialize,
)]
#[serde(crate = "::cqrs_core::__private::serde")]
pub struct Opened {
    /// The `owner`.
    pub owner: String,
}
#[automatically_derived]
impl ::cqrs_core::__private::Event for Opened {
    const NAME: &'static ::core::primitive::str = "account.opened";
    const VERSION: ::core::primitive::u32 = 1;
    const SHAPE: ::cqrs_core::__private::Shape = ::cqrs_core::__private::Shape::of(
        &["owner: String"],
    );
    const STORED: ::cqrs_core::__private::Stored<Self> = ::cqrs_core::__private::stored::<
        Opened,
    >();
}
const _: () = ::cqrs_core::__private::assert::applied::<Opened>();
#[automatically_derived]
impl<A: ::cqrs_core::__private::Aggregate> ::cqrs_core::__private::Emit<A> for Opened
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
/// The event `account.deposited`.
#[derive(
    ::core::fmt::Debug,
    ::core::clone::Clone,
    ::core::cmp::PartialEq,
    ::cqrs_core::__private::serde::Serialize,
    ::cqrs_core::__private::serde::Deserialize,
)]
#[serde(crate = "::cqrs_core::__private::serde")]
pub struct Deposited {
    /// The `amount`.
    pub amount: u64,
    /// The `branch`.
    pub branch: BranchId,
}
#[automatically_derived]
impl ::cqrs_core::__private::Event for Deposited {
    const NAME: &'static ::core::primitive::str = "account.deposited";
    const VERSION: ::core::primitive::u32 = 2;
    const SHAPE: ::cqrs_core::__private::Shape = ::cqrs_core::__private::Shape::of(
        &["amount: u64", "branch: BranchId"],
    );
    const STORED: ::cqrs_core::__private::Stored<Self> = ::cqrs_core::__private::stored::<
        Deposited,
    >();
    fn read_older(
        event: &::cqrs_core::__private::RecordedEvent,
    ) -> ::core::result::Result<Self, ::cqrs_core::__private::DecodeError> {
        match event.recorded().schema {
            1 => <Self as ::cqrs_core::__private::UpcastFrom<1>>::upcast(event),
            _ => ::core::result::Result::Err(event.of_another_schema::<Self>()),
        }
    }
    fn tags(&self) -> ::cqrs_core::__private::Tags {
        ::cqrs_core::__private::Tags::of([("branch", &self.branch)])
    }
}
const _: () = ::cqrs_core::__private::assert::applied::<Deposited>();
#[automatically_derived]
impl<A: ::cqrs_core::__private::Aggregate> ::cqrs_core::__private::Emit<A> for Deposited
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
    const _: () = LOCK.hold::<Opened>("Opened");
    const _: () = LOCK.hold::<Deposited>("Deposited");
    #[cfg(test)]
    ::cqrs_core::__private::inventory::submit! {
        LOCK.goldens(& [::cqrs_core::__private::Golden::of:: < Opened > (),
        ::cqrs_core::__private::Golden::of:: < Deposited > ()])
    }
};
const _: () = {
    #[allow(unused_imports)]
    use ::cqrs_core::__private::vocabulary::Unowned as _;
    ::cqrs_core::__private::vocabulary::is_of(
        "events",
        "account",
        ::core::option::Option::None,
        &[
            ::cqrs_core::__private::vocabulary::EventOf::<Opened>::AGGREGATE,
            ::cqrs_core::__private::vocabulary::EventOf::<Deposited>::AGGREGATE,
        ],
    )
};
