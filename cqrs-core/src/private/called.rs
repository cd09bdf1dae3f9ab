//! How a command is called by its name: as its handler's types allow.

use crate::aggregate::{Direct, DynResources, EventSourced};
use crate::bus::{ByNameError, Call, DispatchError, Outcome, Receipt, Rejection, Routed};
use crate::store::{BoxFuture, DynStore};
use serde::Serialize;
use serde_json::Value;
use std::error::Error;
use std::marker::PhantomData;
use std::ops::Deref;

/// What comes of a call.
pub type Calling = BoxFuture<'static, Result<Outcome, ByNameError>>;

/// What a bus of erased types answers to `C`.
type Answer<C> = <C as Routed<DynStore, DynResources>>::Result;

/// What a bus answers to a command of an aggregate.
type Recorded<E> = Result<Receipt, DispatchError<E>>;

/// An error that says something: [`Error`]s, and texts.
pub trait Says: Into<Box<dyn Error + Send + Sync>> + Send {}

impl<E: Into<Box<dyn Error + Send + Sync>> + Send> Says for E {}

/// A row of types, each with a method `call` for the commands that fit it, and each dereferencing
/// to the next: so the method is found where its bounds hold first. Method lookup makes the choice
/// that specialization would make.
macro_rules! levels {
    (
        $(#[$doc:meta])*
        $level:ident<$($of:ident: $bound:path),+>($kind:ty: $result:ty) => $call:expr,
        $($next:tt)+
    ) => {
        $(#[$doc])*
        #[derive(Debug)]
        pub struct $level<C>(PhantomData<fn() -> C>);

        impl<C, $($of: $bound + 'static),+> $level<C>
        where
            C: Routed<DynStore, DynResources, Kind = $kind, Result = $result>,
        {
            /// Calls it.
            pub fn call(&self, call: Call) -> Calling {
                $call(call)
            }
        }

        levels!(@then $level $($next)+);
        levels!($($next)+);
    };
    ($(#[$doc:meta])* $last:ident) => {
        $(#[$doc])*
        #[derive(Debug)]
        pub struct $last<C>(PhantomData<fn() -> C>);

        impl<C> $last<C> {
            /// Never runs: the program does not compile.
            pub fn call(&self, _: Call) -> Calling {
                Box::pin(std::future::pending())
            }
        }
    };
    (@then $level:ident $(#[$doc:meta])* $next:ident $($rest:tt)*) => {
        impl<C> Deref for $level<C> {
            type Target = $next<C>;

            fn deref(&self) -> &$next<C> {
                &$next(PhantomData)
            }
        }
    };
}

levels! {
    /// An aggregate's command, whose rejection says something.
    Called<E: Says>(EventSourced: Recorded<E>) => recorded::<C, E>(Rejection::said),
    /// An aggregate's command, whose rejection does not.
    Muted<E: Send>(EventSourced: Recorded<E>) => recorded::<C, E>(|_| Rejection::mute::<E>()),
    /// A service's command.
    Returned<T: Serialize, E: Says>(Direct: Result<T, E>) => returned::<C>(|it| it.map(told).map_err(Rejection::said)),
    /// A service's command, whose rejection says nothing.
    ReturnedMuted<T: Serialize, E: Send>(Direct: Result<T, E>) => returned::<C>(|it| it.map(told).map_err(|_| Rejection::mute::<E>())),
    /// A service's command, whose answer cannot be told.
    Untold<T: Send, E: Says>(Direct: Result<T, E>) => returned::<C>(|it| it.map(untold).map_err(Rejection::said)),
    /// A service's command, of which nothing can be told but whether it was refused.
    UntoldMuted<T: Send, E: Send>(Direct: Result<T, E>) => returned::<C>(|it| it.map(untold).map_err(|_| Rejection::mute::<E>())),
    /// A service's command that cannot be refused.
    Plain<T: Serialize>(Direct: T) => returned::<C>(|it| Ok(told(it))),
    /// A service's command that cannot be refused, and whose answer cannot be told.
    PlainUntold<T: Send>(Direct: T) => returned::<C>(|it| Ok(untold(it))),
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

fn recorded<C, E>(refused: fn(E) -> Rejection) -> impl FnOnce(Call) -> Calling
where
    C: Routed<DynStore, DynResources, Result = Recorded<E>>,
    E: Send + 'static,
{
    move |call| {
        Box::pin(async move {
            let command: C = call.command()?;
            let answer = command.route(&call.bus, call.options).await;
            let receipt = answer.map_err(|error| error.map_rejection(refused))?;
            Ok(Outcome::Recorded(receipt))
        })
    }
}

fn returned<C>(tell: fn(Answer<C>) -> Result<Told, Rejection>) -> impl FnOnce(Call) -> Calling
where
    C: Routed<DynStore, DynResources>,
{
    move |call| {
        Box::pin(async move {
            call.asks_for_no_log::<C>()?;
            let command: C = call.command()?;
            let answer = command.route(&call.bus, call.options).await;
            match tell(answer).map_err(DispatchError::Rejected)? {
                Ok(value) => Ok(Outcome::Returned(value)),
                Err(source) => Err(ByNameError::Untold {
                    command: C::NAME,
                    source,
                }),
            }
        })
    }
}

/// The answer as JSON; an error where its `Serialize` fails.
type Told = Result<Value, serde_json::Error>;

fn told<T: Serialize>(answer: T) -> Told {
    serde_json::to_value(answer)
}

fn untold<T>(_: T) -> Told {
    Ok(Value::Null)
}
