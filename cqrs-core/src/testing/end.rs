/// The last phase: nothing was decided but what is expected.
#[derive(Debug)]
pub struct End<A> {
    state: A,
}

#[expect(
    clippy::return_self_not_must_use,
    reason = "a fixture may end with any expectation"
)]
impl<A> End<A> {
    pub(super) fn new(state: A) -> Self {
        Self { state }
    }

    /// Looks at the state after all that was decided.
    pub fn state(self, look: impl FnOnce(&A)) -> Self {
        look(&self.state);
        self
    }
}
