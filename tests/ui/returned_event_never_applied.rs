//! The `#[apply]` method of what a handler returns was forgotten.
use cqrs_core::prelude::*;

#[commands("lamp", lamp: String)]
pub enum LampCommand {
    Light,
}

#[events("lamp")]
pub enum LampEvent {
    Lit,
}

#[derive(Aggregate, Default)]
#[aggregate("lamp", id = String)]
pub struct Lamp;

#[handle]
impl Lamp {
    fn light(&self, _: &Light) -> Lit {
        Lit
    }
}

fn main() {}
