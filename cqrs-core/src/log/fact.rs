//! Events as a fold reads them: what happened, and the envelope only of those that need it.

use super::{DecodeError, Decoded, EventPlace, Name, Position, RecordedEvent, StreamId, Version};
use crate::aggregate::Aggregate;
use crate::message::{Event, EventType};
use crate::store::FactQuery;

/// An event of a stream as a fold reads it: its name, its data and its place.
///
/// Most of what is on record of an event is its envelope, which no fold looks at. So a store may
/// leave it out: see [`EventStore::facts`](crate::EventStore::facts).
#[derive(Debug, Clone, Copy)]
pub struct Fact<'a>(Of<'a>);

#[derive(Debug, Clone, Copy)]
enum Of<'a> {
    Recorded(&'a RecordedEvent),
    Bare(Bare<'a>),
}

/// One without its envelope.
#[derive(Debug, Clone, Copy)]
struct Bare<'a> {
    stream: &'a StreamId,
    version: Version,
    position: Position,
    kind: &'a Kind,
    data: &'a [u8],
    /// The data, where it is known to be text.
    text: Option<&'a str>,
}

/// Events of one name and schema.
#[derive(Debug)]
struct Kind {
    name: Name,
    schema: u32,
    /// Whether its events can be read without their envelopes.
    bare: bool,
}

impl<'a> From<&'a RecordedEvent> for Fact<'a> {
    #[inline]
    fn from(event: &'a RecordedEvent) -> Self {
        Self(Of::Recorded(event))
    }
}

impl<'a> Fact<'a> {
    /// The stored name.
    #[inline]
    pub fn name(&self) -> &'a str {
        match self.0 {
            Of::Recorded(event) => event.name(),
            Of::Bare(bare) => &bare.kind.name,
        }
    }

    /// Its place in the stream.
    #[inline]
    pub fn version(&self) -> Version {
        match self.0 {
            Of::Recorded(event) => event.recorded().version,
            Of::Bare(bare) => bare.version,
        }
    }

    /// Its place in the log.
    #[inline]
    pub fn position(&self) -> Position {
        match self.0 {
            Of::Recorded(event) => event.recorded().position,
            Of::Bare(bare) => bare.position,
        }
    }

    /// The whole event, where the store gave it.
    #[inline]
    pub fn recorded(&self) -> Option<&'a RecordedEvent> {
        match self.0 {
            Of::Recorded(event) => Some(event),
            Of::Bare(_) => None,
        }
    }

    /// The data, encoded; `None` where a store keeps typed values.
    pub fn data(&self) -> Option<&'a [u8]> {
        match self.0 {
            Of::Recorded(event) => event.data().as_bytes(),
            Of::Bare(bare) => Some(bare.data),
        }
    }

    /// As [`RecordedEvent::name_among`].
    #[inline]
    pub fn name_among(&self, events: &'static [EventType]) -> &'a str {
        EventType::name_today(events, self.name())
    }

    /// As [`RecordedEvent::decode`].
    ///
    /// # Errors
    /// As there.
    #[inline]
    pub fn decode<E: Event>(&self) -> Result<Decoded<'a, E>, DecodeError> {
        match self.0 {
            Of::Recorded(event) => event.decode(),
            Of::Bare(bare) => bare.decode().map(Decoded::own),
        }
    }

    /// As [`RecordedEvent::unexpected`].
    pub fn unexpected<A: Aggregate>(&self) -> DecodeError {
        DecodeError::Unknown {
            at: self.place(),
            by: std::any::type_name::<A>(),
        }
    }

    /// Where it stands, for messages.
    pub fn place(&self) -> Box<EventPlace> {
        match self.0 {
            Of::Recorded(event) => event.place(),
            Of::Bare(bare) => Box::new(bare.place()),
        }
    }
}

impl Bare<'_> {
    #[inline]
    fn decode<E: Event>(&self) -> Result<E, DecodeError> {
        let Kind { name, schema, .. } = self.kind;
        if *name != *E::NAME && !E::FORMER.contains(&name.as_str()) {
            return Err(DecodeError::OtherEvent {
                at: Box::new(self.place()),
                wanted: E::NAME,
            });
        }
        // what an older version wrote is not without its envelope
        if *schema != E::VERSION {
            return Err(DecodeError::OtherSchema {
                at: Box::new(self.place()),
                known: E::VERSION,
            });
        }
        let read = match self.text {
            Some(text) => E::STORED.read_text(text),
            None => E::STORED.read(self.data),
        };
        read.map_err(|source| DecodeError::Malformed {
            at: Box::new(self.place()),
            expected: std::any::type_name::<E>(),
            source,
        })
    }

    fn place(&self) -> EventPlace {
        EventPlace {
            name: self.kind.name.clone(),
            schema: self.kind.schema,
            stream: self.stream.clone(),
            version: self.version,
            position: self.position,
        }
    }
}

