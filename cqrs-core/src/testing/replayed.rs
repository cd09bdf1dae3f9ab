use super::loss::told;
use crate::aggregate::{Aggregate, Applying, Decision, Emit, Recording};
use crate::guarded::message_of;
use crate::log::{EncodeError, Lossy};
use crate::store::NewEvent;
use smallvec::SmallVec;
use std::convert::Infallible;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Events, written as a store keeps them, and applied.
pub(super) struct Replayed<E> {
    /// The events.
    pub(super) events: Vec<NewEvent>,
    /// Whether there are any, or the refusal instead.
    pub(super) outcome: Result<(), E>,
}

/// Why events cannot be written and applied.
#[derive(Debug)]
pub(super) struct Unfit {
    /// Which of the events it is, from 1.
    number: usize,
    why: Why,
}

#[derive(Debug)]
enum Why {
    Panicked(String),
    Unwritable(EncodeError),
    Lossy(Lossy),
}

impl<E> Replayed<E> {
    /// Writes `events`, and applies them to `state`.
    pub(super) fn of<A: Aggregate>(
        events: impl Emit<A, Error = E>,
        state: &mut A,
        applying: Applying,
    ) -> Result<Self, Unfit> {
        let mut written = SmallVec::new();
        let mut recording = Recording::applying(applying);
        let emitted = emit(events, state, &mut written, &mut recording);
        let number = written.len() + 1;
        let (number, why) = match (recording.lossy, emitted, recording.failed) {
            (None, Ok(outcome), None) => {
                return Ok(Self {
                    events: written.into_vec(),
                    outcome,
                });
            }
            (Some((number, lossy)), ..) => (number, Why::Lossy(lossy)),
            (_, Err(panic), _) => (number, Why::Panicked(panic)),
            (_, _, Some(error)) => (number, Why::Unwritable(error)),
        };
        Err(Unfit { number, why })
    }
}

/// Events, written as a store keeps them.
#[derive(Debug)]
pub(super) struct Written {
    /// The events, up to the first that cannot be written.
    pub(super) events: Vec<NewEvent>,
    /// The first of them that is not as it should be.
    pub(super) unfit: Option<Unfit>,
}

impl Written {
    /// Writes `events`.
    pub(super) fn of<A: Aggregate>(events: impl Emit<A, Error = Infallible>) -> Self {
        let mut written = SmallVec::new();
        let mut recording = Recording::applying(Applying::Checked);
        let emitted = emit(events, &mut A::initial(), &mut written, &mut recording);
        let number = written.len() + 1;
        let unfit = match (emitted, recording.failed, recording.lossy) {
            (Err(panic), ..) => Some((number, Why::Panicked(panic))),
            (_, Some(error), _) => Some((number, Why::Unwritable(error))),
            (_, _, Some((number, lossy))) => Some((number, Why::Lossy(lossy))),
            (Ok(Ok(())), None, None) => None,
        };
        Self {
            events: written.into_vec(),
            unfit: unfit.map(|(number, why)| Unfit { number, why }),
        }
    }
}

fn emit<A: Aggregate, E>(
    events: impl Emit<A, Error = E>,
    state: &mut A,
    written: &mut SmallVec<[NewEvent; 1]>,
    recording: &mut Recording,
) -> Result<Result<(), E>, String> {
    catch_unwind(AssertUnwindSafe(|| {
        events.emit(&mut Decision::new(state, written, recording))
    }))
    .map_err(|panic| message_of(&*panic))
}

impl Unfit {
    /// Whether the event is written, but does not come back as it was.
    pub(super) fn is_lossy(&self) -> bool {
        matches!(self.why, Why::Lossy(_))
    }

    /// Whether it could not even be tried.
    #[cfg(feature = "proptest")]
    pub(super) fn is_panic(&self) -> bool {
        matches!(self.why, Why::Panicked(_))
    }

    /// The same of one that comes after so many others.
    pub(super) fn after(mut self, others: usize) -> Self {
        self.number += others;
        self
    }

    /// Says it of the event among those that `whose` tells from others.
    pub(super) fn among(self, whose: &'static str) -> impl fmt::Display {
        fmt::from_fn(move |f| {
            let Self { number, why } = &self;
            match why {
                Why::Panicked(message) => {
                    write!(
                        f,
                        "panic while {whose}event {number} was written and applied: {message}"
                    )
                }
                Why::Unwritable(error) => {
                    write!(f, "{whose}event {number} cannot be written: {error}")
                }
                Why::Lossy(Lossy { event, loss }) => {
                    let loss = told(loss, "log", "an event");
                    write!(f, "{whose}event {number}, `{event}`, {loss}")
                }
            }
        })
    }
}
