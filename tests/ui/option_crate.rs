//! Where the library is found is a path.
use cqrs_core::prelude::*;

#[derive(Service)]
#[service(crate)]
pub struct Catalog;

#[derive(Resources)]
#[resources(crate = "cqrs_core")]
pub struct Deps;

fn main() {}
