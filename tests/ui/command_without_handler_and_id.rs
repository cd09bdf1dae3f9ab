//! Nothing handles `Reindex`, which names no instance.
use cqrs_core::prelude::*;

#[derive(Command, Serialize, Deserialize)]
pub struct Reindex;

fn main() {}
