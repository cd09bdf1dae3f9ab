//! `#[upcast]` on all that is no inherent `impl` block of one type.
use cqrs_core::prelude::*;

macro_rules! some_macro {
    () => {};
}

#[upcast]
pub struct Struct;

#[upcast]
pub enum Enum {}

#[upcast]
pub union Union {
    a: u8,
}

#[upcast]
pub trait Trait {}

#[upcast]
pub fn function() {}

#[upcast]
pub mod module {}

#[upcast]
pub const CONSTANT: u8 = 7;

#[upcast]
pub static STATIC: u8 = 7;

#[upcast]
pub type Alias = u8;

#[upcast]
use std::fmt as import;

#[derive(Aggregate, Default)]
#[aggregate(id = u64)]
pub struct Keeper;

#[derive(Event, Serialize, Deserialize)]
#[event(record = Keeper)]
pub struct Account;

#[derive(Event, Serialize, Deserialize)]
#[event(record = Keeper)]
pub struct Other;

impl Account {
    #[upcast]
    fn method(&self) {}
}

#[upcast]
impl Clone for Account {
    fn clone(&self) -> Self {
        Self
    }
}

pub struct Generic<T>(T);

#[upcast]
impl<T> Generic<T> {}

#[upcast]
impl Generic<u8>
where
    u8: Copy,
{
}

#[upcast]
impl Account {}

#[upcast]
#[upcast]
impl Other {
    const X: u8 = 7;
    some_macro!();
}

fn main() {}
