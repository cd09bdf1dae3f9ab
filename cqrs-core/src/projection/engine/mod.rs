//! The engine: reads the log in batches, folds them, and commits rows and checkpoint together.

mod progress;
mod runner;
mod worker;

pub use progress::{Progress, State};
pub(crate) use runner::Engine;
pub(crate) use worker::{Worker, worker};
