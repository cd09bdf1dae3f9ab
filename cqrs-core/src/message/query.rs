use crate::aggregate::DynResources;
use crate::projection::{QueryError, ReadModel};
use std::future::Future;

/// A request to read, which never changes state. Derive it: [`#[derive(Query)]`](derive@crate::Query).
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a query",
    label = "not a query",
    note = "write `#[derive(Query)]` on it"
)]
pub trait Query: Send + Sync + 'static {
    /// The name under which the catalogue lists it, unique among the program's queries.
    const NAME: &'static str;
}

/// A query that a read model answers: what an `#[answer]` method generates.
///
/// A query has one answer, so this is implemented once: a second is a conflict. `R` are the
/// resources of the bus; with [`DynResources`] it says that there is an answer, whatever it needs.
#[diagnostic::on_unimplemented(
    message = "query `{Self}` is never answered",
    label = "no `#[answer]` method takes a `&{Self}`",
    note = "write `async fn ..(rows: &Rows<Self>, query: &{Self}) -> Result<.., ReadError>` in an `#[answer] impl` block of a projection"
)]
pub trait Answered<R = DynResources>: Query {
    /// Who answers it.
    type By: ReadModel;
    /// The answer.
    type Value: Send;
    /// The method's own error; [`Infallible`](std::convert::Infallible) where it has none. One that takes
    /// a [`ReadError`](crate::ReadError) is all that a caller needs: [`QueryError::flatten`].
    type Error: Send;

    /// Calls the method.
    fn answer(
        &self,
        source: &<Self::By as ReadModel>::Source,
        resources: &R,
    ) -> impl Future<Output = Result<Self::Value, QueryError<Self::Error>>> + Send;
}
