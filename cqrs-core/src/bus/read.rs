use super::{Receipt, Run};
use crate::log::Position;
use crate::projection::{Projection, Rows};
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
