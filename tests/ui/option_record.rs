//! The option names an aggregate, as a type.
use cqrs_core::prelude::*;

#[derive(Event, Serialize, Deserialize)]
#[event(record)]
pub struct Noted;

#[derive(Event, Serialize, Deserialize)]
#[event(record = "Account")]
pub struct Seen;

fn main() {}
