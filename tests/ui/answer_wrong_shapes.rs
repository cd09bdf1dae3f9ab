//! Each method of the block has another mistake; all are reported in one run.
use cqrs_core::prelude::*;

#[events("account")]
pub enum AccountEvent {
    Opened,
}

#[derive(Aggregate, Default)]
#[aggregate("account", id = String)]
pub struct Account;

#[apply]
impl Account {
    fn opened(&mut self, _: &Opened) {}
}

#[derive(Projection, Default, Serialize, Deserialize)]
#[projection("balances", key = String)]
pub struct Balance;

#[project]
impl Balance {
    fn opened(&mut self, _: &Opened) {}
}

#[derive(Query)]
pub struct Exclusive;

#[derive(Query)]
pub struct Owned;

#[derive(Query)]
pub struct Boxed;

#[derive(Query)]
pub struct Free;

#[derive(Query)]
pub struct ByValue;

#[derive(Query)]
pub struct Mutable;

#[derive(Query)]
pub struct Generic;

#[derive(Query)]
pub struct Borrowed;

#[derive(Query)]
pub struct Counted;

#[derive(Query)]
pub struct Constant;

#[derive(Query)]
pub struct Dangerous;

#[derive(Query)]
pub struct Foreign;

#[derive(Query)]
pub struct Silent;

#[derive(Query)]
pub struct Unnamed;

#[derive(Query)]
pub struct Contextual;

#[derive(Query)]
pub struct Surplus;

#[derive(Query)]
pub struct RowsByValue;

#[derive(Query)]
pub struct Twice;

#[derive(Query)]
pub struct Bounded;

#[answer]
impl Balance {
    fn exclusive(&mut self, _: &Exclusive) -> u64 {
        7
    }
    fn owned(self, _: &Owned) -> u64 {
        7
    }
    fn boxed(self: Box<Self>, _: &Boxed) -> u64 {
        7
    }
    fn rows_by_value(_: Rows<Self>, _: &RowsByValue) -> u64 {
        7
    }
    fn free(_: &Free) -> u64 {
        7
    }
    fn nothing(_: &Rows<Self>) -> u64 {
        7
    }
    fn by_value(_: &Rows<Self>, _: ByValue) -> u64 {
        7
    }
    fn mutable(_: &Rows<Self>, _: &mut Mutable) -> u64 {
        7
    }
    fn plain(_: &Rows<Self>, _: &str) -> u64 {
        7
    }
    fn any(_: &Rows<Self>, _: &impl Query) -> u64 {
        7
    }
    fn dynamic(_: &Rows<Self>, _: &dyn std::any::Any) -> u64 {
        7
    }
    fn generic<T>(_: &Rows<Self>, _: &Generic) -> u64 {
        7
    }
    fn borrowed<'a>(_: &'a Rows<Self>, _: &'a Borrowed) -> u64 {
        7
    }
    fn counted<const N: usize>(_: &Rows<Self>, _: &Counted) -> u64 {
        7
    }
    const fn constant(_: &Rows<Self>, _: &Constant) -> u64 {
        7
    }
    unsafe fn dangerous(_: &Rows<Self>, _: &Dangerous) -> u64 {
        7
    }
    extern "C" fn foreign(_: &Rows<Self>, _: &Foreign) -> u64 {
        7
    }
    fn unnamed(_: &Rows<Self>, _: &Unnamed) -> impl Sized {
        7
    }
    fn contextual(_: &Rows<Self>, _: &Contextual, _: &Context) -> u64 {
        7
    }
    fn surplus(_: &Rows<Self>, _: &Surplus, _: u64) -> u64 {
        7
    }
    fn again(_: &Rows<Self>, _: &Twice) -> u64 {
        7
    }
    fn silent(_: &Rows<Self>, _: &Silent) {}
    fn twice(_: &Rows<Self>, _: &Twice) -> u64 {
        7
    }
    fn bounded(_: &Rows<Self>, _: &Bounded) -> u64
    where
        Self: Sized,
    {
        7
    }
}

fn main() {}
