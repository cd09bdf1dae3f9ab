use super::ProjectError;
use std::fmt::Display;

/// What a `#[project]` method may say becomes of its row; a method that returns nothing keeps it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub enum Change {
    /// The row is written as it now is.
    Keep,
    /// The row is deleted. A later event of its key starts again from the default.
    Delete,
}

/// What a `#[project]` method may return: nothing, a [`Change`], or a `Result` of either, whose
/// error parks the key.
#[diagnostic::on_unimplemented(
    message = "a `#[project]` method cannot return `{Self}`",
    label = "it says what becomes of its row",
    note = "return nothing, `Change`, or a `Result` of either; its error is an `std::error::Error` or a text"
)]
pub trait Changes {
    /// What becomes of the row, or why the event cannot be folded into it.
    ///
    /// # Errors
    /// The method's own, as a text.
    fn change(self) -> Result<Change, String>;
}

impl Changes for () {
    fn change(self) -> Result<Change, String> {
        Ok(Change::Keep)
    }
}

impl Changes for Change {
    fn change(self) -> Result<Change, String> {
        Ok(self)
    }
}

impl<T: Changes, E: Display> Changes for Result<T, E> {
    fn change(self) -> Result<Change, String> {
        self.map_err(|error| error.to_string())?.change()
    }
}

/// What a `#[project]` method may return that writes to tables of its own: nothing, or a `Result` of nothing,
/// whose error stops the projection.
#[diagnostic::on_unimplemented(
    message = "a `#[project]` method that writes to tables cannot return `{Self}`",
    label = "it says whether it could",
    note = "return nothing, or a `Result<(), ..>`; its error is an `std::error::Error` or a text"
)]
pub trait Done {
    /// Whether it is done.
    ///
    /// # Errors
    /// The method's own, as a text.
    fn done(self) -> Result<(), ProjectError>;
}

impl Done for () {
    fn done(self) -> Result<(), ProjectError> {
        Ok(())
    }
}

impl<E: Display> Done for Result<(), E> {
    fn done(self) -> Result<(), ProjectError> {
        self.map_err(|error| ProjectError::Tables(error.to_string()))
    }
}
