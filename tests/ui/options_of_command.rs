//! Each option of a command is wrong, then given again.
use cqrs_core::prelude::*;

#[derive(Command, Serialize, Deserialize)]
#[command(
    "Catalog.Add",
    "catalog.add",
    version = 0,
    version = 2,
    crate = "cqrs_core",
    crate = ::cqrs_core,
    record = Catalog,
    since = 7,
)]
pub struct Add;

#[derive(Command, Serialize, Deserialize)]
#[command = "catalog.remove"]
pub struct Remove;

#[derive(Service)]
pub struct Catalog;

#[handle]
impl Catalog {
    fn add(&self, _: &Add) {}
    fn remove(&self, _: &Remove) {}
}

fn main() {}
