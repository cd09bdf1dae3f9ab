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

static OPEN: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());
static OPENED: Condvar = Condvar::new();

/// Waits until the gate of that name is open; the one without a name always is.
pub fn pass(gate: &str) {
    let mut open = OPEN.lock().unwrap();
    while !gate.is_empty() && !open.contains(gate) {
        open = OPENED.wait(open).unwrap();
    }
}

/// Opens a gate.
pub fn open(gate: &str) {
    OPEN.lock().unwrap().insert(gate.to_owned());
    OPENED.notify_all();
}
