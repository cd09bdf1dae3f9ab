use crate::log::Position;
use std::sync::Arc;
use std::time::Duration;

/// Where a projection stands.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Progress {
    /// All events up to here are in its rows, but for those that wait for a parked key.
    pub position: Position,
    /// Whether it goes on.
    pub state: State,
    /// How many of its keys are parked: `bus.parked::<P>()` names them.
    pub parked: usize,
    /// What is read in its place, where this version of it is folded anew and has yet to get to the
    /// end of the log. [`position`](Self::position) is how far it has got.
    pub rebuild: Option<Rebuild>,
}

/// A version of a projection that is folded anew, beside the rows of another one. These are read until
/// it has folded all that is on record; from one moment to the next its own are read then.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Rebuild {
    /// The version that was whole before. Its rows stand still, unless another process still folds them.
    pub former: u32,
    /// Whether its rows are read meanwhile. Else they are of another shape, and reads are
    /// [`ReadError::Rebuilding`](crate::ReadError::Rebuilding).
    pub is_readable: bool,
}

/// Whether a projection goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    /// It follows the log.
    Running,
    /// It met an event that it cannot fold, and whose key is not known or is its only one. The
    /// events before it are in the rows; it and what follows are not.
    Stopped {
        /// The event.
        at: Position,
        /// What went wrong.
        reason: Arc<str>,
    },
}

/// How far a projection is behind the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Lag {
    /// How many positions the log is ahead: at most so many events are yet to be looked at.
    pub events: u64,
    /// For how long the oldest of them has been on record; zero where there is none.
    pub time: Duration,
}

impl Progress {
    pub(super) fn at(position: Position, parked: usize) -> Self {
        Self {
            position,
            state: State::Running,
            parked,
            rebuild: None,
        }
    }
}
