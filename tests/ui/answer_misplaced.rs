//! `#[answer]` on all that is no inherent `impl` block of one type.
use cqrs_core::prelude::*;

macro_rules! some_macro {
    () => {};
}

#[answer]
pub struct Struct;

#[answer]
pub enum Enum {}

#[answer]
pub union Union {
    a: u8,
}

#[answer]
pub trait Trait {}

#[answer]
pub fn function() {}

#[answer]
pub mod module {}

#[answer]
pub const CONSTANT: u8 = 7;

#[answer]
pub static STATIC: u8 = 7;

#[answer]
pub type Alias = u8;

#[answer]
use std::fmt as import;

#[derive(Service)]
pub struct Account;

#[derive(Service)]
pub struct Other;

impl Account {
    #[answer]
    fn method(&self) {}
}

#[answer]
impl Clone for Account {
    fn clone(&self) -> Self {
        Self
    }
}

pub struct Generic<T>(T);

#[answer]
impl<T> Generic<T> {}

#[answer]
impl Generic<u8>
where
    u8: Copy,
{
}

#[answer]
impl Account {}

#[answer]
#[answer]
impl Other {
    const X: u8 = 7;
    some_macro!();
}

fn main() {}
