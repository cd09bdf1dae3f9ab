//! `#[derive(Query)]`.
use super::*;

#[derive(Query)]
pub struct Richest {
    pub limit: usize,
}

#[derive(Query)]
#[query("total")]
pub struct HowMuch;

#[derive(Query)]
pub struct Rate;
