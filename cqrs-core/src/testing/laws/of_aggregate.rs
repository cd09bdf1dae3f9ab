use super::asked::Asked;
use super::law::{Breach, Law};
use super::rows::Batch;
use super::rows::Folding;
use super::search::{any_of, search};
use super::tally::Tally;
use super::time::{STEP, start};
use super::trial::{Circumstances, Compare, Past, Program, Rule, Trial, equal};
use crate::aggregate::{Aggregate, Apply, Emit, Resources};
use crate::log::{Stored, Timestamp};
use crate::message::{Addressed, Handled};
use crate::projection::{HasRows, Project};
use crate::testing::replayed::Written;
use proptest::collection::vec;
use proptest::strategy::{BoxedStrategy, Just, LazyJust, Strategy};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::convert::Infallible;
use std::fmt::{self, Debug};
use std::sync::Arc;
use std::time::Duration;

/// How many more times at once is tried while a command was never accepted.
const MORE: u32 = 64;

/// The laws of the aggregate `A`, to be held against the commands that are named next.
///
/// Strategies of proptest make commands; these are asked in turn, and whatever happens must keep to
/// the laws. No expectation is written down:
///
/// ```
/// use cqrs_core::testing::laws;
/// use cqrs_core::testing::proptest::prelude::*;
/// # use cqrs_core::prelude::*;
///
/// #[commands("counter", counter: String)]
/// pub enum CounterCommand {
///     Count { by: u32 },
/// }
///
/// #[events("counter")]
/// pub enum CounterEvent {
///     Counted { by: u32 },
/// }
///
/// #[derive(Aggregate, Default)]
/// #[aggregate("counter", id = String)]
/// pub struct Counter {
///     count: u32,
/// }
///
/// #[handle]
/// impl Counter {
///     fn count(&self, command: &Count) -> Result<Counted, &'static str> {
///         ensure!(self.count.checked_add(command.by).is_some(), "that is too much");
///         Ok(Counted { by: command.by })
///     }
/// }
///
/// #[apply]
/// impl Counter {
///     fn counted(&mut self, event: &Counted) {
///         self.count += event.by;
///     }
/// }
///
/// # fn main() {
/// laws::<Counter>()
///     .command(("[ab]", any::<u32>()).prop_map(|(counter, by)| Count { counter, by }))
///     .hold();
/// # }
/// ```
///
/// | law | how it is tried |
/// | --- | --- |
/// | a handler decides, or refuses: it does not panic | as it says, and within 30 seconds |
/// | what was decided can be applied: no `#[apply]` panics | to the live state, and once more on every replay |
/// | an event comes back from the log as it was | each is encoded, decoded, and encoded again |
/// | asked twice, a handler decides the same | same state, same `Context`: a clock or a random number of its own does not |
/// | on a state replayed from the log a handler decides as on the live one | the replayed one is folded anew, from bytes, before each command |
/// | a state replayed from the log is the live one | with [`equal_states`](Laws::equal_states) |
/// | a snapshot and the events after it lead to the whole state | after every event, of an aggregate with `snapshot_every = ..`, or with [`snapshots`](Laws::snapshots) |
/// | a rule of your own | with [`always`](Laws::always), of every state |
/// | a projection folds every event | with [`projection`](Laws::projection) |
/// | a projection comes to the same rows, in whatever batches the events come | all at once, again from the start, one at a time, and in batches between which rows are read back or kept at hand |
///
/// A law that is broken fails the test with the shortest story that leads there, and with what was
/// seen:
///
/// ```text
/// `account` breaks a law: what was decided can be applied: no `#[apply]` panics
///
///     1. `a` is asked account.open_account {"account":"a","owner":"Ada"}
///        and records account.opened {"owner":"Ada"}
///   > 2. `a` is asked account.deposit_with_fee {"account":"a","amount":0,"fee":1}
///
/// panic while event 2 was written and applied: attempt to subtract with overflow
/// ```
///
/// The clock, `context.now()`, stands at 2000-01-01T00:00:00Z when the first command of a story is
/// asked, and goes on by a minute with each, unless [`at`](Laws::at) and [`steps`](Laws::steps) say
/// otherwise.
///
/// A command that is refused in every story is not tested, which fails too:
///
/// ```text
/// `room_type`: not every command was tested, since it was never accepted:
///
///   room_type.check_in was refused 1007 times: 3 with NotBooked, 1004 with NotTheDay; at last the clock stood at 2000-01-01T00:03:00Z
/// ```
///
/// Each story is another one, so a law that is broken seldom may hold now and then.
///
/// `cqrs_core::testing::proptest` is the proptest of these strategies. All of this takes the feature
/// `proptest` of this crate, which belongs among the features of a development dependency.
pub fn laws<A: Apply>() -> Laws<A> {
    Laws {
        resources: (),
        commands: Vec::new(),
        tallies: Vec::new(),
        pasts: Vec::new(),
        start: None,
        steps: None,
        actors: None,
        longest: 12,
        cases: None,
        round_trip: true,
        states: None,
        snapshots: A::SNAPSHOTS.map(|snapshots| snapshots.stored),
        rules: Vec::new(),
        foldings: Vec::new(),
    }
}

