use crate::log::Timestamp;
use std::cell::{Cell, RefCell};
use std::fmt;

/// How often a command must have been asked before it counts as one that is never accepted.
const ENOUGH: usize = 1_000;

/// What became of the commands that one strategy made.
#[derive(Debug)]
pub(super) struct Tally {
    name: &'static str,
    /// Whether it is to be accepted at least once.
    wanted: bool,
    asked: Cell<usize>,
    accepted: Cell<usize>,
    /// The last refusal, and the time by the clock.
    refused: RefCell<Option<(String, Timestamp)>>,
}

impl Tally {
    pub(super) fn new(name: &'static str, wanted: bool) -> Self {
        Self {
            name,
            wanted,
            asked: Cell::new(0),
            accepted: Cell::new(0),
            refused: RefCell::new(None),
        }
    }

    pub(super) fn accepted(&self) {
        self.asked.update(|asked| asked + 1);
        self.accepted.update(|accepted| accepted + 1);
    }

    pub(super) fn refused(&self, refusal: &str, now: Timestamp) {
        self.asked.update(|asked| asked + 1);
        // what is accepted now and then is never told of
        if self.accepted.get() == 0 {
            *self.refused.borrow_mut() = Some((refusal.to_owned(), now));
        }
    }

    pub(super) fn was_accepted(&self) -> bool {
        self.accepted.get() > 0
    }

    /// Whether it is still to be accepted.
    pub(super) fn is_untested(&self) -> bool {
        self.wanted && !self.was_accepted()
    }

    /// Whether to ask more often may still show that it is accepted.
    pub(super) fn is_open(&self) -> bool {
        self.is_untested() && self.asked.get() < ENOUGH
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (name, asked) = (self.name, self.asked.get());
        let refused = asked - self.accepted.get();
        write!(f, "{name} was refused {refused} times of {asked}")?;
        if let Some((refusal, now)) = &*self.refused.borrow() {
            let refusal = refusal.split_whitespace().collect::<Vec<_>>().join(" ");
            write!(f, ", last with {refusal}; the clock stood at {now}")?;
        }
        Ok(())
    }
}
