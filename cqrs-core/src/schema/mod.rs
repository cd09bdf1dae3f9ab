//! How the stored shape of events changes: versions, upcasters, and the lock that keeps old data readable.
//!
//! An event that is stored in another shape than before has a new version. What older versions wrote
//! stays as it is, and is read through the methods of an [`#[upcast]`](macro@crate::upcast) block, one
//! from each of them. [`events_lock!`](crate::events_lock) holds all shapes to the committed file
//! `events.lock`, so that none changes unnoticed. The chapter [`changing`](crate::guide::changing) of
//! the guide tells it in order.

pub(crate) mod lock;
mod on_record;
mod sample;
mod shape;
mod upcast;

pub(crate) use on_record::on_record;
pub use shape::Shape;
pub(crate) use upcast::upcast;
pub use upcast::{UpcastError, UpcastFrom, Upcasted};