/// The laws of an aggregate, and what they are held against: what [`laws`] begins.
#[must_use = "nothing is tested yet: end with `.hold()`"]
pub struct Laws<A, R = ()> {
    resources: R,
    commands: Vec<BoxedStrategy<Asked<A, R>>>,
    /// One for each of `commands`.
    tallies: Vec<Tally>,
    pasts: Vec<BoxedStrategy<Past>>,
    start: Option<Timestamp>,
    steps: Option<BoxedStrategy<Duration>>,
    actors: Option<BoxedStrategy<Arc<str>>>,
    longest: usize,
    cases: Option<u32>,
    round_trip: bool,
    states: Option<Compare<A>>,
    /// How a state is kept, where it is.
    snapshots: Option<Stored<A>>,
    rules: Vec<Rule<A>>,
    foldings: Vec<Folding>,
}

impl<A: Aggregate, R> Debug for Laws<A, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Laws({})", A::NAME)
    }
}

impl<A> Laws<A> {
    /// What the handlers' parameters `&T` are taken from. Without it, `()`, which provides nothing.
    /// It comes before the first [`command`](Self::command).
    ///
    /// Each command is decided on several times: what a resource answers must not change by that.
    ///
    /// # Panics
    /// When there is a command already.
    #[track_caller]
    pub fn with<R: Resources>(self, resources: R) -> Laws<A, R> {
        assert!(
            self.commands.is_empty(),
            "`.with(..)` comes before the first `.command(..)`"
        );
        Laws {
            resources,
            commands: Vec::new(),
            tallies: Vec::new(),
            pasts: self.pasts,
            start: self.start,
            steps: self.steps,
            actors: self.actors,
            longest: self.longest,
            cases: self.cases,
            round_trip: self.round_trip,
            states: self.states,
            snapshots: self.snapshots,
            rules: self.rules,
            foldings: self.foldings,
        }
    }
}

impl<A: Apply, R: Resources> Laws<A, R> {
    /// Also asks such commands, as often as those of the other strategies.
    ///
    /// Let there be few ids, so that commands meet on one instance. At least one of them must be
    /// accepted, in some story.
    pub fn command<S, C>(self, commands: S) -> Self
    where
        S: Strategy<Value = C> + 'static,
        C: Handled<R, By = A> + Addressed,
        C::Output: Emit<A, Error: Debug>,
    {
        self.asking(commands, true)
    }

    /// As [`command`](Self::command), of commands that may all be refused.
    pub fn attempt<S, C>(self, commands: S) -> Self
    where
        S: Strategy<Value = C> + 'static,
        C: Handled<R, By = A> + Addressed,
        C::Output: Emit<A, Error: Debug>,
    {
        self.asking(commands, false)
    }

    fn asking<S, C>(mut self, commands: S, wanted: bool) -> Self
    where
        S: Strategy<Value = C> + 'static,
        C: Handled<R, By = A> + Addressed,
        C::Output: Emit<A, Error: Debug>,
    {
        let strategy = self.commands.len();
        let asked = commands.prop_map(move |command| Asked::new(command, strategy));
        self.commands.push(asked.boxed());
        self.tallies.push(Tally::new(C::NAME, wanted));
        self
    }

    /// The time at which the first command of each story is asked: as the year 2000 begins in UTC,
    /// unless it is said. A [`history`](Self::history) was recorded in the minutes before.
    pub fn at(mut self, time: Timestamp) -> Self {
        self.start = Some(time);
        self
    }

    /// How long after a command the next one is asked: a minute, unless it is said.
    ///
    /// Where a handler asks for the time, let some steps be as long as what it waits for, as in
    /// `prop_oneof![Just(Duration::from_mins(1)), Just(Duration::from_hours(24))]`.
    pub fn steps<S>(mut self, durations: S) -> Self
    where
        S: Strategy<Value = Duration> + 'static,
    {
        self.steps = Some(durations.boxed());
        self
    }

    /// Who asks each command: [`Context::actor`](crate::Context::actor), as in `.by(prop_oneof!["ada", "bob"])`.
    /// Nobody in particular, unless it is said.
    pub fn by<S>(mut self, actors: S) -> Self
    where
        S: Strategy<Value: Into<Arc<str>>> + 'static,
    {
        self.actors = Some(actors.prop_map(Into::into).boxed());
        self
    }

    /// Now and then begins with events that happened before: of such an instance, such a history.
    /// Without it each instance begins as new; so this is for events that no command leads to any more.
    pub fn history<I, H>(mut self, ids: I, histories: H) -> Self
    where
        I: Strategy<Value = A::Id> + 'static,
        H: Strategy + 'static,
        H::Value: Emit<A, Error = Infallible>,
    {
        let past = (ids, histories).prop_map(|(id, history)| Past {
            instance: id.to_string(),
            written: Written::of::<A>(history),
        });
        self.pasts.push(past.boxed());
        self
    }

