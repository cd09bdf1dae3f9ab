use super::table::{Table, indented, lines};
use crate::aggregate::{Aggregate, Applying, Decision, Emit, Recording};
use crate::guarded::message_of;
use crate::log::{Data, EncodeError, Loss, Lossy, pretty};
use crate::store::NewEvent;
use smallvec::SmallVec;
use std::error::Error;
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
pub(super) struct Unfit {
    /// Which of the events it is, from 1.
    number: usize,
    why: Why,
}

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
        let emitted = catch_unwind(AssertUnwindSafe(|| {
            events.emit(&mut Decision::new(state, &mut written, &mut recording))
        }));
        let why = match (emitted, recording.failed, recording.lossy) {
            (Ok(outcome), None, None) => {
                return Ok(Self {
                    events: written.into_vec(),
                    outcome,
                });
            }
            (Err(panic), ..) => Why::Panicked(message_of(&*panic)),
            (_, Some(error), _) => Why::Unwritable(error),
            (_, _, Some(lossy)) => Why::Lossy(lossy),
        };
        Err(Unfit {
            number: written.len() + 1,
            why,
        })
    }
}

impl Unfit {
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
                    write!(
                        f,
                        "{whose}event {number} cannot be written: {}",
                        chain(error)
                    )
                }
                Why::Lossy(lossy) => write!(f, "{whose}event {number}, {lossy}"),
            }
        })
    }
}

impl fmt::Display for Lossy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let event = self.event;
        let json = |data: &Data| lines(&pretty(data.as_bytes().unwrap_or_default()));
        match &self.loss {
            Loss::Unwritable(error) => {
                return write!(f, "`{event}`, cannot be written: {}", chain(error));
            }
            Loss::Unreadable { encoded, source } => {
                writeln!(f, "`{event}`, does not come back from the log: {source}\n")?;
                f.write_str(&indented(&json(encoded)))?;
            }
            Loss::Changed { encoded, again } => {
                writeln!(f, "`{event}`, does not come back from the log as it was\n")?;
                let mut table = Table::new("encoded", "decoded and encoded again");
                table.block(json(encoded), json(again));
                write!(f, "{table}")?;
            }
        }
        f.write_str(
            "\nwhat an event says must survive `Serialize` and `Deserialize`; if the loss is meant, say `.without_round_trip()`",
        )
    }
}

/// The error and what caused it.
fn chain(error: &dyn Error) -> String {
    match error.source() {
        None => error.to_string(),
        Some(source) => format!("{error}: {}", chain(source)),
    }
}
