use crate::aggregate::Aggregate;
use crate::message::Command;
use std::fmt;

/// What a fixture is about: the aggregate and the command.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scene {
    aggregate: &'static str,
    command: &'static str,
}

impl Scene {
    pub(super) const fn of<A: Aggregate, C: Command>() -> Self {
        Self {
            aggregate: A::NAME,
            command: C::NAME,
        }
    }

    /// Fails the test, at the caller's line.
    #[track_caller]
    pub(super) fn fail(self, why: fmt::Arguments<'_>) -> ! {
        let Self { aggregate, command } = self;
        panic!("`{aggregate}` on `{command}`: {why}")
    }
}
