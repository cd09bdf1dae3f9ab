//! Texts that name something: ids, tenants, streams, events, tags, keys of messages and timers, cursors of pages.
//!
//! A text is refused with an error of its own or kept as it is; what displays parses back.
#![no_main]
#![allow(dead_code)]

use arbitrary::{Arbitrary, Unstructured};
use cqrs_core::id::IdError;
use cqrs_core::log::{CommandId, Data, EventId, LogFilter, Metadata, Name, StreamId, Tag, Tenant};
use cqrs_core::prelude::*;
use cqrs_core::projection::{Cursor, IndexKey, IndexValue};
use cqrs_core::store::{
    Append, Batch, CommitError, Expect, LogQuery, NewEvent, QueuePut, QueueQuery, StreamQuery,
    TimerSet,
};
use cqrs_core::{Position, Uuid, Version};
use libfuzzer_sys::fuzz_target;
use serde::de::DeserializeOwned;
use std::collections::HashSet;
use std::fmt::{Debug, Display};
use std::hash::Hash;
use std::str::FromStr;
use std::sync::LazyLock;
use tokio::runtime::Runtime;

#[derive(Id)]
struct Called(String);
#[derive(Id)]
struct Counted(u64);
#[derive(Id)]
struct Signed(i64);
#[derive(Id)]
struct Known(Uuid);
#[derive(Id)]
struct At(Timestamp);
#[derive(Id)]
struct Flag(bool);
#[derive(Id)]
struct Inner(Called);

#[derive(Debug, Arbitrary)]
struct Input<'a> {
    text: &'a str,
    other: &'a str,
    tenant: &'a str,
    category: &'a str,
    id: &'a str,
    events: Vec<(&'a str, &'a str, &'a [u8])>,
    actor: Option<&'a str>,
    queue: &'a str,
    key: &'a str,
    owner: &'a str,
    seconds: i64,
}

static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| {
    tokio::runtime::Builder::new_current_thread()
        .build()
        .expect("a runtime")
});

fuzz_target!(|data: &[u8]| {
    // a cursor is looked for in the whole input, so that one can stand in the corpus as it is
    if let Ok(text) = str::from_utf8(data) {
        cursor(text);
    }
    let Ok(input) = Input::arbitrary(&mut Unstructured::new(data)) else {
        return;
    };
    for text in [input.text, input.other] {
        cursor(text);
        for_id::<Called>(text);
        for_id::<Counted>(text);
        for_id::<Signed>(text);
        for_id::<Known>(text);
        for_id::<At>(text);
        for_id::<Flag>(text);
        for_id::<Inner>(text);
    }
    in_order::<Called>(&input);
    in_order::<Counted>(&input);
    in_order::<Signed>(&input);
    in_order::<Known>(&input);
    in_order::<At>(&input);
    in_order::<Flag>(&input);
    RUNTIME.block_on(kept(&input));
});

fn cursor(text: &str) {
    if let Ok(cursor) = text.parse::<Cursor>() {
        assert_eq!(cursor.to_string(), text, "one cursor, one text");
        let json = serde_json::to_string(&cursor).expect("a cursor is a text");
        assert_eq!(serde_json::from_str::<Cursor>(&json).ok(), Some(cursor));
    }
}

fn for_id<I>(text: &str)
where
    I: FromStr<Err: Debug>
        + Display
        + Eq
        + Ord
        + Hash
        + Debug
        + Clone
        + serde::Serialize
        + DeserializeOwned,
{
    let Ok(id) = text.parse::<I>() else {
        return;
    };
    let shown = id.to_string();
    let again: I = shown.parse().expect("what displays parses back");
    assert_eq!(again, id);
    assert_eq!(again.to_string(), shown);
    let json = serde_json::to_string(&id).expect("an id is written");
    assert_eq!(serde_json::from_str::<I>(&json).expect("and read"), id);
}

/// Stores order the values of a field as Rust does.
fn in_order<I: FromStr + Ord + IndexValue>(input: &Input<'_>) {
    if let (Ok(one), Ok(other)) = (input.text.parse::<I>(), input.other.parse::<I>()) {
        let keys: (IndexKey, IndexKey) = (one.index_key(), other.index_key());
        assert_eq!(one.cmp(&other), keys.0.cmp(&keys.1));
    }
}

/// Whether the text may name something, by the rule as it is told.
fn is_name(text: &str) -> bool {
    !text.is_empty() && text.len() <= 512 && !text.chars().any(char::is_control)
}

