use super::asked::{Asked, Decided, Desk, says_the_same, unwritten};
use super::law::{Breach, Law};
use super::rows::{Batch, Folding};
use super::story::Story;
use super::tally::Tally;
use super::time::{STEP, earlier, later, start};
use crate::aggregate::{Aggregate, Apply, Applying, Context, Resources};
use crate::guarded::message_of;
use crate::log::{
    Clock, CommandId, Data, DecodeError, Metadata, Position, Recorded, RecordedEvent, Stored,
    StreamId, Tenant, Timestamp, Version,
};
use crate::store::NewEvent;
use crate::testing::loss::json;
use crate::testing::replayed::Written;
use crate::testing::run::Runner;
use crate::testing::table::{Table, lines};
use std::collections::{BTreeMap, HashMap};
use std::fmt::{self, Debug};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

/// What happened, what is asked, and in which batches projections see it.
pub(super) struct Program<A, R> {
    pub(super) past: Vec<Past>,
    pub(super) asked: Vec<(Asked<A, R>, Circumstances)>,
    pub(super) batches: Vec<Batch>,
}

/// What goes with a command.
#[derive(Debug, Clone)]
pub(super) struct Circumstances {
    /// Who asks.
    pub(super) actor: Option<Arc<str>>,
    /// How long after it the next command is asked.
    pub(super) step: Duration,
}

/// What happened to an instance before anything was asked.
#[derive(Debug)]
pub(super) struct Past {
    pub(super) instance: String,
    pub(super) written: Written,
}

/// What is tried, whatever the program.
pub(super) struct Trial<A, R> {
    pub(super) resources: R,
    pub(super) round_trip: bool,
    pub(super) states: Option<Compare<A>>,
    /// How a state is kept, where it is.
    pub(super) snapshots: Option<Stored<A>>,
    pub(super) rules: Vec<Rule<A>>,
    pub(super) foldings: Vec<Folding>,
    /// When the first command is asked.
    pub(super) start: Timestamp,
    /// Whether stories tell the time.
    pub(super) timed: bool,
    /// Of each strategy of commands what became of them, in all programs.
    pub(super) tallies: Vec<Tally>,
}

/// Holds a replayed state against the live one, which comes first.
pub(super) type Compare<A> = fn(&A, &A) -> Result<(), Breach>;

/// Holds a state against a rule of the user's own.
pub(super) type Rule<A> = Box<dyn Fn(&A) -> Result<(), Breach>>;

/// One instance, as it lives, and its events as they are kept.
struct Instance<A> {
    live: A,
    events: Vec<RecordedEvent>,
}

/// Whether two states are equal.
pub(super) fn equal<A: PartialEq + Debug>(live: &A, replayed: &A) -> Result<(), Breach> {
    if live == replayed {
        return Ok(());
    }
    let mut table = Table::new("live", "replayed");
    table.block(
        lines(&format!("{live:#?}")),
        lines(&format!("{replayed:#?}")),
    );
    Err(Breach::new(Law::ReplayIsTheState, table))
}

impl<A: Apply, R: Resources> Trial<A, R> {
    /// Runs a program, and holds all that happens against the laws.
    pub(super) fn run(&self, program: Program<A, R>) -> Result<(), Breach> {
        let mut story = Story::default();
        let held = self.run_told(program, &mut story);
        held.map_err(|breach| story.of(breach))
    }

    fn run_told(&self, program: Program<A, R>, story: &mut Story) -> Result<(), Breach> {
        let Program {
            past,
            asked,
            batches,
        } = program;
        let runner = Runner::new();
        let mut instances: BTreeMap<String, Instance<A>> = BTreeMap::new();
        let mut log = Log::default();
        self.rules_hold(&A::initial())?;
        let pasts = past.len();
        for (number, Past { instance, written }) in past.into_iter().enumerate() {
            let time = earlier(self.start, pasts - number);
            let own = instances.entry(instance.clone()).or_default();
            let events = written.told(&instance, self.round_trip, story)?;
            own.events
                .extend(log.record(A::NAME, events, &instance, time)?);
            own.live = replayed(&own.events)?;
            self.rules_hold(&own.live)?;
        }
        let mut now = self.start;
        for (number, (command, circumstances)) in asked.iter().enumerate() {
            let instance = command.instance();
            let actor = &circumstances.actor;
            let told = told(command, actor.as_deref());
            story.asked(&instance, &told, self.timed.then_some(now));
            let own = instances.entry(instance.clone()).or_default();
            let desk = self.desk(&runner, number, actor.as_ref(), now);
            let decided = self.decide(command, own, &desk)?;
            story.decided(&decided);
            let tally = &self.tallies[command.strategy];
            match decided {
                Decided::Events(events) => {
                    tally.accepted();
                    own.events
                        .extend(log.record(A::NAME, events, &instance, now)?);
                    self.rules_hold(&own.live)?;
                }
                Decided::Refused(refusal) => tally.refused(&refusal, now),
            }
            now = later(now, circumstances.step);
        }
        story.ends();
        for (id, instance) in &instances {
            let own = asked
                .iter()
                .filter(|(command, _)| command.instance() == *id);
            self.replay(instance, &own.collect::<Vec<_>>(), &runner, now)?;
        }
        for folding in &self.foldings {
            folding.hold(&log.events, &batches, &runner)?;
        }
        Ok(())
    }

