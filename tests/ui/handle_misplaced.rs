//! `#[handle]` on all that is no inherent `impl` block of one type.
use cqrs_core::prelude::*;

macro_rules! some_macro {
    () => {};
}

#[handle]
pub struct Struct;

#[handle]
pub enum Enum {}

#[handle]
pub union Union {
    a: u8,
}

#[handle]
pub trait Trait {}

#[handle]
pub fn function() {}

#[handle]
pub mod module {}

#[handle]
pub const CONSTANT: u8 = 7;

#[handle]
pub static STATIC: u8 = 7;

#[handle]
pub type Alias = u8;

#[handle]
use std::fmt as import;

#[derive(Aggregate, Default)]
#[aggregate(id = u64)]
pub struct Account;

#[derive(Aggregate, Default)]
#[aggregate(id = u64)]
pub struct Other;

impl Account {
    #[handle]
    fn method(&self) {}
}

#[handle]
impl Clone for Account {
    fn clone(&self) -> Self {
        Self
    }
}

pub struct Generic<T>(T);

#[handle]
impl<T> Generic<T> {}

#[handle]
impl Generic<u8>
where
    u8: Copy,
{
}

#[handle]
impl Account {}

#[handle]
#[handle]
impl Other {
    const X: u8 = 7;
    some_macro!();
}

fn main() {}
