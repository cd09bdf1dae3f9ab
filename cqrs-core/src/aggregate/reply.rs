use super::{Aggregate, Direct, Emit, EventSourced};

/// What a handler of `T` may return: for an aggregate whatever [emits](Emit) its events, for a
/// service anything.
#[diagnostic::on_unimplemented(
    message = "`{T}` never applies `{Self}`, so its handlers cannot return it",
    label = "no `#[apply]` method of `{T}` takes a `&{Self}`",
    note = "write `fn ..(&mut self, event: &{Self})` in the `#[apply] impl {T}` block",
    note = "a handler returns an event, a tuple, array, `Vec` or `Option` of events, the event enum, or a `Result` of any of them"
)]
pub trait Reply<T, Kind>: Send {}

impl<A: Aggregate, X: Emit<A>> Reply<A, EventSourced> for X {}

impl<S, X: Send> Reply<S, Direct> for X {}
