use super::When;
use super::replayed::Replayed;
use super::run::run;
use super::scene::Scene;
use crate::aggregate::{Apply, Applying, Context, Emit, Resources};
use crate::guarded::Broken;
use crate::log::{Clock, CommandId, Timestamp};
use crate::message::Handled;
use std::convert::Infallible;
use std::marker::PhantomData;
use std::sync::Arc;
use std::time::Duration;
use uuid::Uuid;

/// How long a handler may take.
const DEADLINE: Duration = Duration::from_secs(30);

/// The first phase: what happened, and under which circumstances a command comes.
#[derive(Debug)]
#[must_use = "nothing is tested yet: go on with `.when(..)`"]
pub struct Given<A, H, R = ()> {
    history: H,
    clock: Clock,
    origin: Origin,
    resources: R,
    applying: Applying,
    aggregate: PhantomData<fn() -> A>,
}

/// What the caller of the command says about it.
#[derive(Debug, Default)]
struct Origin {
    id: Option<CommandId>,
    occurred_at: Option<Timestamp>,
    actor: Option<Arc<str>>,
    correlation_id: Option<Uuid>,
    causation_id: Option<Uuid>,
}

impl<A, H> Given<A, H> {
    pub(super) fn new(history: H) -> Self {
        Self {
            history,
            clock: Clock::system(),
            origin: Origin::default(),
            resources: (),
            applying: Applying::ReadBack,
            aggregate: PhantomData,
        }
    }
}

impl<A, H, R> Given<A, H, R> {
    /// The time that the handler sees: [`Context::now`]. Without it, the system's.
    pub fn at(mut self, time: Timestamp) -> Self {
        self.clock = Clock::turned_to(time);
        self
    }

    /// Who asks: [`Context::actor`]. Without it, nobody in particular.
    pub fn by(mut self, actor: impl Into<Arc<str>>) -> Self {
        self.origin.actor = Some(actor.into());
        self
    }

    /// The command's id: [`Context::command_id`]. Without it, a generated one.
    pub fn id(mut self, id: impl Into<CommandId>) -> Self {
        self.origin.id = Some(id.into());
        self
    }

    /// The business time that the caller gives: [`Context::occurred_at`]. Without it, that of [`at`](Self::at).
    pub fn occurred_at(mut self, time: Timestamp) -> Self {
        self.origin.occurred_at = Some(time);
        self
    }

    /// What the command belongs to: [`Context::correlation_id`]. Without it, the command's id.
    pub fn correlation(mut self, id: impl Into<Uuid>) -> Self {
        self.origin.correlation_id = Some(id.into());
        self
    }

    /// What caused the command: [`Context::causation_id`]. Without it, nothing did.
    pub fn caused_by(mut self, id: impl Into<Uuid>) -> Self {
        self.origin.causation_id = Some(id.into());
        self
    }

    /// What the handler's parameters `&T` are taken from. Without it, `()`, which provides nothing.
    pub fn with<T: Resources>(self, resources: T) -> Given<A, H, T> {
        Given {
            history: self.history,
            clock: self.clock,
            origin: self.origin,
            resources,
            applying: self.applying,
            aggregate: self.aggregate,
        }
    }

    /// Applies events as they are, and not as a durable store gives them back.
    pub fn without_round_trip(mut self) -> Self {
        self.applying = Applying::Decided;
        self
    }
}

impl<A: Apply, H, R: Resources> Given<A, H, R> {
    /// Applies what happened, and lets the handler decide on `command`.
    ///
    /// An `async` handler is waited for, within a runtime as well as without one.
    ///
    /// # Panics
    /// When the handler or an `#[apply]` method panics, or the handler does not decide within 30
    /// seconds; and when an event does not come back from the log as it was.
    #[track_caller]
    #[expect(
        clippy::needless_pass_by_value,
        reason = "as a bus takes it, and so a test reads as a call"
    )]
    pub fn when<C>(self, command: C) -> When<A, <C::Output as Emit<A>>::Error>
    where
        C: Handled<R, By = A, Output: Emit<A>>,
        H: Emit<A, Error = Infallible>,
    {
        let scene = Scene::of::<A, C>();
        let mut state = A::initial();
        match Replayed::of(self.history, &mut state, self.applying) {
            Ok(Replayed {
                outcome: Ok(()), ..
            }) => {}
            Err(unfit) => scene.fail(format_args!("{}", unfit.among("given "))),
        }

        let Origin {
            id,
            occurred_at,
            actor,
            correlation_id,
            causation_id,
        } = self.origin;
        let context = Context::new(self.clock)
            .with_id(id)
            .with_occurred_at(occurred_at)
            .with_origin(actor, correlation_id, causation_id);
        let handled = async { command.handle(&state, &context, &self.resources).await };
        let output = match run(handled, DEADLINE) {
            Ok(output) => output,
            Err(Broken::Panicked(message)) => {
                scene.fail(format_args!("the handler panicked: {message}"))
            }
            Err(Broken::Late) => scene.fail(format_args!(
                "the handler did not decide within {DEADLINE:?}: it waits for something"
            )),
        };

        match Replayed::of(output, &mut state, self.applying) {
            Ok(Replayed { outcome, events }) => When::new(scene, state, outcome.map(|()| events)),
            Err(unfit) => scene.fail(format_args!("{}", unfit.among(""))),
        }
    }
}
