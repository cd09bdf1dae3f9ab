//! The write model: state that decides.

mod context;
mod decision;
mod emits;
mod model;
mod reply;
mod resources;
mod snapshots;

pub use context::Context;
pub(crate) use decision::{Applying, Recording};
pub use decision::{Decision, Emit, FactOf, Same};
pub use emits::Emits;
pub use model::{Aggregate, Apply, Direct, EventSourced, Initial, Names, Target, TargetKind};
pub use reply::{Handling, Reply};
pub use resources::{DynResources, Provide, Resources};
pub use snapshots::{KeptState, Snapshots};
