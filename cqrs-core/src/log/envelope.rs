use super::{
    Codec, CommandId, Data, Decoded, EventId, Name, Position, StreamId, Tags, Timestamp, Version,
};
use crate::aggregate::Aggregate;
use crate::message::{Event, EventSet, EventType};
use crate::schema::UpcastError;
use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use uuid::Uuid;

/// Why and by whom an event came to be.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Metadata {
    /// The command that led to it.
    pub command_id: CommandId,
    /// What belongs together across commands; the command's own id where it is the first.
    pub correlation_id: Uuid,
    /// The event or command that caused the command.
    pub causation_id: Option<Uuid>,
    /// Who asked.
    pub actor: Option<Arc<str>>,
    /// The W3C trace context, as a `traceparent` header writes it.
    pub trace: Option<Arc<str>>,
    /// The user's own.
    pub custom: Option<Arc<BTreeMap<String, String>>>,
}

impl Metadata {
    /// Whether it says no more than the id of a command that nothing caused.
    pub(crate) fn is_plain(&self) -> bool {
        let Self {
            command_id,
            correlation_id,
            causation_id,
            actor,
            trace,
            custom,
        } = self;
        correlation_id == command_id.as_uuid()
            && causation_id.is_none()
            && actor.is_none()
            && trace.is_none()
            && custom.is_none()
    }

    /// The metadata of a command that nothing caused.
    #[inline]
    pub fn of(command_id: CommandId) -> Self {
        Self {
            command_id,
            correlation_id: *command_id.as_uuid(),
            causation_id: None,
            actor: None,
            trace: None,
            custom: None,
        }
    }
}

/// The envelope of an event on record: all but its data.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Recorded {
    /// Its place in the log.
    pub position: Position,
    /// The stream it stands in.
    pub stream: StreamId,
    /// Its place in the stream.
    pub version: Version,
    /// Its own id.
    pub id: EventId,
    /// The stored name.
    pub name: Name,
    /// The schema version under which it was written.
    pub schema: u32,
    /// How its data is written.
    pub codec: Codec,
    /// The values of its `#[tag]` fields.
    pub tags: Tags,
    /// When the store recorded it.
    pub recorded_at: Timestamp,
    /// When it happened in the business's time: as the caller gave it, else [`recorded_at`](Self::recorded_at).
    pub occurred_at: Timestamp,
    /// Why and by whom.
    pub metadata: Metadata,
    /// Room for a hash chain over the stored bytes.
    pub hash: Option<[u8; 32]>,
}

impl Recorded {
    /// The envelope of an event of schema 1 in JSON, without tags, that occurred when it was
    /// recorded. A store sets the other fields as it has them on record.
    pub fn new(
        position: Position,
        stream: StreamId,
        version: Version,
        id: EventId,
        name: Name,
        recorded_at: Timestamp,
        metadata: Metadata,
    ) -> Self {
        Self {
            position,
            stream,
            version,
            id,
            name,
            schema: 1,
            codec: Codec::Json,
            tags: Tags::default(),
            recorded_at,
            occurred_at: recorded_at,
            metadata,
            hash: None,
        }
    }
}

/// An event on record. Cheap to clone.
#[derive(Debug, Clone, PartialEq)]
pub struct RecordedEvent(Arc<Record>);

#[derive(Debug, PartialEq)]
struct Record {
    recorded: Recorded,
    data: Data,
}

impl RecordedEvent {
    /// An event on record, as a store reads it.
    pub fn new(recorded: Recorded, data: Data) -> Self {
        Self(Arc::new(Record { recorded, data }))
    }

    /// The envelope.
    pub fn recorded(&self) -> &Recorded {
        &self.0.recorded
    }

    /// The stored name.
    pub fn name(&self) -> &str {
        &self.0.recorded.name
    }

    /// The data, undecoded.
    pub fn data(&self) -> &Data {
        &self.0.data
    }

    /// The name that it bears today, where it is one of `events` and was stored under a former name of it;
    /// else its stored name.
    #[inline]
    pub fn name_among(&self, events: &'static [EventType]) -> &str {
        EventType::name_today(events, self.name())
    }

