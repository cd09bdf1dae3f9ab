//! `#[derive(Service)]`.
use super::*;

#[derive(Debug, Default, Service)]
pub struct Rates {
    pub percent: AtomicU64,
}
