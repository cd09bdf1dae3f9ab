//! The guide: a chapter a topic, each read in five minutes.
//!
//! It is for whoever builds systems of orders, bookings or ledgers and has not seen this crate. The
//! examples are doc tests: what stands here compiles, and what can run is run. They use the memory
//! store; a durable one answers alike.
//!
//! # The write side
//!
//! 1. [First aggregate](first_aggregate): commands, events, decisions, a dispatch; two spellings.
//! 2. [Deciding](deciding): what a handler may return, errors, state machines, facts for the record.
//! 3. [Dispatching](dispatching): options, requests that come twice, receipts, every error.
//! 4. [Context and resources](context): the time, who asks, what a handler needs from outside.
//! 5. [Services](services): CQRS without event sourcing.
//! 6. [The past](past): what an instance was, and what happened to it.
//! 7. [Testing](testing): given, when, then.
//! 8. [Names and versions](names): what is stored, and what of it may change.
//! 9. [Changing events](changing): new versions, what reads the old ones, and the lock that minds it.
//! 10. [What the compiler proves](compiler): the mistakes, and what it says about them.
//!
//! # The read side
//!
//! 11. [Read models](read_models): projections, their shapes and versions, which process folds them.
//! 12. [Asking](asking): rows by key, in an order, in ranges, in pages; what answers a query.
//! 13. [Keeping up](keeping_up): reading your own write; events that cannot be folded, and who is told.
//! 14. [Following](following): the log and the answer to a query, live.
//! 15. [The catalogue](catalogue): what the program is made of.
//!
//! # Both together
//!
//! 16. [Two aggregates](two_aggregates): use cases of several commands, and what is refused halfway.
//!
//! # To look up
//!
//! - [Every mistake](mistakes): what the compiler refuses, and what it says.
//!
//! # For authors of stores
//!
//! - [Stores](stores): the trait, its promises in the order in which to build them, the suite that
//!   holds a store to them.

#[doc = include_str!("first_aggregate.md")]
pub mod first_aggregate {}

#[doc = include_str!("deciding.md")]
///
/// ```
#[doc = include_str!("order.rs")]
/// # fn main() {}
/// ```
pub mod deciding {}

#[doc = include_str!("dispatching.md")]
pub mod dispatching {}

#[doc = include_str!("context.md")]
pub mod context {}

#[doc = include_str!("services.md")]
pub mod services {}

#[doc = include_str!("past.md")]
pub mod past {}

#[doc = include_str!("testing.md")]
pub mod testing {}

#[doc = include_str!("names.md")]
pub mod names {}

#[doc = include_str!("changing.md")]
pub mod changing {}

#[doc = include_str!("compiler.md")]
pub mod compiler {}

#[doc = include_str!("mistakes.md")]
pub mod mistakes {}

#[doc = include_str!("read_models.md")]
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/guide/order.rs"));
#[doc = include_str!("reading.rs")]
/// # fn main() {}
/// ```
pub mod read_models {}

#[doc = include_str!("asking.md")]
pub mod asking {}

#[doc = include_str!("keeping_up.md")]
pub mod keeping_up {}

#[doc = include_str!("following.md")]
pub mod following {}

#[doc = include_str!("catalogue.md")]
pub mod catalogue {}

#[doc = include_str!("two_aggregates.md")]
///
/// ```
#[doc = include_str!("lending.rs")]
/// # fn main() {}
/// ```
pub mod two_aggregates {}

#[doc = include_str!("stores.md")]
pub mod stores {}
