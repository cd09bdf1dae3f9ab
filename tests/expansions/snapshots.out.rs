//! `#[derive(Aggregate)]` and `#[apply]` where snapshots are asked for.
use super::*;
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
/// What is read off a meter.
pub struct MeterRead {
    pub at: u64,
}
#[automatically_derived]
impl ::cqrs_core::__private::Event for MeterRead {
    const NAME: &'static ::core::primitive::str = "meter.read";
    const VERSION: ::core::primitive::u32 = 1;
    const SHAPE: ::cqrs_core::__private::Shape = ::cqrs_core::__private::Shape::of(
        &["at: u64"],
    );
    const STORED: ::cqrs_core::__private::Stored<Self> = ::cqrs_core::__private::stored::<
        MeterRead,
    >();
}
const _: () = ::cqrs_core::__private::assert::applied::<MeterRead>();
#[automatically_derived]
impl<A: ::cqrs_core::__private::Aggregate> ::cqrs_core::__private::Emit<A> for MeterRead
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
    const _: () = LOCK.hold::<MeterRead>("MeterRead");
    #[cfg(test)]
    ::cqrs_core::__private::inventory::submit! {
        LOCK.goldens(& [::cqrs_core::__private::Golden::of:: < MeterRead > ()])
    }
};
#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Meter {
    pub last: u64,
    #[serde(default)]
    pub readings: u64,
}
#[automatically_derived]
impl ::cqrs_core::__private::Target for Meter {
    type Kind = ::cqrs_core::__private::EventSourced;
}
#[automatically_derived]
impl ::cqrs_core::__private::Aggregate for Meter {
    type Id = u64;
    const NAME: &'static ::core::primitive::str = "meter";
    const SNAPSHOTS: ::core::option::Option<::cqrs_core::__private::Snapshots<Self>> = ::cqrs_core::__private::snapshots::<
        Meter,
    >(500, 2, 0x9ca6_0462_7bc5_1cc1);
    fn initial() -> Self {
        ::cqrs_core::__private::initial::<Meter>()
    }
}
#[automatically_derived]
impl ::cqrs_core::__private::Names<Meter> for u64 {}
#[allow(
    clippy::missing_const_for_fn,
    clippy::needless_pass_by_ref_mut,
    clippy::trivially_copy_pass_by_ref,
    clippy::unused_self
)]
impl Meter {
    /// Comments do not make snapshots stale.
    fn read(&mut self, event: &MeterRead) {
        self.last = event.at;
        self.readings += 1;
    }
}
#[automatically_derived]
impl ::cqrs_core::__private::Apply for Meter {
    const EVENTS: &'static [::cqrs_core::__private::EventType] = &[
        ::cqrs_core::__private::EventType::of::<MeterRead>(),
    ];
    const FOLD: &'static [::core::primitive::u64] = &[0xa2bc_c81a_7656_0c8c];
    fn apply(
        &mut self,
        event: &::cqrs_core::__private::Fact<'_>,
    ) -> ::core::result::Result<(), ::cqrs_core::__private::DecodeError> {
        match event.name_among(Self::EVENTS) {
            <MeterRead as ::cqrs_core::__private::Event>::NAME => {
                ::cqrs_core::__private::apply(self, event, Meter::read)
            }
            _ => ::core::result::Result::Err(event.unexpected::<Self>()),
        }
    }
}
/// `MeterRead` is a fact of `Meter`.
#[automatically_derived]
impl ::cqrs_core::__private::Applied for MeterRead {
    type By = Meter;
    fn apply_to(&self, state: &mut Self::By) {
        Meter::read(state, self);
    }
}
::cqrs_core::__private::inventory::submit! {
    ::cqrs_core::__private::Registrations(&
    [::cqrs_core::__private::Registration::aggregate:: < Meter >
    (::core::concat!(::core::file!(), ":", ::core::line!())),
    ::cqrs_core::__private::Registration::event:: < MeterRead >
    (::core::concat!(::core::file!(), ":", ::core::line!()))])
}
