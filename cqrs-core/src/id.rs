//! What names one instance: of an aggregate, of a row.

use std::fmt::Display;
use std::hash::Hash;
use std::str::FromStr;

/// The longest text, in bytes of UTF-8, that may name a stream or a row.
pub const MAX_ID_BYTES: usize = 512;

/// A type that names one instance of an aggregate or one row of a projection.
///
/// It is implemented for every type that displays, parses, compares and hashes: `String`, `u64`,
/// [`Uuid`](crate::Uuid), and newtypes with [`#[derive(Id)]`](crate::Id). What it displays must
/// parse back to an equal value, because that text is what the log keeps.
///
/// The text is 1 to 512 bytes of UTF-8 without control characters; it is compared byte by byte,
/// so differently composed or differently cased texts name different instances.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot name an instance",
    label = "not an id",
    note = "write `#[derive(Id)]` on it, or take a type that displays, parses, compares and hashes, such as `String`, `u64` or `Uuid`"
)]
pub trait Id: Clone + Eq + Ord + Hash + Display + FromStr + Send + Sync + 'static {}

#[diagnostic::do_not_recommend]
impl<T: Clone + Eq + Ord + Hash + Display + FromStr + Send + Sync + 'static> Id for T {}

/// A text that cannot name an instance.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum IdError {
    /// The text is empty.
    #[error("the id of `{of}` is empty: give at least one character")]
    Empty {
        /// What the id would have named: an aggregate's or a projection's name.
        of: String,
    },
    /// The text is longer than [`MAX_ID_BYTES`].
    #[error(
        "an id of `{of}` has {bytes} bytes, at most {MAX_ID_BYTES} are allowed: shorten it, or name the instance by a digest of it"
    )]
    TooLong {
        /// What the id would have named.
        of: String,
        /// The length of the text that was given.
        bytes: usize,
    },
    /// The text holds a control character, such as NUL or a line break.
    #[error("an id of `{of}` holds the control character U+{:04X} at byte {at}: remove it", u32::from(*character))]
    ControlCharacter {
        /// What the id would have named.
        of: String,
        /// The character.
        character: char,
        /// Its place in the text, in bytes from the start.
        at: usize,
    },
    /// A recorded text does not parse as the id type that now reads it.
    #[error("`{text}` does not parse as `{expected}`, the id type of `{of}`: {reason}")]
    Unreadable {
        /// What the id names.
        of: String,
        /// The text on record.
        text: String,
        /// The Rust type that should have read it.
        expected: &'static str,
        /// What the type's own parser said.
        reason: String,
    },
}

/// Whether `text` may name an instance for sure: it is of a right length, and no byte of it is one
/// that a control character begins with. U+0080 to U+009F begin with C2, as other characters do.
pub(crate) const fn is_plain(text: &str) -> bool {
    let bytes = text.as_bytes();
    let mut any = bytes.is_empty() || bytes.len() > MAX_ID_BYTES;
    let mut at = 0;
    while at < bytes.len() {
        any |= matches!(bytes[at], 0..0x20 | 0x7f | 0xc2);
        at += 1;
    }
    !any
}

/// Checks that `text` may name an instance of `of`.
pub(crate) fn check(of: &str, text: &str) -> Result<(), IdError> {
    if text.is_empty() {
        return Err(IdError::Empty { of: of.to_owned() });
    }
    if text.len() > MAX_ID_BYTES {
        return Err(IdError::TooLong {
            of: of.to_owned(),
            bytes: text.len(),
        });
    }
    if is_plain(text) {
        return Ok(());
    }
    match text
        .char_indices()
        .find(|(_, character)| character.is_control())
    {
        None => Ok(()),
        Some((at, character)) => Err(IdError::ControlCharacter {
            of: of.to_owned(),
            character,
            at,
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_of_the_greatest_length_is_taken_and_one_byte_more_is_not() {
        assert_eq!(check("account", &"x".repeat(MAX_ID_BYTES)), Ok(()));
        assert_eq!(
            check("account", &"x".repeat(MAX_ID_BYTES + 1)),
            Err(IdError::TooLong {
                of: "account".into(),
                bytes: MAX_ID_BYTES + 1
            })
        );
    }

    #[test]
    fn empty_and_control_characters_are_refused_and_all_else_is_taken() {
        assert!(matches!(check("account", ""), Err(IdError::Empty { .. })));
        assert!(matches!(
            check("account", "a\0b"),
            Err(IdError::ControlCharacter {
                character: '\0',
                at: 1,
                ..
            })
        ));
        assert!(matches!(
            check("account", "a\nb"),
            Err(IdError::ControlCharacter { .. })
        ));
        for control in ["\u{7f}", "é\u{80}", "\u{9f}"] {
            assert!(matches!(
                check("account", control),
                Err(IdError::ControlCharacter { .. })
            ));
        }
        for odd in [
            "\u{a0}",
            "$all",
            "'; drop table events; --",
            "%_",
            "\u{202e}rtl",
            "🦀",
            "a b",
            "é",
            "e\u{301}",
        ] {
            assert_eq!(check("account", odd), Ok(()), "{odd}");
        }
    }
}
