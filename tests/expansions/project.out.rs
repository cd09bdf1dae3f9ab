//! `#[project]`: the row of the stream, those of keys, those of the method's own choice, and one value; with
//! the record of the event, and the id of what it happened to.
use super::*;
#[allow(
    clippy::missing_const_for_fn,
    clippy::needless_pass_by_ref_mut,
    clippy::trivially_copy_pass_by_ref,
    clippy::unused_self
)]
impl Balance {
    pub fn opened(&mut self, event: &Opened, at: &Recorded) {
        self.owner = format!("{} at {}", event.owner, at.stream.category());
    }
    pub fn deposited(&mut self, event: &Deposited, account: &AccountId) -> Change {
        self.amount += event.amount;
        debug_assert!(! account.to_string().is_empty());
        Change::Keep
    }
    pub fn withdrawn(&mut self, event: &Withdrawn) -> Result<(), String> {
        let left = self.amount.checked_sub(event.amount);
        self.amount = left.ok_or("overdrawn")?;
        Ok(())
    }
}
#[automatically_derived]
impl ::cqrs_core::__private::Project for Balance {
    const EVENTS: &'static [::cqrs_core::__private::EventType] = &[
        ::cqrs_core::__private::EventType::of::<Opened>(),
        ::cqrs_core::__private::EventType::of::<Deposited>(),
        ::cqrs_core::__private::EventType::of::<Withdrawn>(),
    ];
    fn project(
        event: &::cqrs_core::__private::RecordedEvent,
        rows: &mut ::cqrs_core::__private::RowsMut<'_, Self>,
    ) -> ::core::result::Result<(), ::cqrs_core::__private::ProjectError> {
        match event.name_among(Self::EVENTS) {
            <Opened as ::cqrs_core::__private::Event>::NAME => {
                rows.of_stream::<Opened, ()>(|row, event, at| row.opened(event, at))?;
            }
            <Deposited as ::cqrs_core::__private::Event>::NAME => {
                let instance = ::cqrs_core::__private::instance::<
                    Deposited,
                    AccountId,
                >(event)?;
                rows.of_stream::<
                        Deposited,
                        Change,
                    >(|row, event, _| row.deposited(event, &instance))?;
            }
            <Withdrawn as ::cqrs_core::__private::Event>::NAME => {
                rows.of_stream::<
                        Withdrawn,
                        Result<(), String>,
                    >(|row, event, _| row.withdrawn(event))?;
            }
            _ => {}
        }
        ::core::result::Result::Ok(())
    }
}
::cqrs_core::__private::inventory::submit! {
    ::cqrs_core::__private::Registrations(&
    [::cqrs_core::__private::Registration::projection:: < Balance >
    (::core::concat!(::core::file!(), ":", ::core::line!()))])
}
const _: fn() = || {
    ::cqrs_core::__private::assert::Stream::<Opened>::of().is_key_of::<Balance>()
};
const _: fn() = || {
    ::cqrs_core::__private::assert::Stream::<Deposited>::of().is_key_of::<Balance>()
};
const _: fn() = || {
    ::cqrs_core::__private::assert::Stream::<Withdrawn>::of().is_key_of::<Balance>()
};
#[allow(
    clippy::missing_const_for_fn,
    clippy::needless_pass_by_ref_mut,
    clippy::trivially_copy_pass_by_ref,
    clippy::unused_self
)]
impl Turnover {
    #[allow(unused_variables)]
    pub fn deposited(&mut self, event: &Deposited) {
        self.amount += event.amount;
    }
    pub fn withdrawn(rows: &mut RowsMut<'_, Self>, event: &Withdrawn) {
        rows.change(&BranchId::from(0), |row| row.amount += event.amount);
    }
}
#[automatically_derived]
impl ::cqrs_core::__private::Project for Turnover {
    const EVENTS: &'static [::cqrs_core::__private::EventType] = &[
        ::cqrs_core::__private::EventType::of::<Deposited>(),
        ::cqrs_core::__private::EventType::of::<Withdrawn>(),
    ];
    fn project(
        event: &::cqrs_core::__private::RecordedEvent,
        rows: &mut ::cqrs_core::__private::RowsMut<'_, Self>,
    ) -> ::core::result::Result<(), ::cqrs_core::__private::ProjectError> {
        match event.name_among(Self::EVENTS) {
            <Deposited as ::cqrs_core::__private::Event>::NAME => {
                let decoded = event.decode::<Deposited>()?;
                let event: &Deposited = &decoded;
                ::cqrs_core::__private::Keys::<Turnover>::of()
                    .change(rows, &event.branch, |row| row.deposited(&decoded));
                ::cqrs_core::__private::Keys::<Turnover>::of()
                    .change(rows, &BranchId::from(0), |row| row.deposited(&decoded));
            }
            <Withdrawn as ::cqrs_core::__private::Event>::NAME => {
                let decoded = event.decode::<Withdrawn>()?;
                Turnover::withdrawn(rows, &decoded);
            }
            _ => {}
        }
        ::core::result::Result::Ok(())
    }
}
::cqrs_core::__private::inventory::submit! {
    ::cqrs_core::__private::Registrations(&
    [::cqrs_core::__private::Registration::projection:: < Turnover >
    (::core::concat!(::core::file!(), ":", ::core::line!()))])
}
const _: fn() = || ::cqrs_core::__private::assert::Keys::<Turnover>::of().are_many();
const _: fn() = || ::cqrs_core::__private::assert::Keys::<Turnover>::of().are_many();
#[allow(
    clippy::missing_const_for_fn,
    clippy::needless_pass_by_ref_mut,
    clippy::trivially_copy_pass_by_ref,
    clippy::unused_self
)]
impl Total {
    pub fn deposited(&mut self, event: &Deposited) {
        self.amount += event.amount;
    }
}
#[automatically_derived]
impl ::cqrs_core::__private::Project for Total {
    const EVENTS: &'static [::cqrs_core::__private::EventType] = &[
        ::cqrs_core::__private::EventType::of::<Deposited>(),
    ];
    fn project(
        event: &::cqrs_core::__private::RecordedEvent,
        rows: &mut ::cqrs_core::__private::RowsMut<'_, Self>,
    ) -> ::core::result::Result<(), ::cqrs_core::__private::ProjectError> {
        match event.name_among(Self::EVENTS) {
            <Deposited as ::cqrs_core::__private::Event>::NAME => {
                rows.of_stream::<Deposited, ()>(|row, event, _| row.deposited(event))?;
            }
            _ => {}
        }
        ::core::result::Result::Ok(())
    }
}
::cqrs_core::__private::inventory::submit! {
    ::cqrs_core::__private::Registrations(&
    [::cqrs_core::__private::Registration::projection:: < Total >
    (::core::concat!(::core::file!(), ":", ::core::line!()))])
}
const _: fn() = || {
    ::cqrs_core::__private::assert::Stream::<Deposited>::of().is_key_of::<Total>()
};
