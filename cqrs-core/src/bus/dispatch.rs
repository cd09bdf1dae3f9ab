use super::Request;
use crate::aggregate::{Context, EventSourced};
use crate::log::{Clock, CommandId, Metadata, Timestamp, Version};
use crate::projection::Project;
use std::fmt;
use std::future::{Future, IntoFuture};
use std::marker::PhantomData;
use std::sync::Arc;
use uuid::Uuid;

/// A call that is made once its options are set: what stands between `dispatch(..)` and `.await`.
///
/// It is implemented for closures from options to a future, so that neither is boxed.
pub trait Run<O> {
    /// The call under way.
    type Fut: Future;

    /// Makes the call.
    fn run(self, options: O) -> Self::Fut;
}

impl<O, F: FnOnce(O) -> Fut, Fut: Future> Run<O> for F {
    type Fut = Fut;

    #[inline]
    fn run(self, options: O) -> Fut {
        self(options)
    }
}

/// A command yet to be dispatched: set its options, then `.await` it.
///
/// `K` is the kind of what handles it. What only a log can keep is for commands of aggregates
/// alone: those of [`Logged`] kinds.
#[must_use = "a command is not dispatched until it is awaited"]
pub struct Dispatch<X, K> {
    options: DispatchOptions,
    run: X,
    kind: PhantomData<fn() -> K>,
}

/// What was set on a [`Dispatch`].
#[derive(Debug, Clone, Default)]
pub struct DispatchOptions {
    pub(super) id: Option<CommandId>,
    pub(super) occurred_at: Option<Timestamp>,
    pub(super) expected: Option<Version>,
    pub(super) wait_for: &'static [&'static str],
    pub(super) actor: Option<Arc<str>>,
    pub(super) correlation_id: Option<Uuid>,
    pub(super) causation_id: Option<Uuid>,
}

impl DispatchOptions {
    /// What the handler is told of its call. Its id is made when it is asked for, unless one is given.
    #[inline]
    pub(super) fn context(&self, clock: &Clock, id: Option<CommandId>) -> Context {
        Context::new(clock.clone())
            .with_id(id)
            .with_occurred_at(self.occurred_at)
            .with_origin(self.actor.clone(), self.correlation_id, self.causation_id)
    }

    /// What is recorded of the call.
    #[inline]
    pub(super) fn metadata(&self, id: CommandId) -> Metadata {
        Metadata {
            correlation_id: self.correlation_id.unwrap_or(*id.as_uuid()),
            causation_id: self.causation_id,
            actor: self.actor.clone(),
            ..Metadata::of(id)
        }
    }
}

impl<X, K> Dispatch<X, K> {
    #[inline]
    pub(super) fn new(run: X) -> Self {
        Self {
            options: DispatchOptions::default(),
            run,
            kind: PhantomData,
        }
    }

    /// Says who asks.
    pub fn actor(mut self, actor: impl Into<Arc<str>>) -> Self {
        self.options.actor = Some(actor.into());
        self
    }

    /// Says what the command belongs to: the same id on all commands of one request or process.
    pub fn correlation(mut self, id: impl Into<Uuid>) -> Self {
        self.options.correlation_id = Some(id.into());
        self
    }

    /// Says which event or command caused this one: by its id, or the event on record, or the
    /// receipt.
    pub fn caused_by(mut self, id: impl Into<Uuid>) -> Self {
        self.options.causation_id = Some(id.into());
        self
    }

    /// Takes over what the request says: its id, and what else is set in it. For use cases of
    /// several commands: `.request(&request.step("lend"))`.
    pub fn request(mut self, request: &Request) -> Self {
        request.set(&mut self.options);
        self
    }

    /// Names the request. A command of an aggregate that is sent again under its id has no second
    /// effect and gets the same receipt; the same id with another body is refused. Bodies are
    /// compared as JSON, whatever the order of members; a `HashSet` is an array there, whose order
    /// changes, so put a `BTreeSet` into a command.
    ///
    /// A service finds the id in its [`Context`], and what it makes of it is its own affair.
    pub fn id(mut self, id: impl Into<CommandId>) -> Self {
        self.options.id = Some(id.into());
        self
    }

    /// Says when it happened in the business's time, where that is not now.
    pub fn occurred_at(mut self, time: Timestamp) -> Self {
        self.options.occurred_at = Some(time);
        self
    }
}

impl<X, K> Dispatch<X, K> {
    /// Accepts it only if the instance is at this version: if nothing happened since the caller looked.
    pub fn expect_version(mut self, version: impl Into<Version>) -> Self
    where
        K: Logged,
    {
        self.options.expected = Some(version.into());
        self
    }

    /// Answers only when these projections show it: one, or a tuple of them.
    pub fn wait_for<P: ProjectionSet>(mut self) -> Self
    where
        K: Logged,
    {
        self.options.wait_for = P::NAMES;
        self
    }
}

impl<X: Run<DispatchOptions>, K> IntoFuture for Dispatch<X, K> {
    type Output = <X::Fut as Future>::Output;
    type IntoFuture = X::Fut;

    #[inline]
    fn into_future(self) -> X::Fut {
        self.run.run(self.options)
    }
}

impl<X, K> fmt::Debug for Dispatch<X, K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Dispatch").field(&self.options).finish()
    }
}

/// A kind of target whose commands lead to events in the log.
#[diagnostic::on_unimplemented(
    message = "this command is handled by a service, which records no events",
    label = "only for the commands of aggregates: a service has no versions, and no projection follows it",
    note = "leave it out; what a service has to say about its state is in what its method returns"
)]
pub trait Logged {}

impl Logged for EventSourced {}

/// One projection, or a tuple of them.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a projection",
    label = "not a projection, nor a tuple of projections",
    note = "name a type with `#[derive(Projection)]` and a `#[project]` block, or a tuple of such"
)]
pub trait ProjectionSet {
    /// Their stored names.
    const NAMES: &'static [&'static str];
}

#[diagnostic::do_not_recommend]
impl<P: Project> ProjectionSet for P {
    const NAMES: &'static [&'static str] = &[P::NAME];
}

macro_rules! projection_tuple {
    ($($part:ident),+) => {
        impl<$($part: Project),+> ProjectionSet for ($($part,)+) {
            const NAMES: &'static [&'static str] = &[$($part::NAME),+];
        }
    };
}

projection_tuple!(A);
projection_tuple!(A, B);
projection_tuple!(A, B, C);
projection_tuple!(A, B, C, D);
projection_tuple!(A, B, C, D, E);
projection_tuple!(A, B, C, D, E, F);
