//! What a program of an earlier time and one of a later time have in common: a till, the log.

use cqrs_core::prelude::*;
use std::collections::BTreeSet;
use std::sync::{Condvar, Mutex};

/// What may be asked of a till.
#[commands("till", till: String)]
pub enum TillCommand {
    /// Sells so many pieces. A fold of the later program waits until the gate of that name is open.
    Sell { pieces: u64, gate: String },
}

/// What happens at a till.
#[events("till")]
pub enum TillEvent {
    /// So many pieces were sold.
    Sold { pieces: u64, gate: String },
}

/// A till.
#[derive(Aggregate, Default)]
#[aggregate("till", id = String)]
pub struct Till;

#[handle]
impl Till {
    fn sell(&self, command: &Sell) -> Sold {
        let Sell { pieces, gate, .. } = command.clone();
        Sold { pieces, gate }
    }
}

#[apply]
impl Till {
    fn sold(&mut self, _: &Sold) {}
}

/// What was sold at all tills: both programs fold it alike, so the later one finds it at the end of the log.
#[derive(Projection, Default, Serialize, Deserialize)]
#[projection("sold")]
pub struct SoldAtAll {
    /// How much.
    pub pieces: u64,
}

#[project]
impl SoldAtAll {
    fn sold(&mut self, event: &Sold) {
        self.pieces += event.pieces;
    }
}

static CLOSED: Mutex<BTreeSet<&'static str>> = Mutex::new(BTreeSet::new());
static OPENED: Condvar = Condvar::new();

/// Waits until the gate of that name is not closed.
pub fn pass(gate: &str) {
    let mut closed = CLOSED.lock().unwrap();
    while closed.contains(gate) {
        closed = OPENED.wait(closed).unwrap();
    }
}

/// A gate that is closed, until it is opened or dropped.
#[must_use = "dropped, it is open"]
pub struct Gate(&'static str);

impl Gate {
    /// Closes the gate of that name.
    pub fn close(name: &'static str) -> Self {
        CLOSED.lock().unwrap().insert(name);
        Self(name)
    }

    /// Opens it.
    pub fn open(self) {}
}

impl Drop for Gate {
    fn drop(&mut self) {
        CLOSED.lock().unwrap().remove(self.0);
        OPENED.notify_all();
    }
}
