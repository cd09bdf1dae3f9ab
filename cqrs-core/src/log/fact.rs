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
