//! CQRS and event sourcing, from annotated domain code.
//!
//! Nouns are derived, verbs are attributes: derives name what a type is, attributes on `impl`
//! blocks name what its methods do. From these the macros write the messages, the event enum, the
//! handlers, the fold and the registrations, and wire them into a statically dispatched [`Bus`].
//!
//! ```standalone_crate
//! use cqrs_core::prelude::*;
//!
//! #[commands("counter", counter: String)] // each command carries the id of its counter
//! pub enum CounterCommand {
//!     Count { by: u32 },
//! }
//!
//! #[events("counter")] // stored as `counter.counted`
//! pub enum CounterEvent {
//!     Counted { by: u32 },
//! }
//!
//! #[derive(Aggregate, Default)] // the write model: state that decides
//! #[aggregate("counter", id = String)]
//! pub struct Counter {
//!     count: u32,
//! }
//!
//! #[handle]
//! impl Counter {
//!     fn count(&self, command: &Count) -> Result<Counted, &'static str> {
//!         ensure!(self.count + command.by <= 10, "ten are enough");
//!         Ok(Counted { by: command.by })
//!     }
//! }
//!
//! #[apply]
//! impl Counter {
//!     fn counted(&mut self, event: &Counted) {
//!         self.count += event.by;
//!     }
//! }
//!
//! #[derive(Projection, Default, Serialize, Deserialize)] // a read model: one row a counter
//! #[projection("counts", key = String)]
//! pub struct Shown {
//!     pub count: u32,
//! }
//!
//! #[project]
//! impl Shown {
//!     fn counted(&mut self, event: &Counted) {
//!         self.count += event.by;
//!     }
//! }
//!
//! #[tokio::main(flavor = "current_thread")]
//! async fn main() -> Result<(), Box<dyn std::error::Error>> {
//!     let bus = Bus::open(Memory::new()).await?;
//!     let counter = "visitors".to_owned();
//!
//!     let receipt = bus.dispatch(Count { counter: counter.clone(), by: 7 }).await?;
//!     let shown = bus.find::<Shown>(&counter).after(&receipt).await?;
//!     assert_eq!(shown.map(|row| row.count), Some(7));
//!
//!     let refused = bus.dispatch(Count { counter, by: 7 }).await.unwrap_err();
//!     assert_eq!(refused.rejection(), Some(&"ten are enough"));
//!     Ok(())
//! }
//! ```
//!
//! # What is where
//!
//! Data flows one way, and so do the modules: a command of [`message`] goes over the [`bus`] to its
//! [`aggregate`], whose events go to the [`log`] that a [`store`] keeps; a [`projection`] folds them
//! into rows, and answers queries. The [`registry`] lists what the program has, and the [`catalogue`]
//! tells how it hangs together.
//!
//! The [`guide`] explains all this in order, a chapter a topic.

pub mod aggregate;
pub mod bus;
pub mod catalogue;
mod cause;
pub mod conformance;
mod ensure;
mod fnv;
mod guarded;
pub mod guide;
pub mod id;
pub mod log;
pub mod message;
pub mod prelude;
pub mod projection;
pub mod registry;
pub mod schema;
pub mod store;
pub mod testing;

#[doc(hidden)]
#[path = "private/mod.rs"]
pub mod __private;

pub use aggregate::{Aggregate, Context, Resources};
pub use bus::{Builder, Bus, DispatchError, OpenError, Receipt};
pub use cqrs_macros::{
    Aggregate, Command, Event, Id, Projection, Query, Resources, Service, answer, apply, commands,
    events, events_lock, handle, key, project, upcast,
};
pub use id::{Id, IdError};
pub use log::{CommandId, Position, Recorded, RecordedEvent, Timestamp, Version};
pub use message::{Command, Event, Query};
pub use projection::{
    Change, Cursor, IndexKey, IndexValue, Page, Projection, QueryError, ReadError, Row, Rows,
    RowsMut,
};
pub use store::{EventStore, Memory};
pub use uuid::Uuid;
