//! What becomes of an event on its way to the log and back.

use super::{Data, EncodeError, pretty};
use crate::message::Event;

/// An event that does not come back from the log as it went there.
#[derive(Debug)]
pub(crate) struct Lossy {
    /// The stored name.
    pub(crate) event: &'static str,
    /// What happened.
    pub(crate) loss: Loss,
}

/// What happens to a lossy event.
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
///
/// Encoded, decoded and encoded again it must be the same JSON; the order of an object's keys does not count.
pub(crate) fn round_trip<E: Event>(event: &E) -> Result<E, Lossy> {
    let lossy = |loss| Lossy {
        event: E::NAME,
        loss,
    };
    let encode = |event: &E| Data::encode(E::NAME, event).map_err(Loss::Unwritable);
    let encoded = encode(event).map_err(lossy)?;
    let read: E = match serde_json::from_slice(encoded.as_bytes().unwrap_or_default()) {
        Ok(read) => read,
        Err(source) => return Err(lossy(Loss::Unreadable { encoded, source })),
    };
    let again = encode(&read).map_err(lossy)?;
    if same(&encoded, &again) {
        Ok(read)
    } else {
        Err(lossy(Loss::Changed { encoded, again }))
    }
}

/// Whether both say the same.
pub(crate) fn same(one: &Data, other: &Data) -> bool {
    let text = |data: &Data| data.as_bytes().map(pretty);
    one == other || text(one) == text(other)
}
