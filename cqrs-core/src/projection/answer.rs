use super::{Projection, ReadError, Rows};
use crate::aggregate::Provide;
use crate::bus::{Nothing, Source};
use std::convert::Infallible;
use std::future::Future;
use std::ops::Deref;

/// What answers queries: a projection, or a service.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot answer queries",
    label = "neither a read model nor a service",
    note = "write `#[derive(Projection, Default, Serialize, Deserialize)]` on it, or `#[derive(Service)]`"
)]
pub trait ReadModel: Sized + Send + Sync + 'static {
    /// What its `#[answer]` methods read.
    type Source: Source;
}

/// What the `&self` of an `#[answer]` method stands for: the value of a projection without keys, or
/// the service that the bus provides.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot answer queries",
    label = "neither a read model nor a service",
    note = "write `#[derive(Projection, Default, Serialize, Deserialize)]` on it, or `#[derive(Service)]`"
)]
#[doc(hidden)]
pub trait Lent<R>: ReadModel {
    /// It, or a reference to it.
    type Held<'a>: Deref<Target = Self> + Send
    where
        R: 'a;

    /// Gets it.
    fn lend<'a>(
        source: &'a Self::Source,
        resources: &'a R,
    ) -> impl Future<Output = Result<Self::Held<'a>, ReadError>> + Send;
}

impl<M: ReadModel<Source: Lends<M, R>>, R> Lent<R> for M {
    type Held<'a>
        = <M::Source as Lends<M, R>>::Held<'a>
    where
        R: 'a;

    fn lend<'a>(
        source: &'a M::Source,
        resources: &'a R,
    ) -> impl Future<Output = Result<Self::Held<'a>, ReadError>> + Send {
        source.lend(resources)
    }
}

/// A source of the `M` that a `&self` stands for. There is one way to [`Lent`] through it, so that
/// where a bus does not provide a service the error names the service.
#[doc(hidden)]
pub trait Lends<M, R>: Source + 'static {
    /// It, or a reference to it.
    type Held<'a>: Deref<Target = M> + Send
    where
        Self: 'a,
        R: 'a;

    /// Gets it.
    fn lend<'a>(
        &'a self,
        resources: &'a R,
    ) -> impl Future<Output = Result<Self::Held<'a>, ReadError>> + Send;
}

impl<P: Projection, R: Sync> Lends<P, R> for Rows<P> {
    type Held<'a>
        = Own<P>
    where
        R: 'a;

    async fn lend<'a>(&'a self, _: &'a R) -> Result<Own<P>, ReadError> {
        // that it is one value is asserted where the method stands
        self.only().await.map(Own)
    }
}

impl<S: Send + Sync + 'static, R: Provide<S> + Sync> Lends<S, R> for Nothing {
    type Held<'a>
        = &'a S
    where
        R: 'a;

    async fn lend<'a>(&'a self, resources: &'a R) -> Result<&'a S, ReadError> {
        Ok(resources.provide())
    }
}

/// A value that was read.
#[derive(Debug)]
#[doc(hidden)]
pub struct Own<P>(P);

impl<P> Deref for Own<P> {
    type Target = P;

    fn deref(&self) -> &P {
        &self.0
    }
}

/// Why a query has no answer.
///
/// An error of the method's own that takes a [`ReadError`] takes both: `?` in the method, and where the
/// query is asked [`flatten`](Self::flatten).
///
/// ```standalone_crate
/// # use cqrs_core::prelude::*;
/// # #[commands("account", account: String)]
/// # pub enum AccountCommand { Open }
/// # #[events("account")]
/// # pub enum AccountEvent { Opened }
/// # #[derive(Aggregate, Default)]
/// # #[aggregate("account", id = String)]
/// # pub struct Account;
/// # #[handle]
/// # impl Account { fn open(&self, _: &Open) -> Opened { Opened } }
/// # #[apply]
/// # impl Account { fn opened(&mut self, _: &Opened) {} }
/// # #[derive(Projection, Default, Serialize, Deserialize)]
/// # #[projection("balances", key = String)]
/// # pub struct Balance { amount: u64 }
/// # #[project]
/// # impl Balance { fn opened(&mut self, _: &Opened) {} }
/// # #[derive(Query)]
/// # pub struct AmountOf { account: String }
/// #[derive(Debug, thiserror::Error)]
/// pub enum BalanceError {
///     #[error("there is no account {0}")]
///     Unknown(String),
///     #[error(transparent)]
///     Read(#[from] ReadError),
/// }
///
/// #[answer]
/// impl Balance {
///     async fn amount_of(rows: &Rows<Self>, query: &AmountOf) -> Result<u64, BalanceError> {
///         let row = rows.get(&query.account).await?;
///         row.map(|row| row.amount).ok_or_else(|| BalanceError::Unknown(query.account.clone()))
///     }
/// }
///
/// async fn amount(bus: &Bus<Memory>, account: &str) -> Result<u64, BalanceError> {
///     let query = AmountOf { account: account.to_owned() };
///     bus.query(query).await.map_err(QueryError::flatten)
/// }
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let bus = Bus::open(Memory::new()).await?;
/// # bus.dispatch(Open { account: "ada".into() }).wait_for::<Balance>().await?;
/// # assert_eq!(amount(&bus, "ada").await?, 0);
/// # assert!(matches!(amount(&bus, "bob").await, Err(BalanceError::Unknown(_))));
/// # let late = QueryError::<BalanceError>::Read(ReadError::Closed).flatten();
/// # assert!(matches!(late, BalanceError::Read(ReadError::Closed)));
/// # Ok(())
/// # }
/// ```
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

impl<E: From<ReadError>> QueryError<E> {
    /// Both ways that a query can fail as one: the method's own error, which takes a [`ReadError`].
    pub fn flatten(self) -> E {
        match self {
            Self::Failed(error) => error,
            Self::Read(error) => error.into(),
        }
    }
}

/// Both ways that a query can fail are one where the method's own error is of reading.
impl From<QueryError<Self>> for ReadError {
    fn from(error: QueryError<Self>) -> Self {
        match error {
            QueryError::Failed(error) | QueryError::Read(error) => error,
        }
    }
}

impl From<QueryError<Infallible>> for ReadError {
    fn from(error: QueryError<Infallible>) -> Self {
        match error {
            QueryError::Failed(never) => match never {},
            QueryError::Read(error) => error,
        }
    }
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
