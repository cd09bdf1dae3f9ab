//! `#[upcast]`.
use super::*;
#[derive(Deserialize)]
/// What version 1 of `Withdrawn` wrote.
pub struct WithdrawnV1 {
    cents: u64,
}
#[allow(
    clippy::missing_const_for_fn,
    clippy::needless_pass_by_ref_mut,
    clippy::trivially_copy_pass_by_ref,
    clippy::unused_self
)]
#[allow(clippy::needless_pass_by_value)]
impl Withdrawn {
    fn from_v1(old: WithdrawnV1) -> Self {
        let amount = old.cents;
        Self { amount }
    }
}
/// What version 1 of `Withdrawn` wrote.
#[automatically_derived]
impl ::cqrs_core::__private::UpcastFrom<1> for Withdrawn {
    fn upcast(
        event: &::cqrs_core::__private::RecordedEvent,
    ) -> ::core::result::Result<Self, ::cqrs_core::__private::DecodeError> {
        ::cqrs_core::__private::upcast(
            event,
            |old: WithdrawnV1, _| {
                ::cqrs_core::__private::Upcasted::<
                    Self,
                >::upcasted(Withdrawn::from_v1(old))
            },
        )
    }
}
const _: () = ::core::assert!(
    < Withdrawn as ::cqrs_core::__private::Event > ::VERSION > 1,
    "this is no older version of the event: raise `version` on it, or delete the method"
);
#[allow(
    clippy::missing_const_for_fn,
    clippy::needless_pass_by_ref_mut,
    clippy::trivially_copy_pass_by_ref,
    clippy::unused_self
)]
#[allow(clippy::needless_pass_by_value)]
impl Deposited {
    fn from_v1(old: Self, at: &Recorded) -> Result<Self, String> {
        if at.version.get() == 0 {
            return Err("no event has version 0".to_owned());
        }
        Ok(old)
    }
}
/// What version 1 of `Deposited` wrote.
#[automatically_derived]
impl ::cqrs_core::__private::UpcastFrom<1> for Deposited {
    fn upcast(
        event: &::cqrs_core::__private::RecordedEvent,
    ) -> ::core::result::Result<Self, ::cqrs_core::__private::DecodeError> {
        ::cqrs_core::__private::upcast(
            event,
            |old: Self, at| {
                ::cqrs_core::__private::Upcasted::<
                    Self,
                >::upcasted(Deposited::from_v1(old, at))
            },
        )
    }
}
const _: () = ::core::assert!(
    < Deposited as ::cqrs_core::__private::Event > ::VERSION > 1,
    "this is no older version of the event: raise `version` on it, or delete the method"
);
