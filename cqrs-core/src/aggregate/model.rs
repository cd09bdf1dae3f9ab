use super::Snapshots;
use crate::id::Id;
use crate::log::{DecodeError, Fact};
use crate::message::EventType;

/// The kind of a [`Target`] whose state is the fold of its events.
#[derive(Debug, Clone, Copy)]
pub struct EventSourced;

/// The kind of a [`Target`] that is called directly: a service.
#[derive(Debug, Clone, Copy)]
pub struct Direct;

/// What handles commands: an aggregate or a service.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot handle commands",
    label = "neither an aggregate nor a service",
    note = "write `#[derive(Aggregate, Default)]` on it, or `#[derive(Service)]`"
)]
pub trait Target: Sized + Send + Sync + 'static {
    /// How its commands run: [`EventSourced`] or [`Direct`].
    type Kind: TargetKind;
}

/// A kind of [`Target`]: [`EventSourced`] or [`Direct`].
pub trait TargetKind {
    /// Whether the target itself is a resource of the bus, as a service is.
    const IS_RESOURCE: bool;
}

impl TargetKind for EventSourced {
    const IS_RESOURCE: bool = false;
}

impl TargetKind for Direct {
    const IS_RESOURCE: bool = true;
}

/// The write model: state that decides. Derive it: [`#[derive(Aggregate, Default)]`](derive@crate::Aggregate).
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an aggregate",
    label = "not an aggregate",
    note = "write `#[derive(Aggregate, Default)]` and `#[aggregate(\"name\", id = ..)]` on it"
)]
pub trait Aggregate: Target<Kind = EventSourced> {
    /// What names one instance.
    type Id: Id;
    /// The stored name: the category of its streams.
    const NAME: &'static str;
    /// Whether its state is kept, and how; not, unless it is asked for: `snapshot_every = 500`.
    const SNAPSHOTS: Option<Snapshots<Self>> = None;

    /// The state of an instance that has no events yet.
    fn initial() -> Self;
}

/// A state that an instance can begin with: its default value.
#[diagnostic::on_unimplemented(
    message = "aggregate `{Self}` has no state to begin with",
    label = "lacks `Default`",
    note = "write `#[derive(Default)]` on it, or `impl Default for {Self}`: the state of an instance that has no events yet"
)]
#[doc(hidden)]
pub trait Initial: Default {}

#[diagnostic::do_not_recommend]
impl<T: Default> Initial for T {}

/// The fold: what an `#[apply]` block generates for its aggregate.
#[diagnostic::on_unimplemented(
    message = "aggregate `{Self}` applies no events",
    label = "`{Self}` has no `#[apply]` block",
    note = "write `#[apply] impl {Self} {{ fn ..(&mut self, event: &..) {{ .. }} }}`"
)]
pub trait Apply: Aggregate {
    /// The events that it applies, in the order of its methods.
    const EVENTS: &'static [EventType];
    /// A digest of each of its methods as it is written: another one where the fold has changed.
    const FOLD: &'static [u64];

    /// Applies one event from the log.
    ///
    /// # Errors
    /// When the event's name is none of [`Self::EVENTS`], or its data does not decode.
    fn apply(&mut self, event: &Fact<'_>) -> Result<(), DecodeError>;
}

/// The id type that names instances of the aggregate `T`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not name an instance of `{T}`",
    label = "`{T}` has another id type",
    note = "make the command's `#[id]` field the type that `#[aggregate(\"..\", id = ..)]` of `{T}` states"
)]
pub trait Names<T: ?Sized> {}
