use super::{Receipt, Run};
use crate::log::Position;
use crate::message::{Answered, Query};
use crate::projection::{Answer, Projection, QueryError, ReadModel, Rows};
use crate::store::DynStore;
use std::fmt;
use std::future::{Future, IntoFuture};

/// A read yet to be made: set its options, then `.await` it.
#[must_use = "nothing is read until it is awaited"]
pub struct Read<X> {
    options: ReadOptions,
    run: X,
}

/// What was set on a [`Read`].
#[derive(Debug, Clone, Copy, Default)]
pub struct ReadOptions {
    pub(super) after: Option<Position>,
}

impl<X> Read<X> {
    pub(super) fn new(run: X) -> Self {
        Self {
            options: ReadOptions::default(),
            run,
        }
    }

    /// Reads only when the read model shows what the receipt is for: your own write.
    pub fn after(mut self, receipt: &Receipt) -> Self {
        self.options.after = Some(receipt.position);
        self
    }
}

impl<X: Run<ReadOptions>> IntoFuture for Read<X> {
    type Output = <X::Fut as Future>::Output;
    type IntoFuture = X::Fut;

    fn into_future(self) -> X::Fut {
        self.run.run(self.options)
    }
}

impl<X> fmt::Debug for Read<X> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Read").field(&self.options).finish()
    }
}

/// What an `#[answer]` method reads: the rows of its projection.
pub trait Source: Send + Sync {
    /// The projections that it reads, by their stored names.
    const READS: &'static [&'static str];

    /// Opens it on a store.
    fn open(store: &DynStore) -> Self;
}

impl<P: Projection> Source for Rows<P> {
    const READS: &'static [&'static str] = &[P::NAME];

    fn open(store: &DynStore) -> Self {
        Self::new(store.clone())
    }
}

/// A query that a bus with the resources `R` can take to its read model.
#[diagnostic::on_unimplemented(
    message = "query `{Self}` is never answered",
    label = "no `#[answer]` method takes a `&{Self}`",
    note = "write `async fn ..(rows: &Rows<Self>, query: &{Self}) -> Result<.., ReadError>` in an `#[answer] impl` block of a projection"
)]
pub trait Asked<R>: Query {
    /// The answer.
    type Value;
    /// The `#[answer]` method's own error.
    type Error;
    /// The projections that are read.
    const READS: &'static [&'static str];

    /// Asks.
    fn ask(
        &self,
        store: &DynStore,
        resources: &R,
    ) -> impl Future<Output = Result<Self::Value, QueryError<Self::Error>>> + Send;
}

impl<R, Q> Asked<R> for Q
where
    R: Send + Sync,
    Q: Answered,
    Q::By: Answer<Q, R>,
{
    type Value = <Q::By as Answer<Q, R>>::Value;
    type Error = <Q::By as Answer<Q, R>>::Error;
    const READS: &'static [&'static str] = <<Q::By as ReadModel>::Source as Source>::READS;

    async fn ask(
        &self,
        store: &DynStore,
        resources: &R,
    ) -> Result<Self::Value, QueryError<Self::Error>> {
        let source = <Q::By as ReadModel>::Source::open(store);
        <Q::By as Answer<Q, R>>::answer(&source, self, resources).await
    }
}
