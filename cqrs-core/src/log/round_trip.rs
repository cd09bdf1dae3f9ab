//! What becomes of a value on its way to a store and back.

use super::{Data, EncodeError, Stored, pretty, unordered};
use crate::message::Event;

/// An event that does not come back from the log as it went there.
#[derive(Debug)]
pub(crate) struct Lossy {
    /// The stored name.
    pub(crate) event: &'static str,
    /// What happened.
    pub(crate) loss: Loss,
}

/// What happens to a lossy value.
#[derive(Debug)]
pub(crate) enum Loss {
    /// It does not encode.
    Unwritable(EncodeError),
    /// What it encodes to does not decode.
    Unreadable {
        encoded: Data,
        source: serde_json::Error,
    },
    /// What was decoded encodes to something else.
    Changed { encoded: Data, again: Data },
}

/// The event as a durable store gives it back.
pub(crate) fn round_trip<E: Event>(event: &E) -> Result<E, Lossy> {
    Data::encode(E::NAME, event, &E::STORED)
        .map_err(Loss::Unwritable)
        .and_then(|encoded| read_back(E::NAME, &encoded, &E::STORED))
        .map_err(|loss| Lossy {
            event: E::NAME,
            loss,
        })
}

/// The value that was encoded.
///
/// Encoded again it must be the same JSON; the order of an object's keys does not count, nor that of an array's
/// elements, since sets have none.
pub(crate) fn read_back<T>(name: &str, encoded: &Data, stored: &Stored<T>) -> Result<T, Loss> {
    let json = encoded.as_bytes().unwrap_or_default();
    let read = stored.read(json).map_err(|source| Loss::Unreadable {
        encoded: encoded.clone(),
        source,
    })?;
    let again = Data::encode(name, &read, stored).map_err(Loss::Unwritable)?;
    if unordered(json) == unordered(again.as_bytes().unwrap_or_default()) {
        return Ok(read);
    }
    Err(Loss::Changed {
        encoded: encoded.clone(),
        again,
    })
}

/// Whether both say the same.
pub(crate) fn same(one: &Data, other: &Data) -> bool {
    let text = |data: &Data| data.as_bytes().map(pretty);
    one == other || text(one) == text(other)
}