    fn rules_hold(&self, state: &A) -> Result<(), Breach> {
        self.rules.iter().try_for_each(|rule| rule(state))
    }

    /// The command's handler decides: twice on the live state, once on the replayed one.
    fn decide(
        &self,
        command: &Asked<A, R>,
        own: &mut Instance<A>,
        desk: &Desk<'_, R>,
    ) -> Result<Decided, Breach> {
        let checked = if self.round_trip {
            Applying::Checked
        } else {
            Applying::Nothing
        };
        let first = command.decide(&mut own.live, desk, checked)?;
        let mut replayed = replayed(&own.events)?;
        let on_replayed = command.decide(&mut replayed, desk, Applying::Nothing)?;
        let second = command.decide(&mut own.live, desk, Applying::Decided)?;
        first.is(
            &second,
            Law::TheSameTwice,
            ["the first time", "the second time"],
        )?;
        second.is(
            &on_replayed,
            Law::TheSameAfterReplay,
            ["on the live state", "on the replayed state"],
        )?;
        Ok(second)
    }

    /// The whole replay of an instance is its live state, and so is each snapshot with its tail:
    /// after all that happened the same is decided on them.
    fn replay(
        &self,
        own: &Instance<A>,
        asked: &[&(Asked<A, R>, Circumstances)],
        runner: &Runner,
        now: Timestamp,
    ) -> Result<(), Breach> {
        let mut whole: A = replayed(&own.events)?;
        if let Some(equal) = self.states {
            equal(&own.live, &whole)?;
        }
        let Some(stored) = &self.snapshots else {
            return Ok(());
        };
        let encode =
            |state: &A| Data::encode(A::NAME, state, stored).map_err(|error| unkept::<A>(&error));
        let decode = |kept: &Data| {
            let json = kept.as_bytes().unwrap_or_default();
            stored.read(json).map_err(|error| unkept::<A>(&error))
        };
        let expected = encode(&whole)?;
        for at in 0..=own.events.len() {
            let snapshot = encode(&replayed::<A>(&own.events[..at])?)?;
            let mut resumed = decode(&snapshot)?;
            fold(&mut resumed, &own.events[at..])?;
            let after = |breach: Breach| {
                let seen = format!("a snapshot after event {at}\n\n{}", breach.seen);
                Breach { seen, ..breach }
            };
            let got = encode(&resumed)?;
            if !says_the_same(&expected, &got) {
                let mut table = Table::new("all events", "the snapshot and the rest");
                table.block(json(&expected), json(&got));
                return Err(after(Breach::new(Law::SnapshotAndTail, table)));
            }
            for (number, (command, Circumstances { actor, .. })) in asked.iter().enumerate() {
                let desk = self.desk(runner, number, actor.as_ref(), now);
                let one = command.decide(&mut whole, &desk, Applying::Nothing)?;
                let other = command.decide(&mut resumed, &desk, Applying::Nothing)?;
                let titles = ["all events", "the snapshot and the rest"];
                one.is(&other, Law::SnapshotAndTail, titles)
                    .map_err(|breach| Breach {
                        seen: format!(
                            "asked {}\n\n{}",
                            told(command, actor.as_deref()),
                            breach.seen
                        ),
                        ..breach
                    })
                    .map_err(after)?;
            }
        }
        Ok(())
    }

