//! The engine: reads the log in batches, folds them, and commits rows and checkpoints together.

mod ahead;
mod either;
mod elsewhere;
mod fold;
mod in_tables;
mod inline;
mod made;
mod parked_rows;
mod progress;
mod round;
mod runner;
mod running;
#[cfg(test)]
mod samples;
mod supply;
mod whole;
mod worker;

pub use progress::{Lag, Progress, Rebuild, State};
pub(crate) use running::Engine;
pub(crate) use supply::{Supplied, to_its_end};
pub(crate) use worker::Worker;

use super::{Project, Shape};

/// The worker of `P`.
pub(crate) fn worker<P: Project>() -> Box<dyn Worker> {
    if P::Shape::transaction().is_some() {
        return Box::new(in_tables::InTables::<P>::new());
    }
    Box::new(fold::Fold::<P>::new())
}
