//! A product catalogue: CQRS without event sourcing.

pub mod domain;
pub mod product;
pub mod table;