    /// What is the same whenever the command of that number is decided on: the time, the id, and who asks.
    fn desk<'a>(
        &'a self,
        runner: &'a Runner,
        number: usize,
        actor: Option<&Arc<str>>,
        now: Timestamp,
    ) -> Desk<'a, R> {
        let id = CommandId::derived(["law", &number.to_string()]);
        Desk {
            runner,
            context: Context::new(Clock::turned_to(now))
                .with_id(Some(id))
                .with_origin(actor.cloned(), None, None),
            resources: &self.resources,
        }
    }
}

/// A command, and who asks it.
fn told<A: Aggregate, R: Resources>(command: &Asked<A, R>, actor: Option<&str>) -> String {
    let by = actor.map_or_else(String::new, |actor| format!(" by {actor}"));
    command.told() + &by
}

impl<A: Apply> Default for Instance<A> {
    fn default() -> Self {
        Self {
            live: A::initial(),
            events: Vec::new(),
        }
    }
}

/// What is on record, of all instances.
#[derive(Default)]
struct Log {
    events: Vec<RecordedEvent>,
    versions: HashMap<StreamId, u64>,
}

impl Log {
    /// Puts events on record, and gives them as the log does.
    fn record(
        &mut self,
        aggregate: &str,
        events: Vec<NewEvent>,
        instance: &str,
        time: Timestamp,
    ) -> Result<Vec<RecordedEvent>, Breach> {
        let stream = StreamId::new(Tenant::default(), aggregate, instance)
            .map_err(|error| Breach::new(Law::EventsComeBack, error))?;
        let version = self.versions.entry(stream.clone()).or_default();
        let number = self.events.len();
        let metadata = Metadata::of(CommandId::derived(["record", &number.to_string()]));
        for event in events {
            *version += 1;
            let mut recorded = Recorded::new(
                Position::from(self.events.len() as u64 + 1),
                stream.clone(),
                Version::from(*version),
                event.id,
                event.name,
                time,
                metadata.clone(),
            );
            recorded.schema = event.schema;
            recorded.tags = event.tags;
            self.events.push(RecordedEvent::new(recorded, event.data));
        }
        Ok(self.events[number..].to_vec())
    }
}

/// The log of what happened to instances of these aggregates, and the story of it.
pub(super) fn logged(
    pasts: Vec<(&'static str, Past)>,
) -> Result<(Vec<RecordedEvent>, Story), Breach> {
    let (mut log, mut story) = (Log::default(), Story::default());
    let mut now = start();
    for (aggregate, Past { instance, written }) in pasts {
        let recorded = written
            .told(&instance, true, &mut story)
            .and_then(|events| log.record(aggregate, events, &instance, now));
        now = later(now, STEP);
        if let Err(breach) = recorded {
            return Err(story.of(breach));
        }
    }
    Ok((log.events, story))
}

impl Written {
    /// The events, once they are told.
    fn told(
        self,
        instance: &str,
        round_trip: bool,
        story: &mut Story,
    ) -> Result<Vec<NewEvent>, Breach> {
        story.happened(instance, &self.events);
        match self.unfit.filter(|unfit| round_trip || !unfit.is_lossy()) {
            None => Ok(self.events),
            Some(unfit) => Err(unwritten(unfit, Applying::Checked)),
        }
    }
}

fn unkept<A: Aggregate>(why: &dyn fmt::Display) -> Breach {
    let seen = format!("the state of `{}` is lost in a snapshot: {why}", A::NAME);
    Breach::new(Law::SnapshotAndTail, seen)
}

/// The state that events lead to, as they are read from the log.
fn replayed<A: Apply>(events: &[RecordedEvent]) -> Result<A, Breach> {
    let mut state = A::initial();
    fold(&mut state, events)?;
    Ok(state)
}

fn fold<A: Apply>(state: &mut A, events: &[RecordedEvent]) -> Result<(), Breach> {
    for (number, event) in (1..).zip(events) {
        let name = event.name();
        match catch_unwind(AssertUnwindSafe(|| state.apply(&event.into()))) {
            // what a decision records and no `#[apply]` method takes is kept for the record
            Ok(Ok(()) | Err(DecodeError::Unknown { .. })) => {}
            Ok(Err(error)) => {
                let seen = format!("event {number}, `{name}`: {error}");
                return Err(Breach::new(Law::EventsComeBack, seen));
            }
            Err(panic) => {
                let message = message_of(&*panic);
                let seen = format!(
                    "panic while event {number}, `{name}`, was applied as the log gives it back: {message}"
                );
                return Err(Breach::new(Law::AppliesDoNotPanic, seen));
            }
        }
    }
    Ok(())
}
