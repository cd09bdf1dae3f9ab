use super::Given;
use crate::aggregate::{Aggregate, Apply, Decision, Emit, Emits};
use std::convert::Infallible;

/// Starts a test of an aggregate's decisions: `Account::given(..)`. See [the module](super).
pub trait Fixture: Apply {
    /// An instance to which `history` happened: an event, a tuple, array or `Vec` of events, or the
    /// event enum, in order.
    fn given<H: Emit<Self, Error = Infallible>>(history: H) -> Given<Self, H> {
        Given::new(history)
    }

    /// An instance to which nothing happened yet.
    fn given_nothing() -> Given<Self, NoHistory> {
        Given::new(NoHistory)
    }
}

/// The history of an instance to which nothing happened.
#[derive(Debug, Clone, Copy)]
pub struct NoHistory;

impl<A: Aggregate> Emit<A> for NoHistory {
    type Error = Infallible;
    const EMITS: Emits = Emits::NOTHING;

    fn emit(self, _: &mut Decision<'_, A>) -> Result<(), Infallible> {
        Ok(())
    }
}

impl<A: Apply> Fixture for A {}
