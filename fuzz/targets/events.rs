//! What stands on record, as whoever wrote to the store's files may have left it: names, versions and data of events.
//!
//! Reading never panics, and what was read is written and read again as the same. The one form of JSON that fingerprints
//! are made of says the same as what it was made from, whatever the order of its members.
#![no_main]
#![allow(dead_code, unused_imports, missing_docs)]

use cqrs_core::log::{CommandId, Data, EventId, Metadata, StreamId, Tenant};
use cqrs_core::message::{Event, EventSet};
use cqrs_core::prelude::*;
use cqrs_core::{Position, RecordedEvent, Version};
use libfuzzer_sys::{Corpus, fuzz_target};
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::collections::{BTreeMap, HashMap, HashSet};

#[path = "../../cqrs-core/src/log/json/mod.rs"]
mod json;

#[derive(Aggregate, Default)]
#[aggregate("thing", id = String)]
pub struct Thing;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Shape {
    Dot,
    Line(f32, f64),
    Named {
        name: String,
        of: Option<Box<Shape>>,
    },
    Many(Vec<Shape>),
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Loose {
    Flag(bool),
    Whole(i64),
    Text(String),
    List(Vec<Loose>),
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "of", rename_all = "snake_case")]
pub enum Tagged {
    Plain,
    Of(u8),
    At { when: Timestamp },
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Rest {
    #[serde(default)]
    note: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    more: Vec<u8>,
}

#[derive(Id)]
pub struct Number(i64);

#[events("thing")]
pub enum ThingEvent {
    Drawn {
        shape: Shape,
        loose: Loose,
        tagged: Tagged,
    },
    Counted {
        small: u8,
        large: u128,
        signed: i128,
        wide: f64,
        letter: char,
    },
    Mapped {
        by_name: BTreeMap<String, Option<i64>>,
        by_number: HashMap<u16, Shape>,
        set: HashSet<Rest>,
    },
    Flat {
        #[tag]
        number: Number,
        #[serde(flatten)]
        rest: Rest,
        uuid: cqrs_core::Uuid,
        pair: (u8, String, [bool; 3]),
        unit: (),
    },
    Any {
        value: Value,
    },
    Done,
}

#[apply]
impl Thing {
    fn drawn(&mut self, _: &Drawn) {}
    fn counted(&mut self, _: &Counted) {}
    fn mapped(&mut self, _: &Mapped) {}
    fn flat(&mut self, _: &Flat) {}
    fn any(&mut self, _: &Any) {}
    fn done(&mut self, _: &Done) {}
}

/// The names that input begins with: one letter each.
const NAMES: [(&str, u32); 8] = [
    ("thing.drawn", 1),
    ("thing.counted", 1),
    ("thing.mapped", 1),
    ("thing.flat", 1),
    ("thing.any", 1),
    ("thing.done", 1),
    ("thing.drawn", 2),
    ("thing.unheard_of", 1),
];

fuzz_target!(|data: &[u8]| -> Corpus {
    let Some((&which, data)) = data.split_first() else {
        return Corpus::Reject;
    };
    let Some(&(name, schema)) = NAMES.get(usize::from(which.wrapping_sub(b'a'))) else {
        return Corpus::Reject;
    };
    let event = recorded(name, schema, data);
    match event.decode_any::<ThingEvent>() {
        Ok(read) => {
            assert_eq!(read.event_type().name, name);
            assert!(
                schema == read.event_type().version,
                "a newer version was read as the older"
            );
        }
        Err(error) => assert!(!error.to_string().is_empty()),
    }
    comes_back::<Drawn>(data);
    comes_back::<Counted>(data);
    comes_back::<Mapped>(data);
    comes_back::<Flat>(data);
    comes_back::<Any>(data);
    comes_back::<Done>(data);
    has_one_form(data);
    Corpus::Keep
});

fn recorded(name: &str, schema: u32, data: &[u8]) -> RecordedEvent {
    let id = cqrs_core::Uuid::from_u128(7);
    let stream = StreamId::new(Tenant::default(), "thing", "one").expect("it is a name");
    let mut recorded = cqrs_core::Recorded::new(
        Position::from(1),
        stream,
        Version::from(1),
        EventId::from(id),
        name.to_owned().into(),
        Timestamp::UNIX_EPOCH,
        Metadata::of(CommandId::from(id)),
    );
    recorded.schema = schema;
    RecordedEvent::new(recorded, Data::from_bytes(data))
}

/// What is read is written, and read again the same.
fn comes_back<E: Event + serde::Serialize + Clone + PartialEq + std::fmt::Debug>(data: &[u8]) {
    let first = recorded(E::NAME, E::VERSION, data);
    let Ok(read) = first.decode::<E>() else {
        return;
    };
    let written = written(&*read);
    let second = recorded(E::NAME, E::VERSION, &written);
    let again = second.decode::<E>().unwrap_or_else(|error| {
        panic!("{error:?} in {}", String::from_utf8_lossy(&written));
    });
    assert_eq!(*again, *read);
    // the elements of a set stand in another order each time
    assert_eq!(
        json::unordered(&self::written(&*again)),
        json::unordered(&written)
    );
}

fn written<T: serde::Serialize>(value: &T) -> Vec<u8> {
    let mut written = Vec::new();
    json::write(&mut written, value).expect("what was read can be written");
    written
}

fn has_one_form(data: &[u8]) {
    let Ok(value) = serde_json::from_slice::<Value>(data) else {
        return;
    };
    let plain = written(&value);
    let one = json::canonical(&plain);
    assert_eq!(
        serde_json::from_slice::<Value>(&one).ok().as_ref(),
        Some(&value),
        "it says the same"
    );
    assert_eq!(json::canonical(&one), one);
    assert_eq!(
        json::canonical(backwards(&value).as_bytes()),
        one,
        "the order of members does not count"
    );
    let unordered = json::unordered(&plain);
    assert_eq!(json::unordered(&unordered), unordered);
    assert_eq!(unordered.len(), one.len());
    let _ = json::pretty(&plain);
}

/// The value as compact JSON, the members of its objects from last to first.
fn backwards(value: &Value) -> String {
    match value {
        Value::Object(members) => {
            let members: Vec<String> = members
                .iter()
                .rev()
                .map(|(name, value)| format!("{}:{}", Value::from(name.as_str()), backwards(value)))
                .collect();
            format!("{{{}}}", members.join(","))
        }
        Value::Array(elements) => {
            let elements: Vec<String> = elements.iter().map(backwards).collect();
            format!("[{}]", elements.join(","))
        }
        leaf => leaf.to_string(),
    }
}
