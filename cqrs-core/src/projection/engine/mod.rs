//! The engine: reads the log in batches, folds them, and commits rows and checkpoints together.

mod ahead;
mod either;
mod elsewhere;
mod in_tables;
mod inline;
mod made;
mod parked_rows;
mod progress;
mod round;
mod runner;
mod running;
mod supply;
mod whole;
mod worker;

pub use progress::{Lag, Progress, Rebuild, State};
pub(crate) use running::Engine;
pub(crate) use supply::{Supplied, to_its_end};
pub(crate) use worker::{Worker, worker};
