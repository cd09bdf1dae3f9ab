//! `#[derive(Projection)]` and `#[project]` of a projection that keeps tables of its own: what makes them, and what
//! writes to them.
use super::*;
#[derive(Debug)]
/// What a store lends.
pub struct Transaction;
impl Transaction {
    fn execute(&self, sql: &str) -> Result<(), String> {
        let _ = self;
        if sql.is_empty() { Err("nothing".to_owned()) } else { Ok(()) }
    }
}
#[derive(Debug)]
pub struct Ledger;
#[automatically_derived]
impl ::cqrs_core::__private::Projection for Ledger {
    type Key = ::cqrs_core::__private::Single;
    type Shape = ::cqrs_core::__private::Tables<Transaction>;
    const NAME: &'static ::core::primitive::str = "ledger";
    const VERSION: ::core::primitive::u32 = 1;
    const INDEXES: &'static [::cqrs_core::__private::IndexedField] = &[];
    const ROW: ::cqrs_core::__private::RowType<Self> = ::cqrs_core::__private::RowType::none();
    const ROW_SHAPE: ::core::primitive::u64 = 0;
    fn index(&self, _: &mut ::std::vec::Vec<::cqrs_core::__private::IndexKey>) {}
}
#[automatically_derived]
impl ::cqrs_core::__private::ReadModel for Ledger {
    type Source = ::cqrs_core::__private::Rows<Self>;
}
const _: () = ::cqrs_core::__private::assert::projected::<Ledger>();
#[allow(
    clippy::missing_const_for_fn,
    clippy::needless_pass_by_ref_mut,
    clippy::trivially_copy_pass_by_ref,
    clippy::unused_self
)]
impl Ledger {
    pub fn tables(tables: &Transaction) -> Result<(), String> {
        tables.execute("CREATE TABLE ledger (amount INTEGER)")
    }
    pub fn opened(_: &Transaction, event: &Opened) {
        debug_assert!(! event.owner.is_empty());
    }
    pub fn deposited(
        _: &Transaction,
        event: &Deposited,
        at: &Recorded,
        account: &AccountId,
    ) -> Result<(), String> {
        debug_assert_eq!(at.stream.id(), account.to_string());
        event.amount.checked_add(1).map(|_| ()).ok_or("too much".to_owned())
    }
}
#[automatically_derived]
impl ::cqrs_core::__private::Project for Ledger {
    const EVENTS: &'static [::cqrs_core::__private::EventType] = &[
        ::cqrs_core::__private::EventType::of::<Opened>(),
        ::cqrs_core::__private::EventType::of::<Deposited>(),
    ];
    fn make_tables(
        lent: &dyn ::core::any::Any,
    ) -> ::core::result::Result<(), ::cqrs_core::__private::ProjectError> {
        <Result<
            (),
            String,
        > as ::cqrs_core::__private::Done>::done(
            Ledger::tables(::cqrs_core::__private::lent::<Transaction>(lent)?),
        )?;
        ::core::result::Result::Ok(())
    }
    fn project_into_tables(
        event: &::cqrs_core::__private::RecordedEvent,
        lent: &dyn ::core::any::Any,
    ) -> ::core::result::Result<(), ::cqrs_core::__private::ProjectError> {
        match event.name_among(Self::EVENTS) {
            <Opened as ::cqrs_core::__private::Event>::NAME => {
                let decoded = event.decode::<Opened>()?;
                <() as ::cqrs_core::__private::Done>::done(
                    Ledger::opened(
                        ::cqrs_core::__private::lent::<Transaction>(lent)?,
                        &decoded,
                    ),
                )?;
            }
            <Deposited as ::cqrs_core::__private::Event>::NAME => {
                let instance = ::cqrs_core::__private::instance::<
                    Deposited,
                    AccountId,
                >(event)?;
                let decoded = event.decode::<Deposited>()?;
                <Result<
                    (),
                    String,
                > as ::cqrs_core::__private::Done>::done(
                    Ledger::deposited(
                        ::cqrs_core::__private::lent::<Transaction>(lent)?,
                        &decoded,
                        event.recorded(),
                        &instance,
                    ),
                )?;
            }
            _ => {}
        }
        ::core::result::Result::Ok(())
    }
}
::cqrs_core::__private::inventory::submit! {
    ::cqrs_core::__private::Registrations(&
    [::cqrs_core::__private::Registration::projection:: < Ledger >
    (::core::concat!(::core::file!(), ":", ::core::line!()))])
}
const _: fn() = || {
    ::cqrs_core::__private::assert::TablesOf::<Ledger>::of().are_kept_by::<Transaction>()
};
const _: fn() = || {
    ::cqrs_core::__private::assert::TablesOf::<Ledger>::of().are_kept_by::<Transaction>()
};
const _: fn() = || {
    ::cqrs_core::__private::assert::TablesOf::<Ledger>::of().are_kept_by::<Transaction>()
};
