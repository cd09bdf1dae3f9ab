use crate::projection::ReadModel;

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

/// A query that a read model answers: the fact that an `#[answer]` method states.
///
/// A query has one answer, so this is implemented once: a second is a conflict.
#[diagnostic::on_unimplemented(
    message = "query `{Self}` is never answered",
    label = "no `#[answer]` method takes a `&{Self}`",
    note = "write `async fn ..(rows: &Rows<Self>, query: &{Self}) -> Result<.., ReadError>` in an `#[answer] impl` block of a projection"
)]
pub trait Answered: Query {
    /// Who answers it.
    type By: ReadModel;
}
