use super::Name;
use std::fmt::Display;

/// One tag of an event: the `#[tag]` field's name and its value, as it displays.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Tag {
    /// The field's name.
    pub name: Name,
    /// The field's value, as it displays.
    pub value: Name,
}

impl Tag {
    /// The tag of that name and value.
    pub fn new(name: impl Into<Name>, value: impl Display) -> Self {
        Self {
            name: name.into(),
            value: value.to_string().into(),
        }
    }
}

/// The tags of an event.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Tags(Option<Box<[Tag]>>);

impl Tags {
    /// No tags.
    pub(crate) const fn none() -> Self {
        Self(None)
    }

    /// The tags of those names and values.
    pub fn of<const N: usize>(tags: [(&'static str, &dyn Display); N]) -> Self {
        Self::from_iter(tags.map(|(name, value)| Tag {
            name: Name::from_static(name),
            value: value.to_string().into(),
        }))
    }

    /// The tags, in the order of the fields.
    pub fn as_slice(&self) -> &[Tag] {
        self.0.as_deref().unwrap_or_default()
    }
}

impl FromIterator<Tag> for Tags {
    fn from_iter<I: IntoIterator<Item = Tag>>(tags: I) -> Self {
        let tags: Box<[Tag]> = tags.into_iter().collect();
        Self((!tags.is_empty()).then_some(tags))
    }
}
