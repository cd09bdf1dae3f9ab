//! Only a struct has fields to provide.
use cqrs_core::prelude::*;

#[derive(Resources)]
pub enum Deps {
    Live(u8),
    Test(u16),
}

#[derive(Resources)]
pub union Either {
    number: u64,
    bytes: [u8; 8],
}

fn main() {}
