//! A service is stored nowhere, so it has no stored name.
use cqrs_core::prelude::*;

#[derive(Service)]
#[service("catalog")]
pub struct Catalog;

fn main() {}
