//! `#[apply]` on all that is no inherent `impl` block of one type.
use cqrs_core::prelude::*;

macro_rules! some_macro {
    () => {};
}

#[apply]
pub struct Struct;

#[apply]
pub enum Enum {}

#[apply]
pub union Union {
    a: u8,
}

#[apply]
pub trait Trait {}

#[apply]
pub fn function() {}

#[apply]
pub mod module {}

#[apply]
pub const CONSTANT: u8 = 7;

#[apply]
pub static STATIC: u8 = 7;

#[apply]
pub type Alias = u8;

#[apply]
use std::fmt as import;

#[derive(Aggregate, Default)]
#[aggregate(id = u64)]
pub struct Account;

#[derive(Aggregate, Default)]
#[aggregate(id = u64)]
pub struct Other;

impl Account {
    #[apply]
    fn method(&self) {}
}

#[apply]
impl Clone for Account {
    fn clone(&self) -> Self {
        Self
    }
}

pub struct Generic<T>(T);

#[apply]
impl<T> Generic<T> {}

#[apply]
impl Generic<u8>
where
    u8: Copy,
{
}

#[apply]
impl Account {}

#[apply]
#[apply]
impl Other {
    const X: u8 = 7;
    some_macro!();
}

fn main() {}
