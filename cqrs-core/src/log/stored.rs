use super::json;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::fmt;

/// What can be written and read again.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is stored, so it must be written and read again",
    label = "lacks `Serialize` or `Deserialize`",
    note = "write `#[derive(Serialize, Deserialize)]` on it"
)]
pub trait Storable: Serialize + DeserializeOwned {}

#[diagnostic::do_not_recommend]
impl<T: Serialize + DeserializeOwned> Storable for T {}

/// How a `T` is written and read again: as its `Serialize` and `Deserialize` say.
///
/// A value of the type and no bound of its trait, so that a type without them is one error, where
/// the type is defined, and none where it is used.
pub struct Stored<T> {
    write: fn(&mut Vec<u8>, &T) -> Result<(), serde_json::Error>,
    read: fn(&str) -> Result<T, serde_json::Error>,
}

impl<T: Storable> Stored<T> {
    /// As serde has it.
    pub const fn of() -> Self {
        Self {
            write: json::write::<T>,
            read: |text| serde_json::from_str(text),
        }
    }
}

impl<T> Stored<T> {
    /// Of a type that does not compile.
    #[doc(hidden)]
    pub const fn never() -> Self {
        Self {
            write: |_, _| Ok(()),
            read: |_| Err(serde::de::Error::custom("its definition is in error")),
        }
    }

    /// Writes `value` to the end of `buffer`.
    #[inline]
    pub(super) fn write(&self, buffer: &mut Vec<u8>, value: &T) -> Result<(), serde_json::Error> {
        (self.write)(buffer, value)
    }

    /// Reads what was written.
    #[inline]
    pub(crate) fn read(&self, bytes: &[u8]) -> Result<T, serde_json::Error> {
        // once for all its texts, not for each
        match str::from_utf8(bytes) {
            Ok(text) => (self.read)(text),
            Err(error) => Err(serde::de::Error::custom(error)),
        }
    }

    /// As [`read`](Self::read).
    #[inline]
    pub(super) fn read_text(&self, text: &str) -> Result<T, serde_json::Error> {
        (self.read)(text)
    }
}

impl<T> fmt::Debug for Stored<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Stored")
    }
}