    /// Decodes it as an `E`: what an older version of the program wrote, through the
    /// [`#[upcast]`](macro@crate::upcast) methods of `E`.
    ///
    /// # Errors
    /// When it is another event, was written by a newer program, or its data is not that of an `E`.
    #[inline]
    pub fn decode<E: Event>(&self) -> Result<Decoded<'_, E>, DecodeError> {
        if self.0.recorded.name != *E::NAME && !E::FORMER.contains(&self.name()) {
            return Err(DecodeError::OtherEvent {
                at: self.place(),
                wanted: E::NAME,
            });
        }
        match self.0.recorded.schema.cmp(&E::VERSION) {
            Ordering::Equal => self
                .0
                .data
                .decode(&E::STORED)
                .map_err(|source| self.malformed(std::any::type_name::<E>(), source)),
            Ordering::Less => E::read_older(self).map(Decoded::own),
            Ordering::Greater => Err(self.of_another_schema::<E>()),
        }
    }

    /// The error of data that is not that of an `expected`.
    pub(crate) fn malformed(
        &self,
        expected: &'static str,
        source: serde_json::Error,
    ) -> DecodeError {
        DecodeError::Malformed {
            at: self.place(),
            expected,
            source,
        }
    }

    /// The error of a schema version that `E` does not know.
    pub fn of_another_schema<E: Event>(&self) -> DecodeError {
        DecodeError::OtherSchema {
            at: self.place(),
            known: E::VERSION,
        }
    }

    /// Decodes it as one of the events of an enum.
    ///
    /// # Errors
    /// When it is none of them, or its data does not decode.
    pub fn decode_any<S: EventSet>(&self) -> Result<S, DecodeError> {
        S::decode(self)
    }

    /// The error of an event in a stream of `A` that `A` does not apply.
    pub fn unexpected<A: Aggregate>(&self) -> DecodeError {
        DecodeError::Unknown {
            at: self.place(),
            by: std::any::type_name::<A>(),
        }
    }

    /// The error of an event that is none of the event enum `S`.
    pub fn not_in_set<S>(&self) -> DecodeError {
        DecodeError::NotInSet {
            at: self.place(),
            set: std::any::type_name::<S>(),
        }
    }

    /// Where it stands, for messages.
    pub fn place(&self) -> Box<EventPlace> {
        Box::new(EventPlace {
            name: self.0.recorded.name.clone(),
            schema: self.0.recorded.schema,
            stream: self.0.recorded.stream.clone(),
            version: self.0.recorded.version,
            position: self.0.recorded.position,
        })
    }
}

/// Which event on record an error is about.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct EventPlace {
    /// The stored name.
    pub name: Name,
    /// The schema version under which it was written.
    pub schema: u32,
    /// Its stream.
    pub stream: StreamId,
    /// Its place in the stream.
    pub version: Version,
    /// Its place in the log.
    pub position: Position,
}

impl fmt::Display for EventPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            name,
            schema,
            stream,
            version,
            position,
        } = self;
        write!(
            f,
            "event `{name}` (schema {schema}) at version {version} of stream {stream}, position {position}"
        )
    }
}

/// An event on record that cannot be read. The record itself stays as it is.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DecodeError {
    /// The aggregate that reads the stream applies no event of that name.
    #[error(
        "{at}: `{by}` applies no event of that name; it was written by a newer or an older program: run that one, or add an `#[apply]` method for it"
    )]
    Unknown {
        /// The event.
        at: Box<EventPlace>,
        /// The type that reads it.
        by: &'static str,
    },
    /// The event enum that it was asked for as holds no event of that name.
    #[error(
        "{at}: `{set}` holds no event of that name; the enum of `#[apply(enum = ..)]` holds what its block applies, and nothing kept for the record: decode this one as its own type"
    )]
    NotInSet {
        /// The event.
        at: Box<EventPlace>,
        /// The event enum.
        set: &'static str,
    },
    /// It was asked for as another event.
    #[error("{at}: asked for as `{wanted}`")]
    OtherEvent {
        /// The event.
        at: Box<EventPlace>,
        /// The stored name that was asked for.
        wanted: &'static str,
    },
    /// It was written under a schema version that this program does not know.
    #[error("{at}: this program knows schema {known} of it; run the program that wrote it")]
    OtherSchema {
        /// The event.
        at: Box<EventPlace>,
        /// The schema version that this program writes.
        known: u32,
    },
    /// A method of its `#[upcast]` block refused what an older version wrote, or panicked.
    #[error("{at}: what version {from} wrote cannot be read by its `#[upcast]` methods: {source}")]
    Upcast {
        /// The event.
        at: Box<EventPlace>,
        /// The version that wrote it.
        from: u32,
        /// Why.
        r#source: UpcastError,
    },
    /// Its data is not that of the type which bears its name and schema.
    #[error(
        "{at}: its data does not decode as `{expected}`: {source}; if the type changed, it needs a new `version`, and an `#[upcast]` method that reads the old one"
    )]
    Malformed {
        /// The event.
        at: Box<EventPlace>,
        /// The type that should have read it.
        expected: &'static str,
        /// What the decoder said.
        r#source: serde_json::Error,
    },
}
