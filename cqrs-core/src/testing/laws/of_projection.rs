use super::of_aggregate::batches;
use super::rows::Folding;
use super::search::{any_of, search};
use super::trial::{Past, logged};
use crate::aggregate::{Aggregate, Emit};
use crate::projection::{HasRows, Project, Projection};
use crate::testing::replayed::Written;
use crate::testing::run::Runner;
use proptest::collection::vec;
use proptest::strategy::{BoxedStrategy, Strategy};
use std::convert::Infallible;
use std::fmt::{self, Debug};
use std::marker::PhantomData;

/// The laws of the projection `P`, to be held against events that are yet to be named: for one that
/// folds the events of several aggregates. Of one aggregate, [`Laws::projection`](super::Laws::projection)
/// folds what its commands lead to.
pub fn projection_laws<P: Project<Shape: HasRows>>() -> ProjectionLaws<P> {
    ProjectionLaws {
        happens: Vec::new(),
        longest: 24,
        cases: None,
        projection: PhantomData,
    }
}

/// The laws of a projection, and what they are held against: what [`projection_laws`] begins.
#[must_use = "nothing is tested yet: end with `.hold()`"]
pub struct ProjectionLaws<P> {
    happens: Vec<BoxedStrategy<(&'static str, Past)>>,
    longest: usize,
    cases: Option<u32>,
    projection: PhantomData<fn() -> P>,
}

impl<P: Projection> Debug for ProjectionLaws<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ProjectionLaws({})", P::NAME)
    }
}

impl<P: Project> ProjectionLaws<P> {
    /// To such instances such events happen, as often as those of the other strategies: each time
    /// an event, a tuple, array or `Vec` of events, or the event enum. Each must be one that can be
    /// folded, whatever happened before.
    pub fn happens<A, I, H>(mut self, ids: I, events: H) -> Self
    where
        A: Aggregate,
        I: Strategy<Value = A::Id> + 'static,
        H: Strategy + 'static,
        H::Value: Emit<A, Error = Infallible>,
    {
        let past = (ids, events).prop_map(|(id, events)| {
            let past = Past {
                instance: id.to_string(),
                written: Written::of::<A>(events),
            };
            (A::NAME, past)
        });
        self.happens.push(past.boxed());
        self
    }

    /// So many times at most something happens: 24, unless it is said.
    pub fn longest(mut self, times: usize) -> Self {
        self.longest = times;
        self
    }

    /// Tries so many times. Without it as often as the environment variable `PROPTEST_CASES` says,
    /// or 256 times.
    pub fn cases(mut self, cases: u32) -> Self {
        self.cases = Some(cases);
        self
    }

    /// Holds the laws.
    ///
    /// # Panics
    /// When one is broken, with the shortest story that was found to it; and when nothing happens,
    /// since then nothing was tested.
    #[track_caller]
    pub fn hold(self) {
        let Some(happens) = any_of(&self.happens) else {
            panic!(
                "`{}`: nothing happens: say what with `.happens(..)`",
                P::NAME
            )
        };
        let folding = Folding::of::<P>();
        let pasts = (vec(happens, 1..=self.longest.max(1)), batches());
        search(P::NAME, self.cases, &pasts, |(pasts, batches)| {
            let (log, story) = logged(pasts)?;
            let held = folding.hold(&log, &batches, &Runner::new());
            held.map_err(|breach| story.of(breach))
        });
    }
}
