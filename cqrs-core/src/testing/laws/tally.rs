use crate::log::Timestamp;
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::fmt;

/// How often a command must have been asked before it counts as one that is never accepted.
const ENOUGH: usize = 1_000;

/// How many kinds of refusals are told of.
const TOLD: usize = 5;

/// What became of the commands that one strategy made.
#[derive(Debug)]
pub(super) struct Tally {
    name: &'static str,
    /// Whether it is to be accepted at least once.
    wanted: bool,
    asked: Cell<usize>,
    accepted: Cell<usize>,
    /// How often each kind of refusal came, and how it read at last.
    refusals: RefCell<BTreeMap<String, (usize, String)>>,
    /// The time by the clock at the last one.
    at: Cell<Option<Timestamp>>,
}

impl Tally {
    pub(super) fn new(name: &'static str, wanted: bool) -> Self {
        Self {
            name,
            wanted,
            asked: Cell::new(0),
            accepted: Cell::new(0),
            refusals: RefCell::default(),
            at: Cell::new(None),
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
            let mut refusals = self.refusals.borrow_mut();
            let kind = refusals.entry(kind(refusal).to_owned()).or_default();
            *kind = (kind.0 + 1, refusal.to_owned());
            self.at.set(Some(now));
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
        let Some(now) = self.at.get() else {
            return Ok(());
        };
        let refusals = self.refusals.borrow();
        let mut refusals: Vec<_> = refusals.values().collect();
        refusals.sort_by_key(|(count, _)| *count);
        // what came least often came furthest
        for (place, (count, refusal)) in refusals.iter().take(TOLD).enumerate() {
            let refusal = refusal.split_whitespace().collect::<Vec<_>>().join(" ");
            let before = if place == 0 { ":" } else { "," };
            write!(f, "{before} {count} with {refusal}")?;
        }
        write!(f, "; at last the clock stood at {now}")
    }
}

/// A refusal without what it holds: `Insufficient` of `Insufficient { missing: 5 }`.
fn kind(refusal: &str) -> &str {
    let is_name = |of: char| of.is_alphanumeric() || of == '_';
    let end = refusal.find(|of| !is_name(of)).filter(|end| *end > 0);
    &refusal[..end.unwrap_or(refusal.len())]
}
