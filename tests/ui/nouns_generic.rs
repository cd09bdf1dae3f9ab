//! No noun is generic.
use cqrs_core::prelude::*;

#[derive(Command)]
pub struct GenericCommand<T>(T);

#[derive(Command)]
pub struct LivedCommand<'a>(&'a str);

#[derive(Event)]
pub struct GenericEvent<T>(T);

#[derive(Event)]
pub struct LivedEvent<'a>(&'a str);

#[derive(Query)]
pub struct GenericQuery<T>(T);

#[derive(Query)]
pub struct LivedQuery<'a>(&'a str);

#[derive(Aggregate)]
pub struct GenericAggregate<T>(T);

#[derive(Aggregate)]
pub struct LivedAggregate<'a>(&'a str);

#[derive(Projection)]
pub struct GenericProjection<T>(T);

#[derive(Projection)]
pub struct LivedProjection<'a>(&'a str);

#[derive(Service)]
pub struct GenericService<T>(T);

#[derive(Service)]
pub struct LivedService<'a>(&'a str);

#[derive(Resources)]
pub struct GenericResources<T>(T);

#[derive(Resources)]
pub struct LivedResources<'a>(&'a str);

#[derive(Id)]
pub struct GenericId<T>(T);

#[derive(Id)]
pub struct LivedId<'a>(&'a str);

mod commands {
    use super::*;

    #[commands("account")]
    pub enum Generic<T> {
        Open(T),
    }
}

mod events {
    use super::*;

    #[events("account")]
    pub enum Generic<T> {
        Opened(T),
    }
}

fn main() {}
