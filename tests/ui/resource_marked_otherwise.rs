//! A field is a resource, or it is left out by `#[resource(skip)]`.
use cqrs_core::prelude::*;

#[derive(Resources)]
#[resource(skip)]
pub struct Deps {
    #[resource]
    mailer: u8,
    #[resource(omit)]
    clock: u16,
    #[resources(crate = ::cqrs_core)]
    pool: u32,
}

fn main() {}
