//! The write model: state that decides.

mod context;
mod decision;
mod handle;
mod model;

pub use context::Context;
pub(crate) use decision::Recording;
pub use decision::{Decision, Emit};
pub use handle::{Handle, Provide, Reply, Resources};
pub use model::{Aggregate, Apply, Direct, EventSourced, Names, Target};
