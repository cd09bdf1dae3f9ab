//! The engine: reads the log in batches, folds them, and commits rows and checkpoints together.

mod either;
mod elsewhere;
mod parked_rows;
mod progress;
mod round;
mod runner;
mod running;
mod whole;
mod worker;

pub use progress::{Lag, Progress, Rebuild, State};
pub(crate) use running::Engine;
pub(crate) use worker::{Worker, worker};
