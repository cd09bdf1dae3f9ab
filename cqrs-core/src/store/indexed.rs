/// An indexed field of the rows of a table, as a store is told of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct IndexedField {
    /// The field's name.
    pub name: &'static str,
    /// The place of the field within whose values rows are read in the order of this one: the index is over
    /// both.
    pub within: Option<usize>,
}

impl IndexedField {
    /// A field that is indexed by itself.
    pub const fn new(name: &'static str) -> Self {
        Self { name, within: None }
    }

    /// It is also read in order within each value of the field at that place.
    #[must_use]
    pub const fn within(self, place: usize) -> Self {
        Self {
            within: Some(place),
            ..self
        }
    }
}
