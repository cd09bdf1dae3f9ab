use super::{Aggregate, Direct, EventSourced};
use super::{Context, Emit, Target};
use crate::message::Command;
use std::future::Future;

/// What a bus provides to handlers; `()` where they need nothing.
pub trait Resources: Send + Sync + 'static {}

impl<T: Send + Sync + 'static> Resources for T {}

/// Resources that hold a `T`: what a handler's or an answer's parameter `&T` asks of the bus.
///
/// Every type provides itself, so one resource needs no struct around it.
///
/// ```
/// use cqrs_core::aggregate::Provide;
///
/// struct Rates(f64);
/// struct Deps { rates: Rates }
///
/// impl Provide<Rates> for Deps {
///     fn provide(&self) -> &Rates {
///         &self.rates
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "the bus does not provide a `{T}`",
    label = "its resources, `{Self}`, hold no `{T}`",
    note = "open the bus with resources that do: `Bus::builder(store).resources(..)`, of a type that implements `Provide<{T}>`"
)]
pub trait Provide<T: ?Sized> {
    /// The resource.
    fn provide(&self) -> &T;
}

impl<T: ?Sized> Provide<T> for T {
    fn provide(&self) -> &T {
        self
    }
}

/// The call of one handler: what a `#[handle]` method generates.
///
/// `R` are the resources of the bus. The check of what the method returns is the bound on
/// [`Output`](Self::Output).
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not handle `{C}`",
    label = "no `#[handle]` method of `{Self}` takes a `&{C}`",
    note = "write `fn ..(&self, command: &{C}) -> Result<.., ..>` in a `#[handle] impl {Self}` block"
)]
pub trait Handle<C: Command, R>: Target {
    /// What the method returns, as written.
    type Output: Reply<Self, Self::Kind>;

    /// Decides.
    fn handle(
        &self,
        command: &C,
        context: &Context,
        resources: &R,
    ) -> impl Future<Output = Self::Output> + Send;
}

/// What a handler of `T` may return: for an aggregate whatever [emits](Emit) its events, for a
/// service anything.
pub trait Reply<T, Kind>: Send {}

impl<A: Aggregate, X: Emit<A>> Reply<A, EventSourced> for X {}

impl<S, X: Send> Reply<S, Direct> for X {}
