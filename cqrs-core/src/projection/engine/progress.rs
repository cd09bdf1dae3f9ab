use crate::log::Position;
use std::sync::Arc;

/// Where a projection stands.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Progress {
    /// All events up to here are in its rows.
    pub position: Position,
    /// Whether it goes on.
    pub state: State,
}

/// Whether a projection goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    /// It follows the log.
    Running,
    /// It met an event that it cannot fold. The events before it are in the rows; it and what
    /// follows are not.
    Stopped {
        /// The event.
        at: Position,
        /// What went wrong.
        reason: Arc<str>,
    },
}

impl Progress {
    pub(super) fn at(position: Position) -> Self {
        Self {
            position,
            state: State::Running,
        }
    }
}
