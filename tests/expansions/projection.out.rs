//! `#[derive(Projection)]`: rows by key, and one value.
use super::*;
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Balance {
    pub owner: String,
    pub amount: u64,
}
#[automatically_derived]
impl ::cqrs_core::__private::Projection for Balance {
    type Key = AccountId;
    type Shape = ::cqrs_core::__private::Keyed;
    const NAME: &'static ::core::primitive::str = "balances";
    const VERSION: ::core::primitive::u32 = 2;
    const INDEXES: &'static [::cqrs_core::__private::IndexedField] = &[
        ::cqrs_core::__private::IndexedField::new("amount"),
    ];
    const ROW: ::cqrs_core::__private::RowType<Self> = ::cqrs_core::__private::row::<
        Balance,
    >();
    const ROW_SHAPE: ::core::primitive::u64 = 14255697253053680569;
    fn index(&self, keys: &mut ::std::vec::Vec<::cqrs_core::__private::IndexKey>) {
        keys.push(<u64 as ::cqrs_core::__private::IndexValue>::index_key(&self.amount));
    }
}
#[automatically_derived]
impl ::cqrs_core::__private::KeyOf<Balance> for AccountId {}
#[automatically_derived]
impl ::cqrs_core::__private::ReadModel for Balance {
    type Source = ::cqrs_core::__private::Rows<Self>;
}
impl Balance {
    /// The index on `amount`, to order rows by.
    pub const AMOUNT: ::cqrs_core::__private::Index<Self, u64> = ::cqrs_core::__private::Index::new(
        0,
        "amount",
    );
}
const _: () = ::cqrs_core::__private::assert::projected::<Balance>();
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Total {
    pub amount: u64,
}
#[automatically_derived]
impl ::cqrs_core::__private::Projection for Total {
    type Key = ::cqrs_core::__private::Single;
    type Shape = ::cqrs_core::__private::Singleton;
    const NAME: &'static ::core::primitive::str = "total";
    const VERSION: ::core::primitive::u32 = 1;
    const INDEXES: &'static [::cqrs_core::__private::IndexedField] = &[];
    const ROW: ::cqrs_core::__private::RowType<Self> = ::cqrs_core::__private::row::<
        Total,
    >();
    const ROW_SHAPE: ::core::primitive::u64 = 765534676160905853;
    fn index(&self, _: &mut ::std::vec::Vec<::cqrs_core::__private::IndexKey>) {}
}
#[automatically_derived]
impl ::cqrs_core::__private::ReadModel for Total {
    type Source = ::cqrs_core::__private::Rows<Self>;
}
const _: () = ::cqrs_core::__private::assert::projected::<Total>();
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Turnover {
    pub amount: u64,
}
#[automatically_derived]
impl ::cqrs_core::__private::Projection for Turnover {
    type Key = BranchId;
    type Shape = ::cqrs_core::__private::Keyed;
    const NAME: &'static ::core::primitive::str = "turnover";
    const VERSION: ::core::primitive::u32 = 1;
    const INDEXES: &'static [::cqrs_core::__private::IndexedField] = &[];
    const ROW: ::cqrs_core::__private::RowType<Self> = ::cqrs_core::__private::row::<
        Turnover,
    >();
    const ROW_SHAPE: ::core::primitive::u64 = 3488368643079775093;
    const INLINE: ::core::primitive::bool = true;
    fn index(&self, _: &mut ::std::vec::Vec<::cqrs_core::__private::IndexKey>) {}
}
#[automatically_derived]
impl ::cqrs_core::__private::KeyOf<Turnover> for BranchId {}
#[automatically_derived]
impl ::cqrs_core::__private::ReadModel for Turnover {
    type Source = ::cqrs_core::__private::Rows<Self>;
}
const _: () = ::cqrs_core::__private::assert::projected::<Turnover>();
