use super::End;
use super::replayed::Replayed;
use super::scene::Scene;
use super::table::indented;
use super::written::{beside, first_difference, listed};
use crate::aggregate::{Aggregate, Applying, Emit};
use crate::store::NewEvent;
use std::convert::Infallible;

/// The third phase: the first of the events that were decided are as expected.
#[derive(Debug)]
pub struct Then<A> {
    scene: Scene,
    state: A,
    decided: Vec<NewEvent>,
    seen: usize,
}

#[expect(
    clippy::return_self_not_must_use,
    reason = "a fixture may end with any expectation"
)]
impl<A: Aggregate> Then<A> {
    pub(super) fn new(scene: Scene, state: A, decided: Vec<NewEvent>) -> Self {
        Self {
            scene,
            state,
            decided,
            seen: 0,
        }
    }

    /// Expects those events next.
    ///
    /// # Panics
    /// When others come next, or none.
    #[track_caller]
    pub fn then<X: Emit<A, Error = Infallible>>(mut self, events: X) -> Self {
        let expected = match Replayed::of(events, &mut self.state, Applying::Nothing) {
            Ok(expected) => expected.events,
            Err(unfit) => self
                .scene
                .fail(format_args!("{}", unfit.among("expected "))),
        };
        let left = &self.decided[self.seen..];
        let Some(different) = first_difference(&expected, left) else {
            self.seen += expected.len();
            return self;
        };
        let number = self.seen + different + 1;
        let table = beside(&expected, left, different, self.seen + 1);
        if different < left.len() {
            self.scene.fail(format_args!(
                "event {number} is not what `.then(..)` expects\n\n{table}"
            ))
        }
        self.scene.fail(format_args!(
            "event {number}, which `.then(..)` expects, is missing\n\n{table}"
        ))
    }

    /// Expects no further events.
    ///
    /// # Panics
    /// When there are.
    #[track_caller]
    pub fn and_nothing_else(self) -> End<A> {
        let left = &self.decided[self.seen..];
        if !left.is_empty() {
            self.scene.fail(format_args!(
                "`.and_nothing_else()` expects no further event\n\n{}",
                indented(&listed(left, self.seen + 1))
            ))
        }
        End::new(self.state)
    }

    /// Looks at the state after all that was decided.
    pub fn state(self, look: impl FnOnce(&A)) -> Self {
        look(&self.state);
        self
    }
}
