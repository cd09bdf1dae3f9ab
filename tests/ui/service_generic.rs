//! A bus provides a service by its type.
use cqrs_core::prelude::*;

#[derive(Service)]
pub struct Catalog<S> {
    store: S,
}

fn main() {}
