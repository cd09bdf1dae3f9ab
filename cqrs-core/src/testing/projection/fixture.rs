use super::Happened;
use crate::aggregate::{Aggregate, Emit};
use crate::projection::{HasRows, Project};
use std::convert::Infallible;

/// Starts a test of a projection: `Balance::given(..)`. See [the module](crate::testing).
///
/// What keeps tables of its own has no rows to expect: test it through a bus, on its store.
pub trait ProjectionFixture: Project {
    /// To the instance of that id `events` happened: an event, a tuple, array or `Vec` of events, or
    /// the event enum, in order.
    fn given<A, H>(id: A::Id, events: H) -> Happened<Self>
    where
        A: Aggregate,
        H: Emit<A, Error = Infallible>,
        Self::Shape: HasRows,
    {
        Happened::new::<A, H>(&id, events)
    }
}

impl<P: Project> ProjectionFixture for P {}
