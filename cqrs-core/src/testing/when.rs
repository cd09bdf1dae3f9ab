use super::scene::Scene;
use super::table::{Table, indented, lines};
use super::written::listed;
use super::{End, Then};
use crate::aggregate::{Aggregate, Emit};
use crate::store::NewEvent;
use std::convert::Infallible;
use std::fmt::Debug;

/// The second phase: a command was decided on. `E` is the handler's own error.
#[derive(Debug)]
#[must_use = "nothing is expected yet: go on with `.then(..)`, `.then_nothing()` or `.rejects(..)`"]
pub struct When<A, E> {
    scene: Scene,
    state: A,
    decided: Result<Vec<NewEvent>, E>,
}

impl<A: Aggregate, E> When<A, E> {
    pub(super) fn new(scene: Scene, state: A, decided: Result<Vec<NewEvent>, E>) -> Self {
        Self {
            scene,
            state,
            decided,
        }
    }

    /// Expects that the handler refuses, and gives its error, to look at it.
    ///
    /// # Panics
    /// When it does not.
    #[track_caller]
    #[must_use = "to expect an error that is known, say `.rejects(..)`"]
    pub fn rejection(self) -> E {
        match self.decided {
            Err(error) => error,
            Ok(events) => self.scene.fail(format_args!(
                "it was not rejected, but `.rejection()` expects that\n\n{}",
                indented(&shown(&events))
            )),
        }
    }
}

impl<A: Aggregate, E: PartialEq + Debug> When<A, E> {
    /// Expects that the handler refuses with that error.
    ///
    /// Where the error is not `PartialEq`, look at it with [`rejection`](Self::rejection).
    ///
    /// # Panics
    /// When it does not refuse, or with another error.
    #[track_caller]
    #[expect(
        clippy::needless_pass_by_value,
        reason = "an expectation reads as the value that it is"
    )]
    pub fn rejects(self, expected: E) {
        let (what, got) = match self.decided {
            Err(got) if got == expected => return,
            Err(got) => (
                "it was rejected, but not with what `.rejects(..)` expects",
                lines(&format!("{got:#?}")),
            ),
            Ok(events) => (
                "it was not rejected, but `.rejects(..)` expects that",
                shown(&events),
            ),
        };
        let mut table = Table::new("expected", "got");
        table.block(lines(&format!("{expected:#?}")), got);
        self.scene.fail(format_args!("{what}\n\n{table}"))
    }
}

impl<A: Aggregate, E: Debug> When<A, E> {
    /// Expects those events, from the first on: an event, a tuple, array or `Vec` of events, or the
    /// event enum. There may be more; [`Then::and_nothing_else`] rules that out.
    ///
    /// # Panics
    /// When the handler refuses, or decides otherwise.
    #[track_caller]
    pub fn then<X: Emit<A, Error = Infallible>>(self, events: X) -> Then<A> {
        match self.decided {
            Ok(decided) => Then::new(self.scene, self.state, decided).then(events),
            Err(error) => self.scene.fail(format_args!(
                "it was rejected, but `.then(..)` expects events\n\n{}",
                indented(&lines(&format!("{error:#?}")))
            )),
        }
    }

    /// Expects that the handler decides that nothing is to happen: no refusal, and no event.
    ///
    /// # Panics
    /// When it refuses, or decides on an event.
    #[track_caller]
    pub fn then_nothing(self) -> End<A> {
        match self.decided {
            Ok(decided) if decided.is_empty() => End::new(self.state),
            Ok(decided) => self.scene.fail(format_args!(
                "`.then_nothing()` expects no event\n\n{}",
                indented(&listed(&decided, 1))
            )),
            Err(error) => self.scene.fail(format_args!(
                "it was rejected, but `.then_nothing()` expects that it is taken\n\n{}",
                indented(&lines(&format!("{error:#?}")))
            )),
        }
    }
}

/// The events, or that there are none.
fn shown(events: &[NewEvent]) -> Vec<String> {
    if events.is_empty() {
        return vec!["(no event)".to_owned()];
    }
    listed(events, 1)
}
