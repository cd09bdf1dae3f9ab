//! How a command is called by its name: as its handler's types allow.

#![expect(clippy::unused_self, reason = "method lookup goes by the receiver")]

use crate::aggregate::{Apply, Direct, Emit, Target};
use crate::bus::{ByNameError, Call, Outcome, Rejection, Told};
use crate::message::{Addressed, Handled};
use crate::store::BoxFuture;
use serde::Serialize;
use serde_json::Value;
use std::error::Error;
use std::marker::PhantomData;
use std::ops::Deref;

/// What comes of a call.
pub type Calling = BoxFuture<'static, Result<Outcome, ByNameError>>;

/// An error that says something: [`Error`]s, and texts.
pub trait Says: Into<Box<dyn Error + Send + Sync>> + Send {}

impl<E: Into<Box<dyn Error + Send + Sync>> + Send> Says for E {}

/// The steps of a stair. Each has a method `call` for the commands that fit it and dereferences to
/// the next, so that the method is found on the first whose bounds hold: method lookup makes the
/// choice that specialization would make.
macro_rules! stair {
    ($(#[$doc:meta])* $step:ident) => {
        $(#[$doc])*
        #[derive(Debug)]
        pub struct $step<C>(PhantomData<fn() -> C>);
    };
    ($(#[$doc:meta])* $step:ident, $(#[$next_doc:meta])* $next:ident $($rest:tt)*) => {
        stair!($(#[$doc])* $step);

        impl<C> Deref for $step<C> {
            type Target = $next<C>;

            fn deref(&self) -> &$next<C> {
                &$next(PhantomData)
            }
        }

        stair!($(#[$next_doc])* $next $($rest)*);
    };
}

stair! {
    /// An aggregate's command, whose rejection says something.
    Called,
    /// An aggregate's command, whose rejection does not.
    Muted,
    /// A service's command.
    Returned,
    /// A service's command, whose rejection says nothing.
    ReturnedMuted,
    /// A service's command, whose answer cannot be told.
    Untold,
    /// A service's command, of which nothing can be told but whether it was refused.
    UntoldMuted,
    /// A service's command that cannot be refused.
    Plain,
    /// A service's command that cannot be refused, and whose answer cannot be told.
    PlainUntold,
    /// A command whose handler is in error, which is told where it stands.
    Broken
}

impl<C> Called<C> {
    /// The call of `C`.
    #[allow(clippy::new_without_default)]
    pub const fn of() -> Self {
        Self(PhantomData)
    }
}

impl<C, A, E> Called<C>
where
    C: Handled<By = A, Output: Emit<A, Error = E> + 'static> + Addressed<Id = A::Id>,
    A: Apply,
    E: Says + 'static,
{
    /// Calls it.
    pub fn call(&self, call: Call) -> Calling {
        Box::pin(call.recorded::<A, C, E>(Rejection::said))
    }
}

impl<C, A, E> Muted<C>
where
    C: Handled<By = A, Output: Emit<A, Error = E> + 'static> + Addressed<Id = A::Id>,
    A: Apply,
    E: 'static,
{
    /// Calls it.
    pub fn call(&self, call: Call) -> Calling {
        Box::pin(call.recorded::<A, C, E>(|_| Rejection::mute::<E>()))
    }
}

impl<C, T, V, E> Returned<C>
where
    C: Handled<By = T, Output = Result<V, E>>,
    T: Target<Kind = Direct>,
    V: Serialize + 'static,
    E: Says + 'static,
{
    /// Calls it.
    pub fn call(&self, call: Call) -> Calling {
        Box::pin(call.returned::<T, C>(|it| it.map(told).map_err(Rejection::said)))
    }
}

impl<C, T, V, E> ReturnedMuted<C>
where
    C: Handled<By = T, Output = Result<V, E>>,
    T: Target<Kind = Direct>,
    V: Serialize + 'static,
    E: Send + 'static,
{
    /// Calls it.
    pub fn call(&self, call: Call) -> Calling {
        Box::pin(call.returned::<T, C>(|it| it.map(told).map_err(|_| Rejection::mute::<E>())))
    }
}

impl<C, T, V, E> Untold<C>
where
    C: Handled<By = T, Output = Result<V, E>>,
    T: Target<Kind = Direct>,
    V: Send + 'static,
    E: Says + 'static,
{
    /// Calls it.
    pub fn call(&self, call: Call) -> Calling {
        Box::pin(call.returned::<T, C>(|it| it.map(|_| Ok(Value::Null)).map_err(Rejection::said)))
    }
}

impl<C, T, V, E> UntoldMuted<C>
where
    C: Handled<By = T, Output = Result<V, E>>,
    T: Target<Kind = Direct>,
    V: Send + 'static,
    E: Send + 'static,
{
    /// Calls it.
    pub fn call(&self, call: Call) -> Calling {
        Box::pin(call.returned::<T, C>(|it| {
            it.map(|_| Ok(Value::Null))
                .map_err(|_| Rejection::mute::<E>())
        }))
    }
}

impl<C, T, V> Plain<C>
where
    C: Handled<By = T, Output = V>,
    T: Target<Kind = Direct>,
    V: Serialize + 'static,
{
    /// Calls it.
    pub fn call(&self, call: Call) -> Calling {
        Box::pin(call.returned::<T, C>(|it| Ok(told(it))))
    }
}

impl<C, T, V> PlainUntold<C>
where
    C: Handled<By = T, Output = V>,
    T: Target<Kind = Direct>,
    V: Send + 'static,
{
    /// Calls it.
    pub fn call(&self, call: Call) -> Calling {
        Box::pin(call.returned::<T, C>(|_| Ok(Ok(Value::Null))))
    }
}

impl<C> Broken<C> {
    /// Never runs: the program does not compile.
    pub fn call(&self, _: Call) -> Calling {
        Box::pin(std::future::pending())
    }
}

fn told<T: Serialize>(answer: T) -> Told {
    serde_json::to_value(answer)
}
