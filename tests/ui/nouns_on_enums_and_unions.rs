//! A message is a struct, as are resources; state and rows are no unions; an id wraps one value.
use cqrs_core::prelude::*;

#[derive(Command)]
pub enum CommandEnum {
    One,
}

#[derive(Event)]
pub enum EventEnum {
    One,
}

#[derive(Query)]
pub enum QueryEnum {
    One,
}

#[derive(Resources)]
pub enum ResourcesEnum {
    One,
}

#[derive(Id)]
pub enum IdEnum {
    One,
}

#[derive(Command)]
pub union CommandUnion {
    a: u8,
}

#[derive(Event)]
pub union EventUnion {
    a: u8,
}

#[derive(Query)]
pub union QueryUnion {
    a: u8,
}

#[derive(Resources)]
pub union ResourcesUnion {
    a: u8,
}

#[derive(Id)]
pub union IdUnion {
    a: u8,
}

#[derive(Aggregate)]
pub union AggregateUnion {
    a: u8,
}

#[derive(Projection)]
pub union ProjectionUnion {
    a: u8,
}

#[derive(Id)]
pub struct NamedId {
    id: u64,
}

#[derive(Id)]
pub struct PairId(u64, u64);

#[derive(Id)]
pub struct UnitId;

fn main() {}
