use super::chunks::Chunks;
use super::kinds::Kinds;
use crate::log::{
    Codec, CommandId, Data, EventId, LogFilter, Metadata, Position, Recorded, RecordedEvent,
    StreamId, Tags, Timestamp, Version,
};
use crate::store::{Append, NewEvent};
use foldhash::HashMap;

/// The events in memory, and the streams they stand in. The event at position `p` is at the place
/// `p - base - 1`.
///
/// An event is kept in as few bytes as may be, because what is written to fresh memory is most of
/// what an append costs; the envelope is made when it is read.
#[derive(Debug, Default)]
pub(super) struct MemoryLog {
    base: u64,
    events: Chunks<Kept>,
    streams: Vec<Stream>,
    by_id: HashMap<StreamId, u32>,
    kinds: Kinds,
    /// When the last event was recorded.
    latest: Timestamp,
}

/// The most events that the log can hold: it counts places and streams in 32 bits.
const MAX_EVENTS: u64 = u32::MAX as u64;

#[derive(Debug)]
struct Stream {
    id: StreamId,
    /// The places of its events, by version.
    places: Vec<u32>,
}

/// An event as it is kept.
#[derive(Debug)]
struct Kept {
    stream: u32,
    kind: u32,
    /// In microseconds.
    recorded_at: i64,
    id: EventId,
    command_id: CommandId,
    data: Data,
    rest: Option<Box<Rest>>,
}

/// What most events do not have.
#[derive(Debug)]
struct Rest {
    tags: Tags,
    occurred_at: Option<Timestamp>,
    metadata: Metadata,
}

impl Kept {
    fn tags(&self) -> &Tags {
        static NONE: Tags = Tags::none();
        self.rest.as_ref().map_or(&NONE, |rest| &rest.tags)
    }
}

/// A stream of the log, where it has events.
#[derive(Debug, Clone, Copy)]
pub(super) struct Found(Option<u32>);

impl MemoryLog {
    /// An empty log whose first event comes right after `base`.
    pub(super) fn beginning_after(base: Position) -> Self {
        Self {
            base: base.get(),
            ..Self::default()
        }
    }

    pub(super) fn head(&self) -> Position {
        match self.events.len() {
            0 => Position::ZERO,
            events => Position::from(self.base + events as u64),
        }
    }

    /// How many events can still be appended.
    pub(super) fn room(&self) -> u64 {
        let events = self.events.len() as u64;
        (MAX_EVENTS - events).min(u64::MAX - self.base - events)
    }

    /// When the last event was recorded.
    pub(super) fn latest(&self) -> Timestamp {
        self.latest
    }

    pub(super) fn find(&self, stream: &StreamId) -> Found {
        Found(self.by_id.get(stream).copied())
    }

    pub(super) fn version(&self, Found(stream): Found) -> Version {
        Version::from(stream.map_or(0, |stream| self.streams[stream as usize].places.len()) as u64)
    }

    /// The id of the last event of a stream.
    pub(super) fn last(&self, Found(stream): Found) -> Option<EventId> {
        let place = *self.streams[stream? as usize].places.last()?;
        Some(self.events.get(place as usize)?.id)
    }

    /// Appends events to a stream that was found so, and says at which version it is then.
    ///
    /// There must be [`room`](Self::room) for them.
    pub(super) fn append(&mut self, to: Found, append: &mut Append, now: Timestamp) -> Version {
        if append.events.is_empty() {
            return self.version(to);
        }
        let stream = match to {
            Found(Some(stream)) => stream,
            Found(None) => self.begin(append.stream.clone()),
        };
        self.latest = now;
        let recorded_at = now.as_microsecond();
        let plain = append.occurred_at.is_none() && append.metadata.is_plain();
        let mut version = Version::ZERO;
        for event in append.events.drain(..) {
            let NewEvent {
                id,
                name,
                schema,
                data,
                tags,
            } = event;
            let rest = (!plain || !tags.as_slice().is_empty()).then(|| {
                Box::new(Rest {
                    tags,
                    occurred_at: append.occurred_at,
                    metadata: append.metadata.clone(),
                })
            });
            let kind = self.kinds.number(&name, schema);
            let places = &mut self.streams[stream as usize].places;
            places.push(short(self.events.len()));
            version = Version::from(places.len() as u64);
            self.events.push(Kept {
                stream,
                kind,
                recorded_at,
                id,
                command_id: append.metadata.command_id,
                data,
                rest,
            });
        }
        version
    }

    fn begin(&mut self, id: StreamId) -> u32 {
        let stream = short(self.streams.len());
        self.by_id.insert(id.clone(), stream);
        self.streams.push(Stream {
            id,
            places: Vec::new(),
        });
        stream
    }

