//! Given, shows: tests of a projection.

mod fixture;
mod happened;
mod replay;
mod shown;

pub use fixture::ProjectionFixture;
pub use happened::Happened;
pub use shown::Shown;

#[cfg(feature = "proptest")]
pub(super) use {replay::fold, shown::named};

use crate::projection::Projection;
use std::fmt;

/// Fails the test of `P`, at the caller's line.
#[track_caller]
fn fail<P: Projection>(why: fmt::Arguments<'_>) -> ! {
    panic!("`{}`: {why}", P::NAME)
}
