use super::{DispatchOptions, Receipt};
use crate::log::{CommandId, Recorded, RecordedEvent, Timestamp};
use std::fmt::Display;
use std::sync::Arc;
use uuid::Uuid;

/// What the commands of one request have in common: its id, who asks, when it happened, what it
/// belongs to, what caused it.
///
/// A use case that dispatches several commands takes one of these, gives it to the first command, and to each
/// other one a [`step`](Self::step) of it: an id of its own that is the same whenever the request comes
/// again, and all the rest. So the events of the first bear the id of which those of the steps are made.
/// Actor and business time are carried to each of these commands, into its `Context` and its events.
///
/// ```standalone_crate
/// # #[commands("account", account: String)]
/// # pub enum AccountCommand { Withdraw { amount: u64 }, Deposit { amount: u64 } }
/// # #[events("account")]
/// # pub enum AccountEvent { Withdrawn { amount: u64 }, Deposited { amount: u64 } }
/// # #[derive(Aggregate, Default)]
/// # #[aggregate("account", id = String)]
/// # pub struct Account;
/// # #[handle]
/// # impl Account {
/// #     fn withdraw(&self, c: &Withdraw) -> Withdrawn { Withdrawn { amount: c.amount } }
/// #     fn deposit(&self, c: &Deposit) -> Deposited { Deposited { amount: c.amount } }
/// # }
/// # #[apply]
/// # impl Account {
/// #     fn withdrawn(&mut self, _: &Withdrawn) {}
/// #     fn deposited(&mut self, _: &Deposited) {}
/// # }
/// use cqrs_core::bus::Request;
/// use cqrs_core::prelude::*;
///
/// async fn transfer(
///     bus: &Bus<Memory>,
///     request: &Request,
///     (from, to): (&str, &str),
///     amount: u64,
/// ) -> Result<Receipt, DispatchError<std::convert::Infallible>> {
///     bus.dispatch(Withdraw { account: from.into(), amount }).request(request).await?;
///     bus.dispatch(Deposit { account: to.into(), amount }).request(&request.step("in")).await
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let bus = Bus::open(Memory::new()).await?;
/// let request = Request::new(CommandId::derived(("transfer", 8841))).actor("teller 4");
/// let first = transfer(&bus, &request, ("a", "b"), 50).await?;
/// let again = transfer(&bus, &request, ("a", "b"), 50).await?; // no second effect
/// assert!(!first.repeated && again.repeated);
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use = "give it to a dispatch: `.request(&request)`"]
pub struct Request {
    id: CommandId,
    occurred_at: Option<Timestamp>,
    actor: Option<Arc<str>>,
    correlation_id: Option<Uuid>,
    causation_id: Option<Uuid>,
}

impl Request {
    /// The request of that id: the same when it comes again.
    pub fn new(id: impl Into<CommandId>) -> Self {
        Self {
            id: id.into(),
            occurred_at: None,
            actor: None,
            correlation_id: None,
            causation_id: None,
        }
    }

    /// What follows from an event on record, for whoever reacts to it: caused by it, belonging to
    /// what it belongs to, under an id made of its id and the `step`, so that it has its effect once.
    ///
    /// The event's actor and business time are not carried to the command: it is the reaction's own, and
    /// happens now. Where it is still theirs, say so: `.occurred_at(event.occurred_at)`, `.actor(..)`.
    pub fn reaction(event: &Recorded, step: impl Display) -> Self {
        Self::new(event.id.step(step))
            .correlation(event.metadata.correlation_id)
            .caused_by(event)
    }

    /// Its id, which is that of the command to which it is given.
    pub fn id(&self) -> CommandId {
        self.id
    }

    /// The same request for one command of several: under an id of its own, made of the request's
    /// and `step`, and correlated by the request's, unless it has another [`correlation`](Self::correlation).
    pub fn step(&self, step: impl Display) -> Self {
        Self {
            id: self.id.step(step),
            correlation_id: Some(self.correlation_id.unwrap_or(*self.id.as_uuid())),
            ..self.clone()
        }
    }

    /// Says who asks.
    pub fn actor(mut self, actor: impl Into<Arc<str>>) -> Self {
        self.actor = Some(actor.into());
        self
    }

    /// Says what it belongs to.
    pub fn correlation(mut self, id: impl Into<Uuid>) -> Self {
        self.correlation_id = Some(id.into());
        self
    }

    /// Says which event or command caused it: its id, or the event on record, or the receipt.
    pub fn caused_by(mut self, id: impl Into<Uuid>) -> Self {
        self.causation_id = Some(id.into());
        self
    }

    /// Says when it happened in the business's time; `None`, as without this: now.
    pub fn occurred_at(mut self, time: impl Into<Option<Timestamp>>) -> Self {
        self.occurred_at = time.into();
        self
    }

    /// Sets what it says among the options of a dispatch.
    pub(super) fn set(&self, options: &mut DispatchOptions) {
        let Self {
            id,
            occurred_at,
            actor,
            correlation_id,
            causation_id,
        } = self.clone();
        options.id = Some(id);
        options.occurred_at = occurred_at.or(options.occurred_at);
        options.actor = actor.or(options.actor.take());
        options.correlation_id = correlation_id.or(options.correlation_id);
        options.causation_id = causation_id.or(options.causation_id);
    }
}

impl From<CommandId> for Request {
    fn from(id: CommandId) -> Self {
        Self::new(id)
    }
}

/// Its id.
impl From<&Request> for CommandId {
    fn from(request: &Request) -> Self {
        request.id
    }
}

/// The id of the command, as a cause.
impl From<&Receipt> for Uuid {
    fn from(receipt: &Receipt) -> Self {
        receipt.command_id.into()
    }
}

/// The id of the event, as a cause.
impl From<&Recorded> for Uuid {
    fn from(event: &Recorded) -> Self {
        event.id.into()
    }
}

/// The id of the event, as a cause.
impl From<&RecordedEvent> for Uuid {
    fn from(event: &RecordedEvent) -> Self {
        event.recorded().into()
    }
}