async fn kept(input: &Input<'_>) {
    let tenant = Tenant::new(input.tenant);
    assert_eq!(
        tenant.is_ok(),
        input.tenant.is_empty() || is_name(input.tenant)
    );
    let Ok(tenant) = tenant else {
        return;
    };
    let stream = StreamId::new(tenant.clone(), input.category, input.id);
    assert_eq!(stream.is_ok(), is_name(input.category) && is_name(input.id));
    let Ok(stream) = stream else {
        return;
    };
    assert_eq!(
        (stream.tenant().as_str(), stream.category(), stream.id()),
        (input.tenant, input.category, input.id)
    );
    if let Ok(swapped) = StreamId::new(tenant, input.id, input.category) {
        assert_eq!(swapped == stream, input.id == input.category);
        let both = HashSet::from([swapped, stream.clone()]).len();
        assert_eq!(both == 1, input.id == input.category);
    }

    let id = Uuid::from_u128(7);
    let mut metadata = Metadata::of(CommandId::from(id));
    metadata.actor = input.actor.map(Into::into);
    let new = |place: usize, (name, tag, data): &(&str, &str, &[u8])| NewEvent {
        id: EventId::from(Uuid::from_u128(place as u128 + 8)),
        name: Name::from(*name),
        schema: 1,
        data: Data::from_bytes(*data),
        tags: [Tag::new("tag", tag)].into_iter().collect(),
    };
    let append = Append {
        stream: stream.clone(),
        expect: Expect::Version(Version::ZERO),
        events: input
            .events
            .iter()
            .enumerate()
            .map(|(place, event)| new(place, event))
            .collect(),
        occurred_at: Timestamp::from_second(input.seconds).ok(),
        metadata,
        snapshot: None,
    };
    let mut batch = Batch::default();
    batch.appends.push(append);
    if !input.queue.is_empty() {
        batch.puts.push(QueuePut {
            queue: input.queue.into(),
            id,
            key: input.key.to_owned(),
            body: Data::from_bytes(input.text.as_bytes()),
            due: None,
        });
    }
    if !input.owner.is_empty() {
        batch.timers.push(TimerSet {
            owner: input.owner.into(),
            id: input.key.to_owned(),
            due: Timestamp::from_second(input.seconds).unwrap_or(Timestamp::MAX),
            body: Data::from_bytes(input.other.as_bytes()),
        });
    }
    let is_sound = input
        .events
        .iter()
        .all(|(name, tag, _)| is_name(name) && (tag.is_empty() || is_name(tag)))
        && (input.queue.is_empty()
            || is_name(input.queue) && (input.key.is_empty() || is_name(input.key)))
        && (input.owner.is_empty() || is_name(input.owner) && is_name(input.key));

    let store = Memory::new();
    let committed = store.commit(batch).await;
    let events = store
        .stream(StreamQuery {
            stream: stream.clone(),
            after: Version::ZERO,
            limit: 1_000,
        })
        .await
        .expect("memory is read");
    let queued = store
        .queued(QueueQuery {
            queue: input.queue.into(),
            after: 0,
            at: Timestamp::MAX,
            limit: 9,
        })
        .await
        .expect("memory is read");
    let timers = store
        .timers_due(Timestamp::MAX, 9)
        .await
        .expect("memory is read");
    match committed {
        Ok(committed) => {
            assert!(is_sound, "{input:?}");
            assert_eq!(committed.version.get() as usize, input.events.len());
            assert_eq!(events.len(), input.events.len());
            for (event, (name, tag, data)) in events.iter().zip(&input.events) {
                assert_eq!(event.name(), *name);
                assert_eq!(event.data().as_bytes(), Some(*data));
                assert_eq!(event.recorded().tags.as_slice()[0].value, **tag);
                assert_eq!(event.recorded().stream, stream);
            }
            assert_eq!(queued.len(), usize::from(!input.queue.is_empty()));
            assert_eq!(timers.len(), usize::from(!input.owner.is_empty()));
            let found = store
                .log(LogQuery {
                    after: Position::ZERO,
                    through: None,
                    filter: LogFilter::names(input.events.iter().map(|(name, ..)| *name)),
                    limit: 1_000,
                })
                .await
                .expect("memory is read");
            assert_eq!(found.events, events);
        }
        Err(CommitError::Text(
            IdError::Empty { .. } | IdError::TooLong { .. } | IdError::ControlCharacter { .. },
        )) => {
            assert!(!is_sound, "{input:?}");
            assert!(
                events.is_empty() && queued.is_empty() && timers.is_empty(),
                "a refused batch leaves nothing"
            );
        }
        Err(CommitError::TooLarge { .. }) => {
            assert!(events.is_empty() && queued.is_empty() && timers.is_empty())
        }
        Err(other) => panic!("{other:?}"),
    }
}
