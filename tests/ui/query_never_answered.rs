//! No read model answers `Richest`.
use cqrs_core::prelude::*;

#[derive(Query)]
pub struct Richest {
    pub limit: usize,
}

fn main() {}