    /// Also folds all that happens into the rows of `P`, which must be the same in whatever batches
    /// it comes, and after a fold from the start.
    pub fn projection<P: Project<Shape: HasRows>>(mut self) -> Self {
        self.foldings.push(Folding::of::<P>());
        self
    }

    /// Also compares states by `PartialEq`. Without it states are told apart by what is decided on
    /// them.
    pub fn equal_states(mut self) -> Self
    where
        A: PartialEq + Debug,
    {
        self.states = Some(equal::<A>);
        self
    }

    /// Also takes a snapshot of the state after each event: as JSON, read back, and with the events
    /// after it applied, it must be the state that all events lead to. Of an aggregate with
    /// `snapshot_every = ..` that goes without saying.
    pub fn snapshots(mut self) -> Self
    where
        A: Serialize + DeserializeOwned,
    {
        self.snapshots = Some(Stored::of());
        self
    }

    /// Also holds a rule of your own, of the first state and of each that a command leads to:
    /// `.always("the balance covers what is held", |account| account.balance >= account.held)`.
    pub fn always(mut self, rule: &'static str, holds: impl Fn(&A) -> bool + 'static) -> Self
    where
        A: Debug,
    {
        self.rules.push(Box::new(move |state| {
            if holds(state) {
                return Ok(());
            }
            let seen = format!("it does not hold of\n\n{state:#?}");
            Err(Breach::new(Law::Always(rule), seen))
        }));
        self
    }

    /// At most so many commands one after the other: 12, unless it is said.
    pub fn longest(mut self, commands: usize) -> Self {
        self.longest = commands;
        self
    }

    /// Tries so many times. Without it as often as the environment variable `PROPTEST_CASES` says,
    /// or 256 times.
    pub fn cases(mut self, cases: u32) -> Self {
        self.cases = Some(cases);
        self
    }

    /// Lets events lose on their way to the log and back what they lose.
    pub fn without_round_trip(mut self) -> Self {
        self.round_trip = false;
        self
    }

    /// Holds the laws.
    ///
    /// # Panics
    /// When one is broken, with the shortest story that was found to it; and when the commands of a
    /// [`command`](Self::command), or all, were never accepted, since then they were not tested. It
    /// tries on beyond [`cases`](Self::cases) before it says so: until it has asked a thousand times.
    #[track_caller]
    pub fn hold(self) {
        let trial = Trial {
            resources: self.resources,
            round_trip: self.round_trip,
            states: self.states,
            snapshots: self.snapshots,
            rules: self.rules,
            foldings: self.foldings,
            start: self.start.unwrap_or_else(start),
            timed: self.start.is_some() || self.steps.is_some(),
            tallies: self.tallies,
        };
        let Some(command) = any_of(&self.commands) else {
            panic!(
                "`{}`: there is nothing to ask: name its commands with `.command(..)`",
                A::NAME
            )
        };
        let past = match any_of(&self.pasts) {
            None => LazyJust::new(Vec::new).boxed(),
            Some(past) => vec(past, 0..=2).boxed(),
        };
        let steps = self.steps.unwrap_or_else(|| Just(STEP).boxed());
        let actors = match self.actors {
            None => Just(None).boxed(),
            Some(actors) => actors.prop_map(Some).boxed(),
        };
        let circumstances = (actors, steps).prop_map(|(actor, step)| Circumstances { actor, step });
        let asked = vec((command, circumstances), 1..=self.longest.max(1));
        let programs = (past, asked, batches());
        let hold = |(past, asked, batches)| {
            trial.run(Program {
                past,
                asked,
                batches,
            })
        };
        search(A::NAME, self.cases, &programs, hold);
        // what is seldom accepted must not fail now and then
        while trial.tallies.iter().any(Tally::is_open) {
            search(A::NAME, Some(MORE), &programs, hold);
        }
        if let Some(untested) = untested(&trial.tallies) {
            panic!("`{}`: {untested}", A::NAME);
        }
    }
}

/// Says which commands were not tested, if any was not.
fn untested(tallies: &[Tally]) -> Option<String> {
    let (what, never): (_, Vec<_>) = if tallies.iter().any(Tally::was_accepted) {
        let never = tallies.iter().filter(|tally| tally.is_untested());
        let what = "not every command was tested, since it was never accepted";
        (what, never.collect())
    } else {
        let what = "no command was accepted, so nothing was tested";
        (what, tallies.iter().collect())
    };
    if never.is_empty() {
        return None;
    }
    let never: Vec<_> = never.iter().map(|tally| format!("  {tally}")).collect();
    let never = never.join("\n");
    Some(format!(
        "{what}:\n\n{never}\n\nhave the strategies make commands that can be accepted, for few instances; \
         `.at(time)` and `.steps(durations)` set the clock, `.by(actors)` says who asks, \
         `.history(..)` what happened before, `.longest(commands)` how many lead up to it; \
         what may always be refused is asked by `.attempt(..)`"
    ))
}

/// The sizes of batches, some of which find the projection started anew.
pub(super) fn batches() -> impl Strategy<Value = Vec<Batch>> {
    vec((1..5_usize, proptest::bool::ANY), 0..8)
}
