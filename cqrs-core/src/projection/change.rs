/// What a `#[project]` method may say becomes of its row; a method that returns nothing keeps it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub enum Change {
    /// The row is written as it now is.
    Keep,
    /// The row is deleted. A later event of its key starts again from the default.
    Delete,
}

impl From<()> for Change {
    fn from((): ()) -> Self {
        Self::Keep
    }
}
