//! `#[derive(Id)]`.
use cqrs_core::prelude::*;

#[derive(Id)]
pub struct AccountId(String);

#[derive(Id, Copy)]
pub struct BranchId(u32);
