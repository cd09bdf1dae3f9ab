//! A field's type is what a handler asks for.
use cqrs_core::prelude::*;

#[derive(Resources)]
pub struct Deps<M> {
    mailer: M,
}

fn main() {}
