//! `#[apply]`, with the enum that it writes where that is asked.
use super::*;
#[allow(
    clippy::missing_const_for_fn,
    clippy::needless_pass_by_ref_mut,
    clippy::trivially_copy_pass_by_ref,
    clippy::unused_self
)]
impl Account {
    pub fn opened(&mut self, _: &Opened) {
        self.open = true;
    }
    pub fn deposited(&mut self, event: &Deposited) {
        self.balance += event.amount;
    }
    pub fn withdrawn(&mut self, event: &Withdrawn) {
        self.balance -= event.amount;
    }
}
#[automatically_derived]
impl ::cqrs_core::__private::Apply for Account {
    const EVENTS: &'static [::cqrs_core::__private::EventType] = &[
        ::cqrs_core::__private::EventType::of::<Opened>(),
        ::cqrs_core::__private::EventType::of::<Deposited>(),
        ::cqrs_core::__private::EventType::of::<Withdrawn>(),
    ];
    const FOLD: &'static [::core::primitive::u64] = &[
        0x0867_51c8_a5d0_dfeb, 0x2eb1_3f4a_0222_44a4, 0xc018_0b67_4b26_b604,
    ];
    fn apply(
        &mut self,
        event: &::cqrs_core::__private::Fact<'_>,
    ) -> ::core::result::Result<(), ::cqrs_core::__private::DecodeError> {
        match event.name_among(Self::EVENTS) {
            <Opened as ::cqrs_core::__private::Event>::NAME => {
                ::cqrs_core::__private::apply(self, event, Account::opened)
            }
            <Deposited as ::cqrs_core::__private::Event>::NAME => {
                ::cqrs_core::__private::apply(self, event, Account::deposited)
            }
            <Withdrawn as ::cqrs_core::__private::Event>::NAME => {
                ::cqrs_core::__private::apply(self, event, Account::withdrawn)
            }
            _ => ::core::result::Result::Err(event.unexpected::<Self>()),
        }
    }
}
/// `Opened` is a fact of `Account`.
#[automatically_derived]
impl ::cqrs_core::__private::Applied for Opened {
    type By = Account;
    fn apply_to(&self, state: &mut Self::By) {
        Account::opened(state, self);
    }
}
/// `Deposited` is a fact of `Account`.
#[automatically_derived]
impl ::cqrs_core::__private::Applied for Deposited {
    type By = Account;
    fn apply_to(&self, state: &mut Self::By) {
        Account::deposited(state, self);
    }
}
/// `Withdrawn` is a fact of `Account`.
#[automatically_derived]
impl ::cqrs_core::__private::Applied for Withdrawn {
    type By = Account;
    fn apply_to(&self, state: &mut Self::By) {
        Account::withdrawn(state, self);
    }
}
::cqrs_core::__private::inventory::submit! {
    ::cqrs_core::__private::Registrations(&
    [::cqrs_core::__private::Registration::aggregate:: < Account >
    (::core::concat!(::core::file!(), ":", ::core::line!())),
    ::cqrs_core::__private::Registration::event:: < Opened >
    (::core::concat!(::core::file!(), ":", ::core::line!())),
    ::cqrs_core::__private::Registration::event:: < Deposited >
    (::core::concat!(::core::file!(), ":", ::core::line!())),
    ::cqrs_core::__private::Registration::event:: < Withdrawn >
    (::core::concat!(::core::file!(), ":", ::core::line!()))])
}
/// The events of `Account`.
#[allow(clippy::enum_variant_names)]
pub enum AccountFact {
    /// The event `Opened`.
    Opened(Opened),
    /// The event `Deposited`.
    Deposited(Deposited),
    /// The event `Withdrawn`.
    Withdrawn(Withdrawn),
}
#[automatically_derived]
impl ::core::convert::From<Opened> for AccountFact {
    fn from(message: Opened) -> Self {
        Self::Opened(message)
    }
}
#[automatically_derived]
impl ::core::convert::From<Deposited> for AccountFact {
    fn from(message: Deposited) -> Self {
        Self::Deposited(message)
    }
}
#[automatically_derived]
impl ::core::convert::From<Withdrawn> for AccountFact {
    fn from(message: Withdrawn) -> Self {
        Self::Withdrawn(message)
    }
}
#[automatically_derived]
impl ::cqrs_core::__private::EventSet for AccountFact {
    const EVENTS: &'static [::cqrs_core::__private::EventType] = &[
        ::cqrs_core::__private::EventType::of::<Opened>(),
        ::cqrs_core::__private::EventType::of::<Deposited>(),
        ::cqrs_core::__private::EventType::of::<Withdrawn>(),
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
                <Withdrawn as ::cqrs_core::__private::Event>::NAME => {
                    Self::Withdrawn(event.decode::<Withdrawn>()?.into_owned())
                }
                _ => return ::core::result::Result::Err(event.not_in_set::<Self>()),
            },
        )
    }
    fn event_type(&self) -> ::cqrs_core::__private::EventType {
        match *self {
            Self::Opened(_) => ::cqrs_core::__private::EventType::of::<Opened>(),
            Self::Deposited(_) => ::cqrs_core::__private::EventType::of::<Deposited>(),
            Self::Withdrawn(_) => ::cqrs_core::__private::EventType::of::<Withdrawn>(),
        }
    }
}
#[automatically_derived]
impl<A: ::cqrs_core::__private::Aggregate> ::cqrs_core::__private::Emit<A>
for AccountFact
where
    Opened: ::cqrs_core::__private::Emit<A, Error = ::core::convert::Infallible>,
    Deposited: ::cqrs_core::__private::Emit<A, Error = ::core::convert::Infallible>,
    Withdrawn: ::cqrs_core::__private::Emit<A, Error = ::core::convert::Infallible>,
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
            Self::Withdrawn(event) => ::cqrs_core::__private::Emit::emit(event, decision),
        }
    }
}
