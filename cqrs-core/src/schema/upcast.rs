use crate::cause::chain;
use crate::guarded::message_of;
use crate::log::{DecodeError, Recorded, RecordedEvent};
use crate::message::Event;
use serde::de::DeserializeOwned;
use std::any::type_name;
use std::error::Error;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// An event that can be read as version `VERSION` of it was written: what an
/// [`#[upcast]`](macro@crate::upcast) method generates.
///
/// An event of version 3 has one for 1 and one for 2, so none is left out; and each leads on to a higher
/// version, so they come to an end.
#[diagnostic::on_unimplemented(
    message = "event `{Self}` cannot be read as its version {VERSION} wrote it",
    label = "what version {VERSION} wrote stays on record, and no `#[upcast]` method reads it",
    note = "write `#[from({VERSION})] fn ..(old: OldShape) -> Self` in an `#[upcast] impl {Self}` block; where `{Self}` itself still reads it, `old: Self`"
)]
pub trait UpcastFrom<const VERSION: u32>: Event {
    /// Reads the event as today's.
    ///
    /// # Errors
    /// When its data does not decode, or a method on the way refuses it.
    fn upcast(event: &RecordedEvent) -> Result<Self, DecodeError>;
}

/// What an [`#[upcast]`](macro@crate::upcast) method may return: a `T`, or a `Result` of one.
#[diagnostic::on_unimplemented(
    message = "an upcaster that returns `{Self}` leads nowhere: expected `{T}`",
    label = "not a `{T}`",
    note = "an `#[upcast]` method returns `Self`, or what the method from the next version takes; or a `Result` of either"
)]
pub trait Upcasted<T> {
    /// The value.
    ///
    /// # Errors
    /// When the method refused.
    fn upcasted(self) -> Result<T, UpcastError>;
}

impl<T> Upcasted<T> for T {
    fn upcasted(self) -> Result<T, UpcastError> {
        Ok(self)
    }
}

impl<T, E: Into<Box<dyn Error + Send + Sync>>> Upcasted<T> for Result<T, E> {
    fn upcasted(self) -> Result<T, UpcastError> {
        self.map_err(|error| UpcastError::Refused(error.into()))
    }
}

/// Why an [`#[upcast]`](macro@crate::upcast) method made no event.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum UpcastError {
    /// It returned an error.
    #[error("the method refused it: {}", chain(&**.0))]
    Refused(Box<dyn Error + Send + Sync>),
    /// It panicked.
    #[error("the method panicked: {0}")]
    Panicked(String),
}

/// Reads an event that an older version wrote: decodes it as an `Old`, and makes today's of that.
pub(crate) fn upcast<E, Old: DeserializeOwned>(
    event: &RecordedEvent,
    steps: impl FnOnce(Old, &Recorded) -> Result<E, UpcastError>,
) -> Result<E, DecodeError> {
    let old = event
        .data()
        .read()
        .map_err(|source| event.malformed(type_name::<Old>(), source))?;
    // nothing of the method's is used after a panic
    catch_unwind(AssertUnwindSafe(|| steps(old, event.recorded())))
        .unwrap_or_else(|panic| Err(UpcastError::Panicked(message_of(&*panic))))
        .map_err(|source| DecodeError::Upcast {
            at: event.place(),
            from: event.recorded().schema,
            source,
        })
}
