use super::Given;
use crate::aggregate::{Apply, Emit};
use std::convert::Infallible;

/// Starts a test of an aggregate's decisions: `Account::given(..)`. See [the module](super).
pub trait Fixture: Apply {
    /// An instance to which `history` happened: an event, a tuple, array or `Vec` of events, or the
    /// event enum, in order.
    fn given<H: Emit<Self, Error = Infallible>>(history: H) -> Given<Self, H> {
        Given::new(history)
    }

    /// An instance to which nothing happened yet.
    fn given_nothing() -> Given<Self, ()> {
        Given::new(())
    }
}

impl<A: Apply> Fixture for A {}
