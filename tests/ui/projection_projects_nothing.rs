//! `Balance` has no `#[project]` block.
use cqrs_core::prelude::*;

#[derive(Projection, Default, Serialize, Deserialize)]
#[projection("balances", key = String)]
pub struct Balance {
    pub amount: u64,
}

fn main() {}
