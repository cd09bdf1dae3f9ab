//! `#[derive(Id)]`.
use super::*;

#[derive(Id)]
pub struct AccountId(String);

#[derive(Id, Copy)]
pub struct BranchId(u32);
