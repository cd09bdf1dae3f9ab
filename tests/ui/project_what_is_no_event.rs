//! The event of a `#[project]` method derives `Event`.
use cqrs_core::prelude::*;

#[derive(Serialize, Deserialize)]
pub struct Opened;

#[derive(Projection, Default, Serialize, Deserialize)]
#[projection(key = String)]
pub struct Balance;

#[project]
impl Balance {
    fn opened(&mut self, _: &Opened) {}
}

fn main() {}
