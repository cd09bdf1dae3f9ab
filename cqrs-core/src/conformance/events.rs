//! What an event is when it is read again.

use super::given::{
    append, append_to, appends, at, commit, event, events_of, log, odd_texts, one, stream,
    stream_of, tagged, time,
};
use crate::log::{Codec, CommandId, Data, Metadata, Stored, StreamId, Timestamp, microsecond, now};
use crate::message::Event;
use crate::schema::Shape;
use crate::store::{Batch, EventStore, Expect, MAX_BATCH_EVENTS, NewEvent};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap};
use uuid::Uuid;

/// All that was given of an event is read again, from its stream and from the log.
pub async fn an_event_is_read_as_it_was_written<S: EventStore>(store: S) {
    let odd = "\0\n\u{7f}'\"\\ \u{202e}🦀 e\u{301}";
    let full = Metadata {
        command_id: CommandId::generate(),
        correlation_id: Uuid::from_u128(u128::MAX),
        causation_id: Some(Uuid::nil()),
        actor: Some(odd.into()),
        trace: Some("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01".into()),
        custom: Some(
            BTreeMap::from([
                (odd.to_owned(), odd.to_owned()),
                (String::new(), String::new()),
            ])
            .into(),
        ),
    };
    let mut first = tagged(
        "with.all",
        &[("b", "2"), ("a", "1"), ("b", "1"), ("b", "2"), ("c", "")],
    );
    first.schema = u32::MAX;
    first.data = Data::from_bytes(*br#"{"a":1}"#);
    let mut given = append_to(
        stream_of("acme", "order", "o-1"),
        at(0),
        vec![first.clone(), event("with.nothing")],
    );
    given.metadata = full.clone();
    given.occurred_at = Some(time(-1));
    let plain = append("a", at(0), vec![event("plain")]);
    let plain_metadata = plain.metadata.clone();
    let before = now();
    commit(&store, appends([given, plain])).await;
    let after = now();

    let events = log(&store).await;
    let recorded = events[0].recorded();
    assert_eq!(
        recorded.stream,
        stream_of("acme", "order", "o-1"),
        "an event stands in the stream it was appended to"
    );
    assert_eq!(recorded.id, first.id, "an event keeps its id");
    assert_eq!(recorded.name, first.name, "an event keeps its name");
    assert_eq!(recorded.schema, u32::MAX, "an event keeps its schema");
    assert_eq!(recorded.codec, Codec::Json, "an event keeps its codec");
    assert_eq!(
        recorded.tags, first.tags,
        "an event keeps its tags, in their order, repeated ones too"
    );
    assert_eq!(recorded.metadata, full, "an event keeps its metadata");
    assert_eq!(
        recorded.occurred_at,
        time(-1),
        "an event keeps the time that was given"
    );
    assert_eq!(events[0].data(), &first.data, "an event keeps its data");
    let plain = events[2].recorded();
    assert_eq!(
        plain.metadata, plain_metadata,
        "each append has metadata of its own"
    );
    assert_eq!(
        plain.occurred_at, plain.recorded_at,
        "where no time was given, an event occurred when it was recorded"
    );
    assert!(
        plain.tags.as_slice().is_empty(),
        "an event without tags has none"
    );
    for event in &events {
        let at = event.recorded().recorded_at;
        assert!(
            before <= at && at <= after,
            "an event is recorded when it is committed, not at {at}"
        );
    }
    let of_stream = events_of(&store, &recorded.stream).await;
    assert_eq!(
        of_stream[..],
        events[..2],
        "a stream shows its events as the log does"
    );
}

/// An event of a program's own type decodes as it was, whether the store keeps bytes or values.
pub async fn what_a_program_writes_it_reads<S: EventStore>(store: S) {
    #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
    struct Weighed {
        text: String,
        whole: (i64, u64, i128, u128),
        rational: Vec<f64>,
        absent: Option<u8>,
    }

    impl Event for Weighed {
        const NAME: &'static str = "weighed";
        const VERSION: u32 = 3;
        const SHAPE: Shape = Shape::of(&[]);
        const STORED: Stored<Self> = Stored::of();
    }

    let weighed = Weighed {
        text: "\0\u{10ffff}\"".to_owned(),
        whole: (i64::MIN, u64::MAX, i128::MIN, u128::MAX),
        rational: vec![-0.0, 0.1, f64::MIN_POSITIVE, f64::MAX, f64::EPSILON],
        absent: None,
    };
    let data = Data::of_event(weighed.clone(), store.keeping()).expect("it encodes");
    let written = NewEvent {
        schema: Weighed::VERSION,
        data,
        ..event(Weighed::NAME)
    };
    commit(&store, appends([append("a", at(0), vec![written])])).await;
    let events = log(&store).await;
    let decoded = events[0].decode::<Weighed>();
    let decoded = decoded.unwrap_or_else(|error| panic!("an event decodes, but: {error}"));
    assert_eq!(*decoded, weighed, "an event decodes as it was");
    assert!(
        decoded.rational[0].is_sign_negative(),
        "an event decodes as it was, minus zero too"
    );
}

/// Data is bytes: no store reads meaning into it, nor takes any out.
pub async fn data_is_kept_byte_for_byte<S: EventStore>(store: S) {
    let deep = [vec![b'['; 10_000], vec![b']'; 10_000]].concat();
    let all_bytes: Vec<u8> = (0..=u8::MAX).collect();
    let corpus: Vec<Vec<u8>> = vec![
        br#"{"z":1,  "a" : 2}"#.to_vec(),
        br#"{"a":1,"a":2}"#.to_vec(),
        br#""\u0000""#.to_vec(),
        br#""\ud800""#.to_vec(),
        br#"["\/","\u00e9","\u0065\u0301"]"#.to_vec(),
        b"1e2".to_vec(),
        b"1e400".to_vec(),
        b"-0.0".to_vec(),
        b"1.10".to_vec(),
        b"18446744073709551616".to_vec(),
        b"0.1000000000000000055511151231257827".to_vec(),
        b"\n null\t".to_vec(),
        b"\xef\xbb\xbf{}".to_vec(),
        "\"\u{202e}🦀 e\u{301}\"".as_bytes().to_vec(),
        b"'; drop table events; --".to_vec(),
        b"\\x00".to_vec(),
        b"\0".to_vec(),
        b"\xff\xfe\xc0\x80".to_vec(),
        Vec::new(),
        deep,
        all_bytes,
    ];
    let events = corpus
        .iter()
        .map(|bytes| NewEvent {
            data: Data::from_bytes(bytes.clone()),
            ..event("e")
        })
        .collect();
    commit(&store, appends([append("a", at(0), events)])).await;
    let events = log(&store).await;
    for (bytes, read) in corpus.iter().zip(&events) {
        assert_eq!(
            read.data().as_bytes(),
            Some(&bytes[..]),
            "data is kept byte for byte: {:?}",
            String::from_utf8_lossy(&bytes[..bytes.len().min(100)])
        );
    }
    assert_eq!(events.len(), corpus.len(), "each event is read once");
}

/// What was read once is read again the same, whatever came since.
pub async fn events_never_change<S: EventStore>(store: S) {
    commit(
        &store,
        appends([append(
            "a",
            at(0),
            vec![event("a1"), tagged("a2", &[("t", "1")])],
        )]),
    )
    .await;
    let first = log(&store).await;
    for number in 2..12 {
        commit(&store, one("a", at(number), "later")).await;
        commit(&store, one("b", Expect::Any, "later")).await;
    }
    let second = log(&store).await;
    assert_eq!(second[..2], first[..], "events on record never change");
    assert_eq!(
        events_of(&store, &stream("a")).await[..2],
        first[..],
        "events on record never change"
    );
}

/// Streams are told apart by the bytes of tenant, category and id, and nothing else.
pub async fn streams_are_told_apart_byte_by_byte<S: EventStore>(store: S) {
    let texts = odd_texts();
    let mut streams: Vec<StreamId> = Vec::new();
    for text in &texts {
        streams.push(stream_of("", "test", text));
        streams.push(stream_of("", text, "id"));
        streams.push(stream_of(text, "test", "id"));
    }
    // where one part ends and the next begins matters
    streams.push(stream_of("", "a/b", "c"));
    streams.push(stream_of("", "a", "b/c"));
    streams.push(stream_of("a", "b", "c"));
    streams.push(stream_of("", "ab", "c"));
    streams.push(stream_of("", "a", "bc"));
    let mut all = HashMap::new();
    for part in streams.chunks(MAX_BATCH_EVENTS) {
        let to = |stream: &StreamId| {
            let written = event(&format!("e{}", stream.id().len()));
            (written.id, append_to(stream.clone(), at(0), vec![written]))
        };
        let (ids, part): (Vec<_>, Vec<_>) = part.iter().map(to).unzip();
        all.extend(ids.into_iter().zip(part.iter().map(|it| it.stream.clone())));
        commit(&store, appends(part)).await;
    }
    for recorded in log(&store).await {
        let recorded = recorded.recorded();
        assert_eq!(
            Some(&recorded.stream),
            all.get(&recorded.id),
            "an event stands in the stream it was appended to"
        );
        let alone = events_of(&store, &recorded.stream).await;
        assert_eq!(
            alone
                .iter()
                .map(|event| event.recorded().id)
                .collect::<Vec<_>>(),
            [recorded.id],
            "a stream is told from others byte by byte: {}",
            recorded.stream
        );
    }
    for absent in ["b", "É", "a%b", "x"] {
        assert!(
            events_of(&store, &stream(absent)).await.is_empty(),
            "a stream that does not exist has no events: {absent}"
        );
    }
}

/// Two tenants' streams of one name are two streams.
pub async fn tenants_have_streams_of_their_own<S: EventStore>(store: S) {
    for tenant in ["", "acme", "globex"] {
        let own = stream_of(tenant, "test", "a");
        let batch: Batch = appends([append_to(own.clone(), at(0), vec![event("first")])]);
        commit(&store, batch).await;
        let more = appends([append_to(own, at(1), vec![event("second")])]);
        commit(&store, more).await;
    }
    for tenant in ["", "acme", "globex"] {
        let own = stream_of(tenant, "test", "a");
        let events = events_of(&store, &own).await;
        assert_eq!(events.len(), 2, "a tenant has streams of its own");
        assert!(
            events.iter().all(|event| event.recorded().stream == own),
            "a tenant has streams of its own"
        );
    }
}

/// Times are kept to the microsecond, from the first to the last of them.
pub async fn times_are_kept_to_the_microsecond<S: EventStore>(store: S) {
    let nanos = |nanos: i128| Timestamp::from_nanosecond(nanos).expect("it is within time");
    let times = [
        nanos(0),
        nanos(1_234_567_891_234_567_891),
        nanos(-1),
        nanos(999),
        Timestamp::MIN,
        Timestamp::MAX,
    ];
    for (version, time) in (0..).zip(times) {
        let mut given = append("a", at(version), vec![event("e")]);
        given.occurred_at = Some(time);
        commit(&store, appends([given])).await;
    }
    for (event, time) in log(&store).await.iter().zip(times) {
        let recorded = event.recorded();
        assert_eq!(
            recorded.occurred_at,
            microsecond(time),
            "the time that was given is kept to the microsecond"
        );
        assert_eq!(
            recorded.recorded_at,
            microsecond(recorded.recorded_at),
            "the time of recording is kept to the microsecond"
        );
    }
}

/// Of two events, the later in the log was not recorded earlier.
pub async fn times_of_recording_follow_the_log<S: EventStore>(store: S) {
    for number in 0..50 {
        commit(&store, one(&format!("{}", number % 3), Expect::Any, "e")).await;
    }
    let events = log(&store).await;
    let times: Vec<Timestamp> = events
        .iter()
        .map(|event| event.recorded().recorded_at)
        .collect();
    assert!(
        times.is_sorted(),
        "times of recording follow the order of the log"
    );
}
