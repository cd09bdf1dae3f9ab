use super::rust_type::RustType;
use super::{Facts, Missing, Need};
use crate::aggregate::{Aggregate, Apply, Resources, Target, TargetKind};
use crate::bus::CallFn;
use crate::message::{Answered, Applied, Command, EventType, Handled, Query};
use crate::projection::{Project, Worker, worker};
use std::any::TypeId;
use std::collections::{HashMap, HashSet};
use std::fmt;
use std::iter;
use std::sync::LazyLock;

/// What one verb says of one type: const data, collected from the whole program.
///
/// The set is read sorted, because link order is not stable.
#[derive(Clone, Copy)]
pub struct Registration {
    kind: Kind,
    name: &'static str,
    version: u32,
    /// The names that an event was stored under before.
    former: &'static [&'static str],
    of: RustType,
    owner: RustType,
    facts: fn() -> Facts,
    events: &'static [EventType],
    place: &'static str,
    worker: Option<fn() -> Box<dyn Worker>>,
    record_only: bool,
    call: Option<CallFn>,
    owner_needed: Option<Need>,
    needs: &'static [Need],
}

/// What the verbs of one block say.
#[derive(Debug, Clone, Copy)]
pub struct Registrations(pub &'static [Registration]);

inventory::collect!(Registrations);

/// All that the program has, in no order.
fn all() -> impl Iterator<Item = &'static Registration> {
    inventory::iter::<Registrations>().flat_map(|of_block| of_block.0)
}

/// What a registered type is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Kind {
    /// A command that is handled.
    Command,
    /// An event that is applied.
    Event,
    /// A query that is answered.
    Query,
    /// An aggregate.
    Aggregate,
    /// A projection.
    Projection,
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Command => "command",
            Self::Event => "event",
            Self::Query => "query",
            Self::Aggregate => "aggregate",
            Self::Projection => "projection",
        })
    }
}

impl Registration {
    /// A `T` of that kind and name, owned by `O`.
    const fn of<T: 'static, O: 'static>(
        kind: Kind,
        name: &'static str,
        place: &'static str,
        facts: fn() -> Facts,
    ) -> Self {
        Self {
            kind,
            name,
            version: 1,
            former: &[],
            of: RustType::of::<T>(),
            owner: RustType::of::<O>(),
            facts,
            events: &[],
            place,
            worker: None,
            record_only: false,
            call: None,
            owner_needed: None,
            needs: &[],
        }
    }

    /// A `#[handle]` method registers its command, and how it is called by its name.
    pub const fn command<C: Handled>(place: &'static str, call: CallFn) -> Self {
        Self {
            call: Some(call),
            owner_needed: if <<C::By as Target>::Kind as TargetKind>::IS_RESOURCE {
                Some(Need::of::<C::By>())
            } else {
                None
            },
            version: <C as Command>::VERSION,
            ..Self::of::<C, C::By>(
                Kind::Command,
                <C as Command>::NAME,
                place,
                Facts::of_command::<C>,
            )
        }
    }

    /// The resources that the method asks for.
    #[must_use]
    pub const fn needing(self, needs: &'static [Need]) -> Self {
        Self { needs, ..self }
    }

    /// An `#[apply]` method registers its event.
    pub const fn event<E: Applied>(place: &'static str) -> Self {
        Self {
            version: E::VERSION,
            former: E::FORMER,
            ..Self::of::<E, E::By>(Kind::Event, E::NAME, place, Facts::of_event::<E>)
        }
    }

    /// An event that is kept only for the record registers itself.
    pub const fn record_only<E: Applied>(place: &'static str) -> Self {
        Self {
            record_only: true,
            ..Self::event::<E>(place)
        }
    }

    /// An `#[answer]` method registers its query.
    pub const fn query<Q: Answered>(place: &'static str) -> Self {
        Self::of::<Q, Q::By>(Kind::Query, <Q as Query>::NAME, place, Facts::of_query::<Q>)
    }

    /// An `#[apply]` block registers its aggregate.
    pub const fn aggregate<A: Apply>(place: &'static str) -> Self {
        Self {
            events: A::EVENTS,
            ..Self::of::<A, A>(
                Kind::Aggregate,
                <A as Aggregate>::NAME,
                place,
                Facts::of_aggregate::<A>,
            )
        }
    }

    /// A `#[project]` block registers its projection.
    pub const fn projection<P: Project>(place: &'static str) -> Self {
        Self {
            version: P::VERSION,
            events: P::EVENTS,
            worker: Some(worker::<P>),
            ..Self::of::<P, P>(Kind::Projection, P::NAME, place, Facts::of_projection::<P>)
        }
    }

    /// What the type is.
    pub const fn kind(&self) -> Kind {
        self.kind
    }

    /// The stored name.
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// The version of the stored shape, or of a projection's fold.
    pub const fn version(&self) -> u32 {
        self.version
    }