    /// The events that the filter takes after one position and up to another, by position.
    pub(super) fn between<'a>(
        &'a self,
        after: Position,
        through: Position,
        filter: &'a LogFilter,
    ) -> impl Iterator<Item = Entry<'a>> {
        let [known, end] = [after, through].map(|at| index(at.get().saturating_sub(self.base)));
        self.events
            .from(known)
            .zip(known..end)
            .filter(|(kept, _)| filter.takes_such(&self.kinds.get(kept.kind).0, kept.tags()))
            .map(|(kept, place)| Entry {
                log: self,
                kept,
                place,
            })
    }

    /// The events of a stream after `version`, by version.
    pub(super) fn of_stream(
        &self,
        stream: &StreamId,
        version: Version,
    ) -> impl Iterator<Item = Entry<'_>> {
        let Found(stream) = self.find(stream);
        let places = stream.map_or(&[][..], |stream| &self.streams[stream as usize].places);
        let places = places.get(index(version.get())..).unwrap_or_default();
        places.iter().filter_map(|&place| {
            let place = place as usize;
            self.events.get(place).map(|kept| Entry {
                log: self,
                kept,
                place,
            })
        })
    }
}

/// An event of the log, and where it stands.
#[derive(Debug, Clone, Copy)]
pub(super) struct Entry<'a> {
    log: &'a MemoryLog,
    kept: &'a Kept,
    place: usize,
}

impl Entry<'_> {
    pub(super) fn position(self) -> Position {
        Position::from(self.log.base + self.place as u64 + 1)
    }

    /// The event, as it is read.
    pub(super) fn event(self) -> RecordedEvent {
        let Kept {
            stream,
            kind,
            recorded_at,
            id,
            command_id,
            ref data,
            ref rest,
        } = *self.kept;
        // it was a time before it was a number
        let recorded_at = Timestamp::from_microsecond(recorded_at).unwrap_or_default();
        let (tags, occurred_at, metadata) = match rest {
            None => (Tags::none(), None, Metadata::of(command_id)),
            Some(rest) => (rest.tags.clone(), rest.occurred_at, rest.metadata.clone()),
        };
        let stream = &self.log.streams[stream as usize];
        let version = stream
            .places
            .partition_point(|&place| (place as usize) <= self.place);
        let (name, schema) = self.log.kinds.get(kind);
        let recorded = Recorded {
            position: self.position(),
            stream: stream.id.clone(),
            version: Version::from(version as u64),
            id,
            name: name.clone(),
            schema: *schema,
            codec: Codec::Json,
            tags,
            recorded_at,
            occurred_at: occurred_at.unwrap_or(recorded_at),
            metadata,
            hash: None,
        };
        RecordedEvent::new(recorded, data.clone())
    }
}

/// A number of events as an index; past the end of what memory can hold, the end.
fn index(number: u64) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

/// A place as it is kept: there are at most [`MAX_EVENTS`] events, and no more streams.
fn short(place: usize) -> u32 {
    u32::try_from(place).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::log::{Name, Tenant};
    use crate::store::Expect;
    use std::sync::Arc;
    use uuid::Uuid;

    fn append(metadata: Metadata) -> Append {
        let event = NewEvent {
            id: EventId::generate(),
            name: Name::from_static("e"),
            schema: 1,
            data: Data::from_bytes(*b"{}"),
            tags: Tags::default(),
        };
        Append {
            stream: StreamId::new(Tenant::default(), "test", "a").unwrap(),
            expect: Expect::Any,
            events: [event].into_iter().collect(),
            occurred_at: None,
            metadata,
            snapshot: None,
        }
    }

    fn log_of(metadata: Metadata) -> MemoryLog {
        let mut log = MemoryLog::default();
        log.append(Found(None), &mut append(metadata), Timestamp::UNIX_EPOCH);
        log
    }

    #[test]
    fn each_thing_that_is_known_of_the_origin_is_kept_and_only_for_it_is_there_room() {
        let plain = Metadata::of(CommandId::generate());
        assert!(log_of(plain.clone()).events.get(0).unwrap().rest.is_none());
        let origins: [fn(&mut Metadata); 5] = [
            |it| it.correlation_id = Uuid::from_u128(1),
            |it| it.causation_id = Some(Uuid::from_u128(2)),
            |it| it.actor = Some("ada".into()),
            |it| it.trace = Some("00-1-2-01".into()),
            |it| it.custom = Some(Arc::default()),
        ];
        for known in origins {
            let mut metadata = plain.clone();
            known(&mut metadata);
            let log = log_of(metadata.clone());
            let stream = &log.streams[0].id;
            let entry = log.of_stream(stream, Version::ZERO).next();
            assert_eq!(entry.unwrap().event().recorded().metadata, metadata);
        }
    }

    #[test]
    fn each_event_takes_room() {
        let log = log_of(Metadata::of(CommandId::generate()));
        assert_eq!(log.room(), MAX_EVENTS - 1);
        let last = MemoryLog::beginning_after(Position::from(u64::MAX - 1));
        assert_eq!(last.room(), 1);
    }

    #[test]
    fn an_event_is_kept_in_80_bytes() {
        assert_eq!(size_of::<Kept>(), 80);
    }
}
