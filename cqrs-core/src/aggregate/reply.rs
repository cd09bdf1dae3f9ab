use super::{Aggregate, Direct, Emit, Emits, EventSourced};
use std::any::type_name;

/// What a handler of `T` may return: for an aggregate whatever [emits](Emit) its events, for a
/// service anything.
#[diagnostic::on_unimplemented(
    message = "a handler of `{T}` cannot return `{Self}`",
    label = "not what a handler returns",
    note = "a handler of an aggregate returns an event, a tuple, array, `Vec` or `Option` of events, the event enum, or a `Result` of any of them",
    note = "a handler of a service returns anything that is `Send`"
)]
pub trait Reply<T, Kind>: Send {
    /// What the return type tells of the handler.
    #[doc(hidden)]
    const HANDLING: Handling;
}

impl<A: Aggregate, X: Emit<A>> Reply<A, EventSourced> for X {
    const HANDLING: Handling = Handling::Decides {
        aggregate: A::NAME,
        emits: X::EMITS,
        error: type_name::<X::Error>,
    };
}

impl<S, X: Send> Reply<S, Direct> for X {
    const HANDLING: Handling = Handling::Answers;
}

/// What a return type tells of its handler.
#[doc(hidden)]
#[derive(Debug, Clone, Copy)]
pub enum Handling {
    /// An aggregate decides.
    Decides {
        /// Its stored name.
        aggregate: &'static str,
        /// What may happen.
        emits: Emits,
        /// The type of its refusal.
        error: fn() -> &'static str,
    },
    /// A service answers.
    Answers,
}
