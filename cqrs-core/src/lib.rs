//! CQRS and event sourcing, from annotated domain code.
//!
//! Nouns are derived, verbs are attributes: derives name what a type is, attributes on `impl`
//! blocks name what its methods do. From these the macros generate the event enum, the handlers,
//! the fold, the registrations, and wire them into a statically dispatched bus.

pub mod aggregate;
pub mod bus;
pub mod conformance;
mod ensure;
mod guarded;
pub mod id;
pub mod log;
pub mod message;
pub mod prelude;
pub mod projection;
pub mod registry;
pub mod store;

#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;

pub use aggregate::{Aggregate, Context};
pub use bus::{Builder, Bus, DispatchError, OpenError, Receipt};
pub use cqrs_macros::{
    Aggregate, Command, Event, Id, Projection, Query, answer, apply, commands, events, handle, key,
    project,
};
pub use id::{Id, IdError};
pub use log::{CommandId, Position, Recorded, RecordedEvent, Timestamp, Version};
pub use message::{Command, Event, Query};
pub use projection::{Change, IndexKey, IndexValue, Projection, QueryError, ReadError, Row, Rows};
pub use store::{EventStore, Memory};
pub use uuid::Uuid;
