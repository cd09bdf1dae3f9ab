//! What names one instance: of an aggregate, of a row.

use std::fmt::{self, Display, Write};
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
/// so differently composed or differently cased texts name different instances. That is checked
/// where an instance or a row is named by it; of a `#[derive(Id)]` type also wherever it is written
/// or read, as in a field of an event.
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
        /// What the id would have named: an aggregate's or a projection's name; of an id within a
        /// message, its own type.
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

/// Reads the id that names an instance of `of` on record.
pub(crate) fn read<I: Id>(of: &str, text: &str) -> Result<I, IdError> {
    text.parse().map_err(|_| IdError::Unreadable {
        of: of.to_owned(),
        text: text.to_owned(),
        expected: std::any::type_name::<I>(),
        reason: "its `FromStr` refused it".to_owned(),
    })
}

/// Checks that `text` may name an instance of `of`.
pub(crate) fn check(of: &str, text: &str) -> Result<(), IdError> {
    if is_plain(text) {
        return Ok(());
    }
    let mut checking = Checking::default();
    checking.go_on(text);
    checking.end(of)
}

/// A text that is checked as it is displayed, so that it need not be kept.
#[derive(Debug, Default)]
pub(crate) struct Checking {
    bytes: usize,
    control: Option<(usize, char)>,
}

impl Checking {
    /// The text that `value` displays.
    pub(crate) fn of(value: &impl Display) -> Self {
        let mut checking = Self::default();
        // a `Display` that fails has shown no more than this; what is short of it fails elsewhere
        let _ = write!(checking, "{value}");
        checking
    }

    fn go_on(&mut self, text: &str) {
        if self.control.is_none() && !is_plain(text) {
            let mut characters = text.char_indices();
            let control = characters.find(|(_, character)| character.is_control());
            self.control = control.map(|(at, character)| (self.bytes + at, character));
        }
        self.bytes += text.len();
    }

    /// Whether it may name an instance of `of`.
    pub(crate) fn end(self, of: &str) -> Result<(), IdError> {
        let of = || of.to_owned();
        match (self.bytes, self.control) {
            (0, _) => Err(IdError::Empty { of: of() }),
            (bytes, _) if bytes > MAX_ID_BYTES => Err(IdError::TooLong { of: of(), bytes }),
            (_, None) => Ok(()),
            (_, Some((at, character))) => Err(IdError::ControlCharacter {
                of: of(),
                character,
                at,
            }),
        }
    }
}

impl Write for Checking {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.go_on(text);
        Ok(())
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
    fn a_text_is_checked_in_the_parts_in_which_it_is_displayed() {
        struct Parts(&'static [&'static str]);
        impl Display for Parts {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.iter().try_for_each(|part| f.write_str(part))
            }
        }
        for parts in [
            &["a", "b"][..],
            &["", ""],
            &["é", "b\0", "\n"],
            &["a", "\u{80}"],
        ] {
            let whole = parts.concat();
            assert_eq!(
                Checking::of(&Parts(parts)).end("account"),
                check("account", &whole),
                "{whole:?}"
            );
        }
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
