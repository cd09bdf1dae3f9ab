use super::Stored;
use crate::message::Event;
use serde::de::DeserializeOwned;
use std::any::Any;
use std::cell::RefCell;
use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

/// The most bytes that one encoded event may have: 1 MiB.
pub const MAX_EVENT_BYTES: usize = 1 << 20;

/// How the bytes of an event are to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Codec {
    /// JSON (RFC 8259), in UTF-8.
    Json,
}

/// What a store keeps of an event: its encoded bytes, or the typed value itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Keeping {
    /// Bytes, as every durable store does.
    Encoded,
    /// The value, in memory, for speed where nothing is to be kept.
    Typed,
}

/// The data of one event.
#[derive(Clone)]
pub struct Data(Kept);

#[derive(Clone)]
enum Kept {
    Bytes(Arc<[u8]>),
    Typed(Arc<dyn Any + Send + Sync>),
}

impl Data {
    /// The data of bytes that were read, kept as they are.
    pub fn from_bytes(bytes: impl Into<Arc<[u8]>>) -> Self {
        Self(Kept::Bytes(bytes.into()))
    }

    /// The encoded bytes; `None` where a store keeps typed values.
    pub fn as_bytes(&self) -> Option<&[u8]> {
        match &self.0 {
            Kept::Bytes(bytes) => Some(bytes),
            Kept::Typed(_) => None,
        }
    }

    #[inline]
    pub(crate) fn of_event<E: Event>(event: E, keeping: Keeping) -> Result<Self, EncodeError> {
        match keeping {
            Keeping::Encoded => Self::encode(E::NAME, &event, &E::STORED),
            Keeping::Typed => Ok(Self(Kept::Typed(Arc::new(event)))),
        }
    }

    pub(crate) fn encode<T>(
        name: &str,
        value: &T,
        stored: &Stored<T>,
    ) -> Result<Self, EncodeError> {
        thread_local!(static BUFFER: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) });
        BUFFER.with(|buffer| match buffer.try_borrow_mut() {
            Ok(mut buffer) => Self::encode_into(&mut buffer, name, value, stored),
            // a `Serialize` of the user that itself encodes
            Err(_) => Self::encode_into(&mut Vec::new(), name, value, stored),
        })
    }

    fn encode_into<T>(
        buffer: &mut Vec<u8>,
        name: &str,
        value: &T,
        stored: &Stored<T>,
    ) -> Result<Self, EncodeError> {
        buffer.clear();
        stored
            .write(buffer, value)
            .map_err(|source| EncodeError::Unwritable {
                name: name.to_owned(),
                source,
            })?;
        if buffer.len() > MAX_EVENT_BYTES {
            let bytes = buffer.len();
            *buffer = Vec::new();
            return Err(EncodeError::TooLarge {
                name: name.to_owned(),
                bytes,
            });
        }
        Ok(Self(Kept::Bytes(buffer.as_slice().into())))
    }

    pub(crate) fn decode<T: 'static>(
        &self,
        stored: &Stored<T>,
    ) -> Result<Decoded<'_, T>, serde_json::Error> {
        match &self.0 {
            Kept::Bytes(bytes) => stored.read(bytes).map(|value| Decoded(Held::Own(value))),
            Kept::Typed(value) => value
                .downcast_ref()
                .map(|value| Decoded(Held::Shared(value)))
                .ok_or_else(|| {
                    serde::de::Error::custom(format_args!(
                        "the value on record is not a `{}`: two events share a stored name",
                        std::any::type_name::<T>()
                    ))
                }),
        }
    }
}

impl Data {
    /// Reads what an older program wrote: bytes, since no value of it is in memory.
    pub(crate) fn read<T: DeserializeOwned>(&self) -> Result<T, serde_json::Error> {
        serde_json::from_slice(self.as_bytes().unwrap_or_default())
    }
}

impl fmt::Debug for Data {
    /// Says how much, not what: events may hold what is not to be logged.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Kept::Bytes(bytes) => write!(f, "{} bytes", bytes.len()),
            Kept::Typed(_) => f.write_str("typed"),
        }
    }
}

impl PartialEq for Data {
    fn eq(&self, other: &Self) -> bool {
        match (&self.0, &other.0) {
            (Kept::Bytes(one), Kept::Bytes(two)) => one == two,
            (Kept::Typed(one), Kept::Typed(two)) => Arc::ptr_eq(one, two),
            _ => false,
        }
    }
}

/// A decoded event: read from bytes, or lent by a store that keeps typed values.
#[derive(Debug)]
pub struct Decoded<'a, T>(Held<'a, T>);

#[derive(Debug)]
enum Held<'a, T> {
    Own(T),
    Shared(&'a T),
}

impl<T> Decoded<'_, T> {
    pub(crate) fn own(value: T) -> Self {
        Self(Held::Own(value))
    }
}

impl<T> Deref for Decoded<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        match &self.0 {
            Held::Own(value) => value,
            Held::Shared(value) => value,
        }
    }
}

impl<T: Clone> Decoded<'_, T> {
    /// The value itself.
    pub fn into_owned(self) -> T {
        match self.0 {
            Held::Own(value) => value,
            Held::Shared(value) => value.clone(),
        }
    }
}

/// A value that cannot be written to the log.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EncodeError {
    /// Its `Serialize` failed, or led to something that the codec cannot hold.
    #[error("`{name}` does not encode as JSON: {source}")]
    Unwritable {
        /// The stored name.
        name: String,
        /// What the encoder said.
        r#source: serde_json::Error,
    },
    /// It is larger than [`MAX_EVENT_BYTES`].
    #[error(
        "`{name}` has {bytes} bytes encoded, at most {MAX_EVENT_BYTES} are allowed: keep large content elsewhere, and its address in the event"
    )]
    TooLarge {
        /// The stored name.
        name: String,
        /// The length that was reached.
        bytes: usize,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_may_have_as_many_bytes_as_are_allowed_and_no_more() {
        let of_length = |bytes: usize| {
            let text = "x".repeat(bytes - 2); // in quotes
            Data::encode("said", &text, &Stored::of())
        };
        let largest = of_length(MAX_EVENT_BYTES).unwrap();
        assert_eq!(largest.as_bytes().map(<[u8]>::len), Some(MAX_EVENT_BYTES));
        let refused = of_length(MAX_EVENT_BYTES + 1).unwrap_err();
        assert!(
            matches!(&refused, EncodeError::TooLarge { bytes, .. } if *bytes == MAX_EVENT_BYTES + 1),
            "{refused}"
        );
    }

    #[test]
    fn what_is_in_it_is_not_shown() {
        let secret = Data::from_bytes(*br#""secret""#);
        assert_eq!(format!("{secret:?}"), "8 bytes");
        let typed = Data(Kept::Typed(Arc::new("secret")));
        assert_eq!(format!("{typed:?}"), "typed");
        assert_eq!(format!("{:?}", Stored::<String>::of()), "Stored");
    }
}
