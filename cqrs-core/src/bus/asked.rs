//! A command, as the way to an aggregate sees it: typed, or known by its name alone.

use super::Rejection;
use crate::aggregate::{Aggregate, Context, Decision, DynResources, Emit, Emits};
use crate::log::{Data, EncodeError, Fingerprint, canonical};
use crate::message::Handled;
use crate::store::BoxFuture;
use std::future::Future;

/// What is asked of an instance of `A`.
pub(crate) trait Asked<A: Aggregate, R>: Send + Sync {
    /// What the handler returns.
    type Output: Emit<A>;

    /// The command's stored name.
    fn name(&self) -> &'static str;

    /// Whether the handler asks for its context.
    fn takes_context(&self) -> bool;

    /// What tells it from another command under the same id.
    fn fingerprint(&self) -> Result<Fingerprint, EncodeError>;

    /// Calls the handler.
    fn handle(
        &self,
        state: &A,
        context: &Context,
        resources: &R,
    ) -> impl Future<Output = Self::Output> + Send;
}

/// A command whose type is known.
pub(crate) struct Typed<C>(pub(crate) C);

impl<A, C, R> Asked<A, R> for Typed<C>
where
    A: Aggregate,
    C: Handled<R, By = A, Output: Emit<A>>,
{
    type Output = C::Output;

    #[inline]
    fn name(&self) -> &'static str {
        C::NAME
    }

    #[inline]
    fn takes_context(&self) -> bool {
        C::TAKES_CONTEXT
    }

    fn fingerprint(&self) -> Result<Fingerprint, EncodeError> {
        let body = Data::encode(C::NAME, &self.0, &C::STORED)?;
        let body = canonical(body.as_bytes().unwrap_or_default());
        Ok(Fingerprint::of(C::NAME, C::VERSION, &body))
    }

    #[inline]
    fn handle(
        &self,
        state: &A,
        context: &Context,
        resources: &R,
    ) -> impl Future<Output = C::Output> + Send {
        self.0.handle(state, context, resources)
    }
}

/// A command of whatever type: all those of an aggregate go one way, which is compiled once.
pub(crate) struct Untyped<A>(Box<dyn Erased<A>>);

impl<A: Aggregate> Untyped<A> {
    /// Erases the type of `asked`; `refused` that of its handler's own error.
    pub(crate) fn new<D, E>(asked: D, refused: fn(E) -> Rejection) -> Self
    where
        D: Asked<A, DynResources, Output: Emit<A, Error = E> + 'static> + 'static,
        E: 'static,
    {
        Self(Box::new(Refusing { asked, refused }))
    }
}

impl<A: Aggregate> Asked<A, DynResources> for Untyped<A> {
    type Output = Emitting<A>;

    fn name(&self) -> &'static str {
        self.0.name()
    }

    fn takes_context(&self) -> bool {
        self.0.takes_context()
    }

    fn fingerprint(&self) -> Result<Fingerprint, EncodeError> {
        self.0.fingerprint()
    }

    async fn handle(&self, state: &A, context: &Context, resources: &DynResources) -> Emitting<A> {
        self.0.handle(state, context, resources).await
    }
}

/// What a handler returned, its type erased.
pub(crate) struct Emitting<A>(Box<Emission<A>>);

type Emission<A> = dyn FnOnce(&mut Decision<'_, A>) -> Result<(), Rejection> + Send;

impl<A: Aggregate> Emit<A> for Emitting<A> {
    type Error = Rejection;
    const EMITS: Emits = Emits::NOTHING; // nobody asks: what it erases was registered

    fn emit(self, decision: &mut Decision<'_, A>) -> Result<(), Rejection> {
        (self.0)(decision)
    }
}

/// [`Asked`] with its future boxed.
trait Erased<A>: Send + Sync {
    fn name(&self) -> &'static str;
    fn takes_context(&self) -> bool;
    fn fingerprint(&self) -> Result<Fingerprint, EncodeError>;
    fn handle<'a>(
        &'a self,
        state: &'a A,
        context: &'a Context,
        resources: &'a DynResources,
    ) -> BoxFuture<'a, Emitting<A>>;
}

struct Refusing<D, E> {
    asked: D,
    refused: fn(E) -> Rejection,
}

impl<A, D, E> Erased<A> for Refusing<D, E>
where
    A: Aggregate,
    D: Asked<A, DynResources, Output: Emit<A, Error = E> + 'static>,
    E: 'static,
{
    fn name(&self) -> &'static str {
        self.asked.name()
    }

    fn takes_context(&self) -> bool {
        self.asked.takes_context()
    }

    fn fingerprint(&self) -> Result<Fingerprint, EncodeError> {
        self.asked.fingerprint()
    }

    fn handle<'a>(
        &'a self,
        state: &'a A,
        context: &'a Context,
        resources: &'a DynResources,
    ) -> BoxFuture<'a, Emitting<A>> {
        let refused = self.refused;
        Box::pin(async move {
            let output = self.asked.handle(state, context, resources).await;
            Emitting(Box::new(move |decision: &mut Decision<'_, A>| {
                output.emit(decision).map_err(refused)
            }))
        })
    }
}
