//! Commands by name, with JSON for a body, as a web page sends them: `name`, a line's end, the body; lines of `%%` between
//! commands.
//!
//! Whatever comes is recorded, refused by the handler, or an error that says what is wrong and changes nothing. A panic of
//! a handler is none of the bus's: it goes on.
#![no_main]
#![allow(missing_docs)]

use cqrs_core::Position;
use cqrs_core::bus::{ByNameError, Outcome};
use cqrs_core::log::LogFilter;
use cqrs_core::prelude::*;
use cqrs_core::store::LogQuery;
use libfuzzer_sys::{Corpus, fuzz_target};
use serde::de::IgnoredAny;
use std::collections::BTreeMap;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};
use tokio::runtime::Runtime;

#[derive(Id)]
pub struct DoorId(String);

#[commands("door", door: DoorId)]
pub enum DoorCommand {
    Knock {
        times: u8,
    },
    Label {
        text: String,
        #[serde(default)]
        more: BTreeMap<String, Vec<f64>>,
    },
    Both {
        first: u32,
        second: Option<u32>,
    },
    Leave,
}

#[events("door")]
pub enum DoorEvent {
    Knocked {
        times: u8,
    },
    Labelled {
        #[tag]
        text: String,
        more: BTreeMap<String, Vec<f64>>,
    },
    Left,
}

#[derive(Aggregate, Default)]
#[aggregate("door", id = DoorId)]
pub struct Door {
    knocks: u32,
}

#[derive(Debug, thiserror::Error)]
#[error("no")]
pub struct No;

#[handle]
impl Door {
    fn knock(&self, command: &Knock) -> Result<Knocked, No> {
        ensure!(self.knocks < 100, No);
        Ok(Knocked {
            times: command.times,
        })
    }
    fn label(&self, command: &Label) -> Labelled {
        Labelled {
            text: command.text.clone(),
            more: command.more.clone(),
        }
    }
    fn both(&self, command: &Both) -> Result<Vec<DoorEvent>, No> {
        let times = u8::try_from(command.first).map_err(|_| No)?;
        let second = command.second.map(|_| Left.into());
        Ok([Some(Knocked { times }.into()), second]
            .into_iter()
            .flatten()
            .collect())
    }
    fn leave(&self, _: &Leave) -> Option<Left> {
        (self.knocks > 0).then_some(Left)
    }
}

#[apply]
impl Door {
    fn knocked(&mut self, event: &Knocked) {
        self.knocks += u32::from(event.times);
    }
    fn labelled(&mut self, _: &Labelled) {}
    fn left(&mut self, _: &Left) {
        self.knocks = 0;
    }
}

#[derive(Projection, Default, Serialize, Deserialize)]
#[projection("doors", key = DoorId)]
pub struct Shown {
    #[index]
    knocks: u32,
    #[index]
    text: String,
}

#[project]
impl Shown {
    fn knocked(&mut self, event: &Knocked) {
        self.knocks += u32::from(event.times);
    }
    fn labelled(&mut self, event: &Labelled) {
        self.text.clone_from(&event.text);
    }
    fn left(&mut self, _: &Left) {
        self.knocks = 0;
    }
}

#[derive(Service, Default)]
pub struct Bell {
    rung: AtomicU64,
}

#[commands("bell")]
pub enum BellCommand {
    Ring { loud: bool, said: Option<String> },
    Tune { to: f64 },
}

#[handle]
impl Bell {
    fn ring(&self, command: &Ring) -> Result<String, No> {
        ensure!(!command.loud, No);
        self.rung.fetch_add(1, Ordering::Relaxed);
        Ok(command.said.clone().unwrap_or_default())
    }
    fn tune(&self, command: &Tune) -> f64 {
        command.to * 2.0
    }
}

#[derive(Resources, Default)]
pub struct House {
    bell: Bell,
}

static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| {
    let mut builder = tokio::runtime::Builder::new_current_thread();
    builder.enable_time().build().expect("a runtime")
});

fuzz_target!(|data: &[u8]| -> Corpus {
    let calls: Vec<(&str, &[u8])> = split(data, b"\n%%\n")
        .into_iter()
        .filter_map(|call| {
            let end = call.iter().position(|byte| *byte == b'\n')?;
            Some((str::from_utf8(&call[..end]).ok()?, &call[end + 1..]))
        })
        .collect();
    if calls.is_empty() {
        return Corpus::Reject;
    }
    RUNTIME.block_on(sent(&calls));
    Corpus::Keep
});

fn split<'a>(mut data: &'a [u8], by: &[u8]) -> Vec<&'a [u8]> {
    let mut parts = Vec::new();
    while let Some(at) = data.windows(by.len()).position(|here| here == by) {
        parts.push(&data[..at]);
        data = &data[at + by.len()..];
    }
    parts.push(data);
    parts
}

async fn sent(calls: &[(&str, &[u8])]) {
    let store = Memory::new();
    let bus = Bus::builder(store.clone())
        .resources(House::default())
        .open()
        .await
        .expect("memory opens");
    let commands = bus.by_name().expect("all is provided");
    let mut head = Position::ZERO;
    let mut last: Option<Receipt> = None;
    for (name, body) in calls {
        let known = commands.names().any(|known| known == *name);
        let outcome = commands.dispatch(name, *body).await;
        let now = store.head().await.expect("memory is read");
        match &outcome {
            Ok(Outcome::Recorded(receipt)) => {
                assert!(name.starts_with("door."));
                assert!(now >= head);
                // a command that led to no event is answered with where its instance stood
                if last.is_none_or(|last| last.position < receipt.position) {
                    last = Some(*receipt);
                }
            }
            Ok(_) => assert!(name.starts_with("bell.") && now == head),
            Err(error) => {
                assert_eq!(now, head, "{error:?} changed something");
                assert_eq!(matches!(error, ByNameError::Unknown { .. }), !known);
                assert!(!error.to_string().is_empty());
            }
        }
        // what no field takes is passed over, and so need not make sense in itself
        if known && serde_json::from_slice::<IgnoredAny>(body).is_err() {
            assert!(
                matches!(outcome, Err(ByNameError::Body { .. })),
                "{outcome:?}"
            );
        }
        head = now;
    }

    // what was recorded can be read, whatever was said
    let page = store
        .log(LogQuery {
            after: Position::ZERO,
            through: None,
            filter: LogFilter::all(),
            limit: 1_000,
        })
        .await
        .expect("memory is read");
    for event in &page.events {
        event
            .decode_any::<DoorEvent>()
            .expect("what was recorded decodes");
    }
    if let (Some(event), Some(last)) = (page.events.last(), last) {
        let door = DoorId::from(event.recorded().stream.id());
        let door_state = bus.load::<Door>(&door).await.expect("the stream is read");
        let shown = bus
            .find::<Shown>(&door)
            .after(&last)
            .await
            .expect("the row is read");
        assert_eq!(shown.map(|row| row.knocks), Some(door_state.state.knocks));
    }
}