/// Facts without envelopes, one behind the other in a stream: the beginning of a page, as a store
/// reads it.
#[derive(Debug)]
pub struct BareFacts {
    stream: StreamId,
    after: Version,
    events: &'static [EventType],
    kinds: Vec<Kind>,
    /// The place among them of the kind that came last.
    kind: usize,
    facts: Vec<BareFact>,
    /// The data of all.
    data: Bytes,
}

#[derive(Debug)]
enum Bytes {
    Any(Vec<u8>),
    /// Bytes that are UTF-8 as a whole: that is seen at once, which takes less than for each.
    Text(String),
}

impl Bytes {
    fn get(&self) -> &[u8] {
        match self {
            Self::Any(bytes) => bytes,
            Self::Text(text) => text.as_bytes(),
        }
    }

    fn text(&self) -> Option<&str> {
        match self {
            Self::Any(_) => None,
            Self::Text(text) => Some(text),
        }
    }

    fn append(&mut self, data: &[u8]) {
        match self {
            Self::Any(bytes) => bytes.extend_from_slice(data),
            Self::Text(text) => {
                let mut bytes = std::mem::take(text).into_bytes();
                bytes.extend_from_slice(data);
                *self = Self::Any(bytes);
            }
        }
    }

    fn examined(self) -> Self {
        match self {
            Self::Any(bytes) => String::from_utf8(bytes)
                .map_or_else(|error| Self::Any(error.into_bytes()), Self::Text),
            Self::Text(_) => self,
        }
    }
}

#[derive(Debug)]
struct BareFact {
    position: Position,
    kind: u32,
    /// The end of its data, which begins where that of the one before it ends.
    end: u32,
}

impl BareFacts {
    /// None yet, of a page that was asked for.
    pub fn of(query: &FactQuery) -> Self {
        Self {
            stream: query.stream.clone(),
            after: query.after,
            events: query.events,
            kinds: Vec::new(),
            kind: 0,
            facts: Vec::with_capacity(query.limit.min(1_000)),
            data: Bytes::Any(Vec::new()),
        }
    }

    /// Adds the next event of the stream. `false`, and nothing was added, where its envelope may be
    /// asked for, since an older version of the program wrote it; or beyond 4 GiB.
    #[must_use = "what was not added is to be read with its envelope"]
    pub fn push(&mut self, name: &Name, schema: u32, position: Position, data: &[u8]) -> bool {
        let same = |kind: &Kind| kind.schema == schema && kind.name.is(name);
        if !self.kinds.get(self.kind).is_some_and(same) {
            self.kind = self.kinds.iter().position(same).unwrap_or_else(|| {
                let older = |event: &EventType| {
                    schema < event.version && event.names().any(|one| *name == one)
                };
                self.kinds.push(Kind {
                    name: name.clone(),
                    schema,
                    bare: !self.events.iter().any(older),
                });
                self.kinds.len() - 1
            });
        }
        let place = (
            u32::try_from(self.kind),
            u32::try_from(self.bytes() + data.len()),
        );
        match place {
            (Ok(kind), Ok(end)) if self.kinds[self.kind].bare => {
                self.data.append(data);
                self.facts.push(BareFact {
                    position,
                    kind,
                    end,
                });
                true
            }
            _ => false,
        }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.facts.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.facts.is_empty()
    }

    /// How many bytes of data they have.
    pub fn bytes(&self) -> usize {
        self.data.get().len()
    }

    /// The place in the stream of the last of them, or that after which they begin.
    pub fn last(&self) -> Version {
        Version::from(self.after.get() + self.facts.len() as u64)
    }

    fn iter(&self) -> impl Iterator<Item = Fact<'_>> {
        let (data, text) = (self.data.get(), self.data.text());
        let (mut version, mut begin) = (self.after.get(), 0);
        self.facts.iter().map(move |fact| {
            version += 1; // a stream has no gaps
            let range = begin..fact.end as usize;
            begin = range.end;
            Fact(Of::Bare(Bare {
                stream: &self.stream,
                version: Version::from(version),
                position: fact.position,
                kind: &self.kinds[fact.kind as usize],
                text: text.and_then(|text| text.get(range.clone())),
                data: &data[range],
            }))
        })
    }
}

/// The answer to a [`FactQuery`].
#[derive(Debug)]
pub struct Facts {
    bare: Option<BareFacts>,
    /// What comes behind them.
    recorded: Vec<RecordedEvent>,
    more: bool,
}

impl Facts {
    /// A page of these facts, and of whole events behind them. `more`, unless they are all that the
    /// stream has.
    pub fn new(bare: Option<BareFacts>, recorded: Vec<RecordedEvent>, more: bool) -> Self {
        let examined = |bare: BareFacts| BareFacts {
            data: bare.data.examined(),
            ..bare
        };
        Self {
            bare: bare.map(examined),
            recorded,
            more,
        }
    }

    /// Whether the stream may have more of them.
    pub fn more(&self) -> bool {
        self.more
    }

