//! The type of a `#[handle]` block derives `Aggregate` or `Service`.
use cqrs_core::prelude::*;

#[derive(Command, Serialize, Deserialize)]
pub struct Open;

pub struct Opener;

#[handle]
impl Opener {
    fn open(&self, _: &Open) {}
}

fn main() {}
