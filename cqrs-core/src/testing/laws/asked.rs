use super::law::{Breach, Law};
use crate::aggregate::{Aggregate, Applying, Context, Emit, Resources};
use crate::guarded::Broken;
use crate::log::{Data, unordered};
use crate::message::{Addressed, Handled};
use crate::store::NewEvent;
use crate::testing::replayed::{Replayed, Unfit};
use crate::testing::run::Runner;
use crate::testing::table::{Table, lines};
use crate::testing::written::listed;
use std::fmt::{self, Debug};
use std::sync::Arc;
use std::time::Duration;

/// How long a handler may take.
const DEADLINE: Duration = Duration::from_secs(30);

/// A command of whatever type.
pub(super) struct Asked<A, R> {
    command: Arc<dyn Ask<A, R>>,
    /// The number of the strategy that made it.
    pub(super) strategy: usize,
}

impl<A, R> Clone for Asked<A, R> {
    fn clone(&self) -> Self {
        Self {
            command: Arc::clone(&self.command),
            strategy: self.strategy,
        }
    }
}

impl<A, R> Debug for Asked<A, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.command.told())
    }
}

/// Where and when a command is decided on.
pub(super) struct Desk<'a, R> {
    pub(super) runner: &'a Runner,
    pub(super) context: Context,
    pub(super) resources: &'a R,
}

impl<A: Aggregate, R: Resources> Asked<A, R> {
    pub(super) fn new<C>(command: C, strategy: usize) -> Self
    where
        C: Handled<R, By = A> + Addressed,
        C::Output: Emit<A, Error: Debug>,
    {
        Self {
            command: Arc::new(command),
            strategy,
        }
    }

    /// The text of the id of the instance that it is for.
    pub(super) fn instance(&self) -> String {
        self.command.instance()
    }

    /// Its stored name and what it says.
    pub(super) fn told(&self) -> String {
        self.command.told()
    }

    /// Lets the handler decide, and does with the events what `applying` says.
    pub(super) fn decide(
        &self,
        state: &mut A,
        desk: &Desk<'_, R>,
        applying: Applying,
    ) -> Result<Decided, Breach> {
        self.command.decide(state, desk, applying)
    }
}

trait Ask<A, R> {
    fn instance(&self) -> String;
    fn told(&self) -> String;
    fn decide(
        &self,
        state: &mut A,
        desk: &Desk<'_, R>,
        applying: Applying,
    ) -> Result<Decided, Breach>;
}

impl<A, R, C> Ask<A, R> for C
where
    A: Aggregate,
    R: Resources,
    C: Handled<R, By = A> + Addressed,
    C::Output: Emit<A, Error: Debug>,
{
    fn instance(&self) -> String {
        self.id().to_string()
    }

    fn told(&self) -> String {
        Data::encode(C::NAME, self, &C::STORED)
            .map_or_else(|_| C::NAME.to_owned(), |data| line(C::NAME, &data))
    }

    fn decide(
        &self,
        state: &mut A,
        desk: &Desk<'_, R>,
        applying: Applying,
    ) -> Result<Decided, Breach> {
        let Desk {
            runner,
            context,
            resources,
        } = desk;
        let decider: &A = state;
        let handled = async { self.handle(decider, context, resources).await };
        let broken = match runner.run(handled, DEADLINE) {
            Ok(output) => {
                return match Replayed::of(output, state, applying) {
                    Ok(Replayed { outcome, events }) => Ok(match outcome {
                        Ok(()) => Decided::Events(events),
                        Err(refusal) => Decided::Refused(format!("{refusal:#?}")),
                    }),
                    Err(unfit) => Err(unwritten(unfit, applying)),
                };
            }
            Err(Broken::Panicked(message)) => format!("the handler panicked: {message}"),
            Err(Broken::Late) => format!("the handler did not decide within {DEADLINE:?}"),
        };
        Err(Breach::new(Law::HandlersDecide, broken))
    }
}

/// The breach that events are which cannot be written and applied.
pub(super) fn unwritten(unfit: Unfit, applying: Applying) -> Breach {
    let applied = unfit.is_panic() && matches!(applying, Applying::Decided);
    let law = if applied {
        Law::AppliesDoNotPanic
    } else {
        Law::EventsComeBack
    };
    Breach::new(law, unfit.among(""))
}

/// A message by its stored name and what it says.
pub(super) fn line(name: &str, data: &Data) -> String {
    let json = String::from_utf8_lossy(data.as_bytes().unwrap_or_default());
    format!("{name} {json}")
}

/// What a handler decided.
#[derive(Debug)]
pub(super) enum Decided {
    Events(Vec<NewEvent>),
    /// Refused, with that error.
    Refused(String),
}

impl Decided {
    /// Asserts that another decision was the same.
    pub(super) fn is(
        &self,
        other: &Self,
        law: Law,
        titles: [&'static str; 2],
    ) -> Result<(), Breach> {
        let same = match (self, other) {
            (Self::Events(one), Self::Events(other)) => {
                one.len() == other.len()
                    && one.iter().zip(other).all(|(one, other)| same(one, other))
            }
            (Self::Refused(one), Self::Refused(other)) => one == other,
            _ => false,
        };
        if same {
            return Ok(());
        }
        let [left, right] = titles;
        let mut table = Table::new(left, right);
        table.block(self.lines(), other.lines());
        Err(Breach::new(law, table))
    }

    fn lines(&self) -> Vec<String> {
        match self {
            Self::Events(events) if events.is_empty() => vec!["(no event)".to_owned()],
            Self::Events(events) => listed(events, 1),
            Self::Refused(error) => lines(&format!("refused: {error}")),
        }
    }
}

/// Whether both are the same event. The order of an array's elements does not count, since sets
/// have none.
fn same(one: &NewEvent, other: &NewEvent) -> bool {
    let kind = |event: &NewEvent| (event.name.clone(), event.schema, event.tags.clone());
    kind(one) == kind(other) && says_the_same(&one.data, &other.data)
}

pub(super) fn says_the_same(one: &Data, other: &Data) -> bool {
    let text = |data: &Data| data.as_bytes().map(unordered);
    one == other || text(one) == text(other)
}