    /// The names that an event was stored under before.
    pub const fn former(&self) -> &'static [&'static str] {
        self.former
    }

    /// All names that stand for it on record, today's first.
    fn names(&self) -> impl Iterator<Item = &'static str> + use<> {
        iter::once(self.name).chain(self.former.iter().copied())
    }

    /// The Rust type.
    pub fn type_name(&self) -> &'static str {
        self.of.name()
    }

    /// The Rust type that handles, applies or answers it; an aggregate or a projection itself.
    pub fn owner(&self) -> &'static str {
        self.owner.name()
    }

    /// The events that an aggregate applies or a projection projects.
    pub const fn events(&self) -> &'static [EventType] {
        self.events
    }

    /// Where the verb stands: file and line.
    pub const fn place(&self) -> &'static str {
        self.place
    }

    pub(crate) fn id(&self) -> TypeId {
        self.of.id()
    }

    pub(crate) fn owner_id(&self) -> TypeId {
        self.owner.id()
    }

    pub(crate) fn facts(&self) -> Facts {
        (self.facts)()
    }

    pub(crate) fn is_record_only(&self) -> bool {
        self.record_only
    }

    /// The types of the resources that the method asks for.
    pub(crate) fn needs(&self) -> impl Iterator<Item = &'static str> {
        self.needs.iter().map(Need::type_name)
    }

    pub(crate) fn call(&self) -> Option<CallFn> {
        self.call
    }

    /// The resources that it needs and that are not among `resources`.
    pub(crate) fn missing<R: Resources>(&self, resources: &R) -> impl Iterator<Item = Missing> {
        let needs = self.owner_needed.iter().chain(self.needs);
        needs
            .filter(|need| !need.is_met(resources))
            .map(|need| Missing {
                resource: need.type_name(),
                needed_by: format!("{} `{}`", self.kind, self.name),
                place: self.place,
            })
    }

    pub(crate) fn worker(&self) -> Option<Box<dyn Worker>> {
        self.worker.map(|worker| worker())
    }
}

impl fmt::Debug for Registration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} `{}` ({}) at {}",
            self.kind,
            self.name,
            self.type_name(),
            self.place
        )
    }
}

/// Two types of one kind under one stored name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "two types are registered as {kind} `{name}`: `{first}` at {first_place} and `{second}` at {second_place}; give one of them another name"
)]
pub struct DuplicateName {
    /// What both are.
    pub kind: Kind,
    /// The name that both bear.
    pub name: &'static str,
    /// The one type.
    pub first: &'static str,
    /// Where its verb stands.
    pub first_place: &'static str,
    /// The other type.
    pub second: &'static str,
    /// Where its verb stands.
    pub second_place: &'static str,
}

/// Whether the event of that name is kept only for the record, and changes no state.
pub(crate) fn is_record_only(name: &str) -> bool {
    static NAMES: LazyLock<HashSet<&'static str>> = LazyLock::new(|| {
        all()
            .filter(|entry| entry.record_only)
            .flat_map(Registration::names)
            .collect()
    });
    NAMES.contains(name)
}

/// All registrations, sorted by kind and name, each name once.
pub(crate) fn registered() -> Result<Vec<&'static Registration>, DuplicateName> {
    let mut entries: Vec<&'static Registration> = all().collect();
    entries.sort_by_key(|entry| (entry.kind, entry.name, entry.place));
    each_name_once(&entries)?;
    Ok(entries)
}

/// Today's names and former ones: what is on record under a name is one thing.
fn each_name_once(entries: &[&'static Registration]) -> Result<(), DuplicateName> {
    let mut named: HashMap<(Kind, &'static str), &'static Registration> = HashMap::new();
    for second in entries.iter().copied() {
        for name in second.names() {
            if let Some(first) = named.insert((second.kind, name), second) {
                return Err(DuplicateName {
                    kind: second.kind,
                    name,
                    first: first.type_name(),
                    first_place: first.place,
                    second: second.type_name(),
                    second_place: second.place,
                });
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn event(
        name: &'static str,
        former: &'static [&'static str],
        place: &'static str,
    ) -> Registration {
        Registration {
            former,
            ..Registration::of::<(), ()>(Kind::Event, name, place, || Facts::Event {
                aggregate: "account",
            })
        }
    }

    #[test]
    fn a_former_name_is_no_other_events_name() {
        static DEPOSITED: Registration = event("deposited", &["paid_in", "credited"], "a.rs:1");
        static CREDITED: Registration = event("credited", &[], "b.rs:2");
        static MOVED: Registration = event("moved", &["paid_in"], "c.rs:3");
        assert_eq!(each_name_once(&[&DEPOSITED]), Ok(()));
        for (other, name) in [(&CREDITED, "credited"), (&MOVED, "paid_in")] {
            let twice = each_name_once(&[&DEPOSITED, other]).unwrap_err();
            assert_eq!((twice.name, twice.first_place), (name, "a.rs:1"));
            assert_eq!(twice.second_place, other.place);
        }
    }
}
