use super::{Bus, DispatchOptions};
use crate::aggregate::{Resources, Target};
use crate::message::Handled;
use crate::store::EventStore;
use std::future::Future;

/// A command that a bus on the store `S` with the resources `R` can take to its handler.
///
/// Resolved through types alone: the command names its handler ([`Handled::By`]), the handler its
/// kind ([`Target::Kind`]), and the kind the way.
#[diagnostic::on_unimplemented(
    message = "command `{Self}` has no handler",
    label = "no `#[handle]` method takes a `&{Self}`",
    note = "write `fn ..(&self, command: &{Self}) -> Result<.., ..>` in the `#[handle] impl` block of its aggregate or service"
)]
pub trait Routed<S, R>: Handled<R> {
    /// The kind of its handler.
    type Kind;
    /// The answer.
    type Result: Send;

    /// Takes it there.
    fn route(
        self,
        bus: &Bus<S, R>,
        options: DispatchOptions,
    ) -> impl Future<Output = Self::Result> + Send;
}

/// The way of a command `C` to a target of the kind `K`.
pub trait Route<C, S, R, K>: Target {
    /// The answer.
    type Result: Send;

    /// Goes it.
    fn route(
        command: C,
        bus: &Bus<S, R>,
        options: DispatchOptions,
    ) -> impl Future<Output = Self::Result> + Send;
}

impl<C, S, R> Routed<S, R> for C
where
    S: EventStore,
    R: Resources,
    C: Handled<R>,
    C::By: Route<C, S, R, <C::By as Target>::Kind>,
{
    type Kind = <C::By as Target>::Kind;
    type Result = <C::By as Route<C, S, R, <C::By as Target>::Kind>>::Result;

    #[inline]
    fn route(
        self,
        bus: &Bus<S, R>,
        options: DispatchOptions,
    ) -> impl Future<Output = Self::Result> + Send {
        <C::By as Route<C, S, R, <C::By as Target>::Kind>>::route(self, bus, options)
    }
}
