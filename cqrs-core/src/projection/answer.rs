use super::ReadError;
use crate::bus::Source;
use std::convert::Infallible;

/// What answers queries: a projection.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot answer queries",
    label = "not a read model",
    note = "write `#[derive(Projection, Default, Serialize, Deserialize)]` on it"
)]
pub trait ReadModel: Sized + Send + Sync + 'static {
    /// What its `#[answer]` methods read.
    type Source: Source;
}

/// Why a query has no answer.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum QueryError<E = Infallible> {
    /// The `#[answer]` method returned its own error.
    #[error("the query failed: {0}")]
    Failed(E),
    /// The read model could not be read, or did not get where the caller wanted it.
    #[error(transparent)]
    Read(#[from] ReadError),
}

/// A `Result`, under whatever alias an `#[answer]` method writes it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a `Result`",
    label = "named as a `Result`, but is none",
    note = "return a `Result<.., ..>`, or a type whose name does not end in `Result`"
)]
pub trait Fallible {
    /// What it holds when all went well.
    type Value;
    /// What it holds else.
    type Error;

    /// The plain result.
    ///
    /// # Errors
    /// Its own.
    fn into_result(self) -> Result<Self::Value, Self::Error>;
}

impl<T, E> Fallible for Result<T, E> {
    type Value = T;
    type Error = E;

    fn into_result(self) -> Self {
        self
    }
}
