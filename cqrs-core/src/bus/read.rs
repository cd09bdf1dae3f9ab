use super::{Receipt, Run};
use crate::projection::{Engine, Projection, Rebuild, Rows};
use crate::store::DynStore;
use smallvec::SmallVec;
use std::fmt;
use std::future::{Future, IntoFuture};
use std::marker::PhantomData;

/// A read yet to be made: set its options, then `.await` it.
///
/// `F` is what it reads. What follows the log, as rows do, can be waited for: see [`Follows`].
#[must_use = "nothing is read until it is awaited"]
pub struct Read<X, F> {
    options: ReadOptions,
    run: X,
    from: PhantomData<fn() -> F>,
}

/// What was set on a [`Read`].
#[derive(Debug, Clone, Copy, Default)]
pub struct ReadOptions {
    pub(super) after: Option<Receipt>,
    pub(super) as_it_is: bool,
}

impl<X, F> Read<X, F> {
    pub(super) fn new(run: X) -> Self {
        Self {
            options: ReadOptions::default(),
            run,
            from: PhantomData,
        }
    }
}

impl<X, F> Read<X, F> {
    /// Reads only when the read model shows what the receipt is for: your own write.
    pub fn after(mut self, receipt: &Receipt) -> Self
    where
        F: Follows,
    {
        self.options.after = Some(*receipt);
        self
    }

    /// Reads what is there, also where the projection has stopped, or the key is parked: without
    /// this, such a read is an error, since what it would show is behind and stays so.
    pub fn as_it_is(mut self) -> Self
    where
        F: Follows,
    {
        self.options.as_it_is = true;
        self
    }
}

impl<X: Run<ReadOptions>, F> IntoFuture for Read<X, F> {
    type Output = <X::Fut as Future>::Output;
    type IntoFuture = X::Fut;

    fn into_future(self) -> X::Fut {
        self.run.run(self.options)
    }
}

impl<X, F> fmt::Debug for Read<X, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Read").field(&self.options).finish()
    }
}

/// What an `#[answer]` method reads: the rows of its projection; nothing of the store, where it is
/// a service's.
pub trait Source: Send + Sync {
    /// The projections that it reads, by their stored names.
    const READS: &'static [&'static str];

    /// Opens it.
    fn open(reading: &Reading<'_>) -> Self;
}

/// What follows the log, and so can be waited for.
#[diagnostic::on_unimplemented(
    message = "this query is answered by a service, which follows no log",
    label = "only for what projections answer: a service shows what it did as soon as it did it",
    note = "leave it out"
)]
pub trait Follows: Source {}

impl<P: Projection> Source for Rows<P> {
    const READS: &'static [&'static str] = &[P::NAME];

    fn open(reading: &Reading<'_>) -> Self {
        let rows = Self::new(reading.store.clone());
        let mut rebuilds = reading.rebuilds.iter();
        if let Some((_, rebuild)) = rebuilds.find(|(projection, _)| *projection == P::NAME) {
            return rows.of_version(rebuild.former);
        }
        match reading.engine.parkings(P::NAME) {
            Some(parkings) if !reading.as_it_is => rows.minding(parkings.clone()),
            _ => rows,
        }
    }
}

impl<P: Projection> Follows for Rows<P> {}

/// What the `#[answer]` methods of a service read of the store: nothing.
#[derive(Debug, Clone, Copy)]
pub struct Nothing;

impl Source for Nothing {
    const READS: &'static [&'static str] = &[];

    fn open(_: &Reading<'_>) -> Self {
        Self
    }
}

/// What a bus has to read from.
pub struct Reading<'a> {
    pub(super) store: &'a DynStore,
    pub(super) engine: &'a Engine,
    pub(super) as_it_is: bool,
    /// Of which projections other rows are read, and which.
    pub(super) rebuilds: SmallVec<[(&'static str, Rebuild); 1]>,
}

impl fmt::Debug for Reading<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Reading({:?})", self.store)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bus::Bus;
    use crate::store::{EventStore, Memory};

    #[tokio::test]
    async fn what_is_read_from_shows_the_store() {
        let bus = Bus::open(Memory::new()).await.unwrap();
        let reading = Reading {
            store: &bus.core.store,
            engine: &bus.core.engine,
            as_it_is: false,
            rebuilds: SmallVec::new(),
        };
        let identity = bus.store().identity();
        assert_eq!(
            format!("{reading:?}"),
            format!("Reading(DynStore({identity}))")
        );
    }
}
