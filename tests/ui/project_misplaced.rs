//! `#[project]` on all that is no inherent `impl` block of one type.
use cqrs_core::prelude::*;

macro_rules! some_macro {
    () => {};
}

#[project]
pub struct Struct;

#[project]
pub enum Enum {}

#[project]
pub union Union {
    a: u8,
}

#[project]
pub trait Trait {}

#[project]
pub fn function() {}

#[project]
pub mod module {}

#[project]
pub const CONSTANT: u8 = 7;

#[project]
pub static STATIC: u8 = 7;

#[project]
pub type Alias = u8;

#[project]
use std::fmt as import;

#[derive(Projection, Default, Serialize, Deserialize)]
pub struct Account;

#[derive(Projection, Default, Serialize, Deserialize)]
pub struct Other;

impl Account {
    #[project]
    fn method(&self) {}
}

#[project]
impl Clone for Account {
    fn clone(&self) -> Self {
        Self
    }
}

pub struct Generic<T>(T);

#[project]
impl<T> Generic<T> {}

#[project]
impl Generic<u8>
where
    u8: Copy,
{
}

#[project]
impl Account {}

#[project]
#[project]
impl Other {
    const X: u8 = 7;
    some_macro!();
}

fn main() {}
