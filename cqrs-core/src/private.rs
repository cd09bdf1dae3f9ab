//! What expansions name. Nothing here is public API.

pub use core;
pub use inventory;
pub use serde;

pub use crate::aggregate::{
    Aggregate, Apply, Context, Decision, Direct, Emit, EventSourced, Handle, Names, Resources,
    Target,
};
pub use crate::log::{DecodeError, Decoded, RecordedEvent, Tags};
pub use crate::message::EventSet;
pub use crate::message::{Addressed, Answered, Applied, Command, Event, EventType, Handled, Query};
pub use crate::projection::{
    Answer, Fallible, Folding, Index, IndexKey, IndexValue, KeyOf, Keyed, KeyedFor, Project,
    ProjectError, Projection, QueryError, ReadModel, Rows, Single, Singleton,
};
pub use crate::registry::Registration;

/// Facts asserted where a type is defined: each holds only where the matching verb exists.
pub mod assert {
    use super::{Answered, Applied, Direct, Handled, KeyedFor, Names, Project, Projection, Target};

    /// `C` has a handler, and `I`, the type of its `#[id]` field, names instances of it.
    pub const fn handled<C, I>()
    where
        C: Handled,
        I: Names<C::By>,
    {
    }

    /// `C`, which has no `#[id]` field, has a handler that needs none.
    pub const fn handled_without_id<C>()
    where
        C: Handled,
        <C::By as Target>::Kind: NeedsNoId,
    {
    }

    /// `E` is applied.
    pub const fn applied<E: Applied>() {}

    /// `Q` is answered.
    pub const fn answered<Q: Answered>() {}

    /// `P` projects something.
    pub const fn projected<P: Project>() {}

    /// The stream of `E` is the key of `P`.
    pub const fn keyed_by_stream<E: KeyedFor<P, P::Shape>, P: Projection>() {}

    /// A kind of target whose commands need no `#[id]`.
    #[diagnostic::on_unimplemented(
        message = "this command is handled by an aggregate, but no field says for which instance",
        label = "no field is marked `#[id]`",
        note = "an aggregate's command carries the id of its instance: mark that field with `#[id]`"
    )]
    pub trait NeedsNoId {}

    impl NeedsNoId for Direct {}
}

/// What stands for the output of a handler whose own signature is in error, so that one mistake is one error.
#[derive(Debug)]
pub enum Broken {}

impl<A: Aggregate> Emit<A> for Broken {
    type Error = core::convert::Infallible;

    fn emit(self, _: &mut Decision<'_, A>) -> Result<(), Self::Error> {
        match self {}
    }
}

/// The future of a [`Broken`] handler.
pub fn broken<T>() -> core::future::Pending<T> {
    core::future::pending()
}
