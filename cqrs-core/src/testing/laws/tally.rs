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
    accepted: Cell<bool>,
    /// How often each kind of refusal came before it was accepted, and how it read at last.
    refusals: RefCell<BTreeMap<String, (usize, String)>>,
    /// The time by the clock at the last one.
    at: Cell<Option<Timestamp>>,
}

impl Tally {
    pub(super) fn new(name: &'static str, wanted: bool) -> Self {
        Self {
            name,
            wanted,
            accepted: Cell::new(false),
            refusals: RefCell::default(),
            at: Cell::new(None),
        }
    }

    pub(super) fn accepted(&self) {
        self.accepted.set(true);
    }

    pub(super) fn refused(&self, refusal: &str, now: Timestamp) {
        // what is accepted now and then is never told of
        if !self.was_accepted() {
            let mut refusals = self.refusals.borrow_mut();
            let kind = refusals.entry(kind(refusal).to_owned()).or_default();
            *kind = (kind.0 + 1, refusal.to_owned());
            self.at.set(Some(now));
        }
    }

    pub(super) fn was_accepted(&self) -> bool {
        self.accepted.get()
    }

    /// Whether it is still to be accepted.
    pub(super) fn is_untested(&self) -> bool {
        self.wanted && !self.was_accepted()
    }

    /// Whether to ask more often may still show that it is accepted.
    pub(super) fn is_open(&self) -> bool {
        self.is_untested() && self.refusals() < ENOUGH
    }

    fn refusals(&self) -> usize {
        self.refusals
            .borrow()
            .values()
            .map(|(count, _)| count)
            .sum()
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (name, refused) = (self.name, self.refusals());
        write!(f, "{name} was refused {refused} times")?;
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refusals_are_counted_by_what_they_are_and_not_by_what_they_hold() {
        let tally = Tally::new("account.withdraw", true);
        for refusal in [
            "\"too late\"",
            "\"too early\"",
            "\"too early\"",
            "Insufficient { missing: 5 }",
            "Insufficient {\n    missing: 6,\n}",
            "Insufficient { missing: 7 }",
            "Not_1st",
            "Not_1st",
            "Not_1st",
            "Not_1st",
        ] {
            tally.refused(refusal, Timestamp::UNIX_EPOCH);
        }
        assert_eq!(
            tally.to_string(),
            "account.withdraw was refused 10 times: 1 with \"too late\", 2 with \"too early\", \
             3 with Insufficient { missing: 7 }, 4 with Not_1st; \
             at last the clock stood at 1970-01-01T00:00:00Z"
        );
    }
}
