//! `#[derive(Resources)]`.
use super::*;

#[derive(Debug, Default, Resources)]
pub struct Deps {
    pub rates: Rates,
    pub limit: Limit,
    #[resource(skip)]
    pub name: String,
}

#[derive(Debug, Default)]
pub struct Limit(pub u64);
