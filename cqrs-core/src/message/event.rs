use crate::aggregate::Aggregate;
use crate::log::{DecodeError, RecordedEvent, Stored, Tags};
use crate::schema::Shape;

/// A fact of one aggregate. Derive it: [`#[derive(Event)]`](derive@crate::Event), or write a
/// vocabulary with [`#[events]`](macro@crate::events).
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an event",
    label = "not an event",
    note = "write `#[derive(Event)]` on it, or make it a variant of an `#[events]` vocabulary"
)]
pub trait Event: Send + Sync + Sized + 'static {
    /// The stored name, unique among the program's events; it never follows the Rust path.
    const NAME: &'static str;
    /// The version of the stored shape, from 1.
    const VERSION: u32;
    /// How it is written and read again.
    const STORED: Stored<Self>;
    /// The names under which it was stored before: `was = ".."`. What bears one is read as this event.
    const FORMER: &'static [&'static str] = &[];
    /// What is stored, as its definition says.
    const SHAPE: Shape;

    /// Reads what an older version of it wrote, through the [`#[upcast]`](macro@crate::upcast) methods.
    ///
    /// # Errors
    /// When there is no such version, its data does not decode, or a method refuses it.
    fn read_older(event: &RecordedEvent) -> Result<Self, DecodeError> {
        Err(event.of_another_schema::<Self>())
    }

    /// The event's tags: the fields marked `#[tag]`, by which the log can be queried and guarded.
    fn tags(&self) -> Tags {
        Tags::default()
    }
}

/// A fact of an aggregate: an event that an `#[apply]` method takes, or that is kept for the record alone.
///
/// An event belongs to one aggregate, so this is implemented once: a second is a conflict.
#[diagnostic::on_unimplemented(
    message = "event `{Self}` is never applied",
    label = "no `#[apply]` method takes a `&{Self}`",
    note = "write `fn ..(&mut self, event: &{Self})` in the `#[apply] impl` block of its aggregate",
    note = "an event that is kept only for the record says so: `#[event(record = ..)]`, naming its aggregate"
)]
pub trait Applied: Event {
    /// The aggregate whose fact it is.
    type By: Aggregate;

    /// Changes the state of the aggregate by it; not by one that is kept for the record alone.
    fn apply_to(&self, _: &mut Self::By) {}
}

/// The stored names and schema version of a type of event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EventType {
    /// The stored name.
    pub name: &'static str,
    /// The version of the stored shape, from 1.
    pub version: u32,
    /// The names under which it was stored before.
    pub former: &'static [&'static str],
}

impl EventType {
    /// The name and version of `E`.
    pub const fn of<E: Event>() -> Self {
        Self {
            name: E::NAME,
            version: E::VERSION,
            former: E::FORMER,
        }
    }

    /// All names under which it may be on record, today's first.
    pub fn names(&self) -> impl Iterator<Item = &'static str> + use<> {
        std::iter::once(self.name).chain(self.former.iter().copied())
    }

    /// The name that an event stored under `name` bears today, where it is one of `events` and that
    /// is a former name of it; else `name`.
    #[inline]
    pub(crate) fn name_today<'a>(events: &'static [Self], name: &'a str) -> &'a str {
        let renamed = |event: &&Self| event.former.contains(&name);
        events.iter().find(renamed).map_or(name, |event| event.name)
    }
}

/// The event enum of an aggregate: all its events as one type, decoded by their stored names.
///
/// [`#[events]`](macro@crate::events) implements it for the vocabulary, and `#[apply(enum = ..)]` for the enum it writes.
pub trait EventSet: Sized {
    /// The events, in the order of the variants.
    const EVENTS: &'static [EventType];

    /// Decodes one event from the log.
    ///
    /// # Errors
    /// When the event's name is none of [`Self::EVENTS`], or its data does not decode.
    fn decode(event: &RecordedEvent) -> Result<Self, DecodeError>;

    /// The stored name and version of the event that this is.
    fn event_type(&self) -> EventType;
}
