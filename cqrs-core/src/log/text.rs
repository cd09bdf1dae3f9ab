use crate::id;
use std::borrow::Borrow;
use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::ops::Deref;
use std::sync::Arc;

/// A text that is cheap to clone: a literal of the program, or one that was read.
#[derive(Clone)]
pub struct Name(Kept);

#[derive(Clone)]
enum Kept {
    Static(&'static str),
    /// A literal that follows the rule of ids.
    Sound(&'static str),
    Shared(Arc<str>),
}

impl Name {
    /// A literal of the program.
    pub const fn from_static(text: &'static str) -> Self {
        Self(Kept::Static(text))
    }

    /// A literal of the program; where it is sound can be known when the program is compiled.
    pub(crate) const fn examined(text: &'static str) -> Self {
        Self(if id::is_plain(text) {
            Kept::Sound(text)
        } else {
            Kept::Static(text)
        })
    }

    /// The text, if it is a literal of the program.
    pub(crate) const fn literal(&self) -> Option<&'static str> {
        match self.0 {
            Kept::Static(text) | Kept::Sound(text) => Some(text),
            Kept::Shared(_) => None,
        }
    }

    /// Whether it is known to follow the rule of ids.
    pub(crate) const fn is_sound(&self) -> bool {
        matches!(self.0, Kept::Sound(_))
    }

    /// Whether it is the same text in the same place.
    #[inline]
    pub(super) fn is(&self, other: &Self) -> bool {
        std::ptr::eq(self.as_str(), other.as_str())
    }

    /// The text.
    #[inline]
    pub fn as_str(&self) -> &str {
        match &self.0 {
            Kept::Static(text) | Kept::Sound(text) => text,
            Kept::Shared(text) => text,
        }
    }
}

impl From<&str> for Name {
    fn from(text: &str) -> Self {
        Self(Kept::Shared(text.into()))
    }
}

impl From<String> for Name {
    fn from(text: String) -> Self {
        Self(Kept::Shared(text.into()))
    }
}

impl Deref for Name {
    type Target = str;

    fn deref(&self) -> &str {
        self.as_str()
    }
}

impl Borrow<str> for Name {
    fn borrow(&self) -> &str {
        self.as_str()
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_str().fmt(f)
    }
}

impl fmt::Debug for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}

impl PartialEq for Name {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl Eq for Name {}

impl PartialEq<str> for Name {
    fn eq(&self, other: &str) -> bool {
        self.as_str() == other
    }
}

impl PartialEq<&str> for Name {
    fn eq(&self, other: &&str) -> bool {
        self.as_str() == *other
    }
}

impl PartialOrd for Name {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Name {
    fn cmp(&self, other: &Self) -> Ordering {
        self.as_str().cmp(other.as_str())
    }
}

impl Hash for Name {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_str().hash(state);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    #[test]
    fn it_is_its_text_wherever_that_stands() {
        for name in [
            Name::from_static("paid"),
            Name::examined("paid"),
            Name::from("paid"),
        ] {
            assert!(name == "paid" && name == *"paid");
            assert!(name != "pai" && name != *"pai");
            assert_eq!(
                (name.to_string(), format!("{name:?}")),
                ("paid".to_owned(), "\"paid\"".to_owned())
            );
            let by_name = BTreeMap::from([(name, 1), (Name::from("said"), 2)]);
            assert_eq!((by_name.get("paid"), by_name.get("pai")), (Some(&1), None));
        }
    }
}