    /// The same page, of which it is not known any more whether it is the last.
    #[must_use]
    pub fn perhaps_more(self) -> Self {
        Self { more: true, ..self }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.bare.as_ref().map_or(0, BareFacts::len) + self.recorded.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many bytes of data they have.
    pub fn bytes(&self) -> usize {
        let recorded = self.recorded.iter().filter_map(|it| it.data().as_bytes());
        self.bare.as_ref().map_or(0, BareFacts::bytes) + recorded.map(<[u8]>::len).sum::<usize>()
    }

    /// The place in the stream of the last one.
    pub fn last(&self) -> Option<Version> {
        let bare = self.bare.as_ref().filter(|bare| !bare.is_empty());
        match self.recorded.last() {
            Some(last) => Some(last.recorded().version),
            None => bare.map(BareFacts::last),
        }
    }

    /// The facts, by version.
    pub fn iter(&self) -> impl Iterator<Item = Fact<'_>> {
        let bare = self.bare.iter().flat_map(BareFacts::iter);
        bare.chain(self.recorded.iter().map(Fact::from))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::log::{CommandId, Data, EventId, Metadata, Recorded, Stored, Tenant, now};
    use crate::schema::Shape;
    use serde::{Deserialize, Serialize};

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Paid(Option<u32>);

    impl Event for Paid {
        const NAME: &'static str = "paid";
        const VERSION: u32 = 2;
        const FORMER: &'static [&'static str] = &["bought"];
        const SHAPE: Shape = Shape::of(&[]);
        const STORED: Stored<Self> = Stored::of();
    }

    const EVENTS: &[EventType] = &[EventType::of::<Paid>()];
    const PAID: Name = Name::from_static("paid");
    const BOUGHT: Name = Name::from_static("bought");
    const NOTED: Name = Name::from_static("noted");

    fn stream() -> StreamId {
        StreamId::new(Tenant::default(), "shop", "s").unwrap()
    }

    /// A page of the facts after the fifth.
    fn page() -> BareFacts {
        BareFacts::of(&FactQuery {
            stream: stream(),
            after: Version::from(5),
            limit: 9,
            events: EVENTS,
            envelopes: false,
        })
    }

    #[test]
    fn only_what_an_older_version_wrote_is_left_to_its_envelope() {
        let mut bare = page();
        let kinds = [
            (PAID, 2, true),
            (PAID, 1, false),
            (BOUGHT, 1, false),
            (BOUGHT, 2, true),
            (NOTED, 1, true),
            (PAID, 3, true),
        ];
        for (name, schema, taken) in kinds.iter().chain(&kinds) {
            let before = bare.len();
            let is_taken = bare.push(name, *schema, Position::from(1), b"{}");
            assert_eq!(is_taken, *taken, "{name} {schema}");
            assert_eq!(bare.len(), before + usize::from(*taken));
        }
        assert_eq!(bare.kinds.len(), kinds.len(), "each is looked at once");
        let facts = Facts::new(Some(bare), Vec::new(), false);
        let read: Vec<_> = facts.iter().map(|fact| fact.name()).collect();
        assert_eq!(read, ["paid", "bought", "noted", "paid"].repeat(2));
    }

    #[test]
    fn facts_without_envelopes_are_read_as_those_behind_them() {
        let behind = Recorded::new(
            Position::from(90),
            stream(),
            Version::from(9),
            EventId::generate(),
            BOUGHT,
            now(),
            Metadata::of(CommandId::generate()),
        );
        let recorded = Recorded {
            schema: 2,
            ..behind
        };
        let recorded = RecordedEvent::new(recorded, Data::from_bytes(*b"30"));
        let mut bare = page();
        for (name, position, data) in [(PAID, 60, "null"), (BOUGHT, 70, "1"), (NOTED, 80, "\"\"")] {
            assert!(bare.push(&name, 2, Position::from(position), data.as_bytes()));
        }
        assert!(!bare.is_empty());
        let facts = Facts::new(Some(bare), vec![recorded], true);
        assert_eq!((facts.len(), facts.bytes()), (4, 4 + 1 + 2 + 2));
        assert_eq!(facts.last(), Some(Version::from(9)));
        let read = facts.iter().map(|fact| {
            let paid = fact.decode::<Paid>().map(|paid| paid.0);
            (fact.version().get(), fact.position().get(), paid)
        });
        let mut read: Vec<_> = read.collect();
        let (version, position, other) = read.remove(2);
        assert_eq!((version, position), (8, 80));
        let other = other.unwrap_err();
        assert!(
            matches!(&other, DecodeError::OtherEvent { at, wanted: "paid" } if at.name == NOTED),
            "{other}"
        );
        let read: Vec<_> = read
            .into_iter()
            .map(|(version, position, paid)| (version, position, paid.unwrap()))
            .collect();
        assert_eq!(read, [(6, 60, None), (7, 70, Some(1)), (9, 90, Some(30))]);
    }

    #[test]
    fn a_page_ends_at_its_last_fact() {
        let ends = |bare: Option<BareFacts>| Facts::new(bare, Vec::new(), true).last();
        let mut two = page();
        for position in [60, 70] {
            assert!(two.push(&PAID, 2, Position::from(position), b"1"));
        }
        assert_eq!(ends(Some(two)), Some(Version::from(7)));
        assert_eq!(ends(Some(page())), None);
        assert_eq!(ends(None), None);
    }
}
