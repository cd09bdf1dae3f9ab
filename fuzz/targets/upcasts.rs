//! What older programs wrote, under whatever name and version: read through upcasters; and the lock that says what they wrote.
//!
//! Reading never panics, not even where an upcaster does; it comes to what the upcasters make one after the other; what is
//! read is written and read again as the same. The compiler and the test of a lock read the same events in one.
#![no_main]
#![allow(dead_code, missing_docs)]

use cqrs_core::__private::{count, index};
use cqrs_core::log::{CommandId, Data, DecodeError, EventId, Metadata, StreamId, Tenant};
use cqrs_core::prelude::*;
use cqrs_core::{Position, RecordedEvent, Version};
use libfuzzer_sys::{Corpus, fuzz_target};
use serde_json::Value;
use std::num::NonZeroU64;
use std::panic::{catch_unwind, set_hook};

#[path = "../../cqrs-core/src/schema/lock/file.rs"]
mod file;

#[derive(Aggregate, Default)]
#[aggregate("account", id = String)]
pub struct Account;

#[events("account")]
pub enum AccountEvent {
    #[event(version = 4, was = ["account.paid_in", "account.credited"])]
    Deposited {
        cents: u64,
        currency: String,
        late: bool,
    },
    #[event(version = 2, was = "account.remarked")]
    Noted {
        text: String,
        #[serde(default)]
        by: Option<String>,
    },
}

#[derive(Deserialize)]
struct WholeEuros {
    amount: NonZeroU64,
}

#[derive(Deserialize)]
struct Cents {
    cents: u64,
}

#[derive(Debug, thiserror::Error)]
#[error("no deposit is that large")]
struct TooMuch;

#[upcast]
impl Deposited {
    #[from(1)]
    fn in_cents(old: WholeEuros) -> Result<Cents, TooMuch> {
        let cents = old.amount.get().checked_mul(100).ok_or(TooMuch)?;
        Ok(Cents { cents })
    }
    #[from(2)]
    fn in_a_currency(old: Cents, at: &Recorded) -> Value {
        assert!(old.cents != 600, "a panic of an upcaster");
        let late = at.occurred_at < at.recorded_at;
        serde_json::json!({ "cents": old.cents, "currency": "EUR", "late": late })
    }
    #[from(3)]
    fn as_it_is(old: Value) -> Result<Self, serde_json::Error> {
        serde_json::from_value(old)
    }
}

#[upcast]
impl Noted {
    #[from(1)]
    fn unsigned(old: Self) -> Self {
        old
    }
}

#[apply]
impl Account {
    fn deposited(&mut self, _: &Deposited) {}
    fn noted(&mut self, _: &Noted) {}
}

/// The names and versions that input begins with, each by a letter.
const NAMES: [&str; 6] = [
    "account.deposited",
    "account.paid_in",
    "account.credited",
    "account.noted",
    "account.remarked",
    "account.unheard_of",
];

fuzz_target!(
    // a panic that is caught is none; one that is not ends the process all the same
    init: set_hook(Box::new(|_| {})),
    |data: &[u8]| -> Corpus { run(data) }
);

fn run(data: &[u8]) -> Corpus {
    match data {
        [b'L', text @ ..] => str::from_utf8(text).map_or(Corpus::Reject, |text| {
            lock(text);
            Corpus::Keep
        }),
        [name @ b'a'..=b'f', schema @ b'0'..=b'9', data @ ..] => {
            event(
                NAMES[usize::from(name - b'a')],
                u32::from(schema - b'0'),
                data,
            );
            Corpus::Keep
        }
        _ => Corpus::Reject,
    }
}

fn event(name: &str, schema: u32, data: &[u8]) {
    let event = recorded(name, schema, data);
    let read = event.decode_any::<AccountEvent>();
    match (&read, name) {
        (
            Ok(AccountEvent::Deposited(read)),
            "account.deposited" | "account.paid_in" | "account.credited",
        ) => {
            assert_eq!(by_hand(schema, data).as_ref(), Some(read));
            comes_back(read);
        }
        (Ok(AccountEvent::Noted(read)), "account.noted" | "account.remarked") => {
            assert!(matches!(schema, 1 | 2));
            comes_back(read);
        }
        (Ok(read), _) => panic!("`{name}` was read as {read:?}"),
        (Err(error), "account.deposited" | "account.paid_in" | "account.credited") => {
            assert_eq!(by_hand(schema, data), None, "{error:?}");
            let is_placed = match error {
                DecodeError::OtherSchema { .. } => !(1..=4).contains(&schema),
                DecodeError::Upcast { from, .. } => *from == schema && schema < 4,
                DecodeError::Malformed { .. } => (1..=4).contains(&schema),
                _ => false,
            };
            assert!(is_placed, "{error:?}");
        }
        (Err(error), _) => assert!(!error.to_string().is_empty()),
    }
}

/// What the upcasters come to, called one after the other.
fn by_hand(schema: u32, data: &[u8]) -> Option<Deposited> {
    let at = recorded("account.deposited", schema, data)
        .recorded()
        .clone();
    let third = match schema {
        1 | 2 => {
            let second = if schema == 1 {
                Deposited::in_cents(serde_json::from_slice(data).ok()?).ok()?
            } else {
                serde_json::from_slice(data).ok()?
            };
            if second.cents == 600 {
                return None;
            }
            Deposited::in_a_currency(second, &at)
        }
        3 => serde_json::from_slice(data).ok()?,
        4 => return serde_json::from_slice(data).ok(),
        _ => return None,
    };
    Deposited::as_it_is(third).ok()
}

fn comes_back<E: Event + serde::Serialize + PartialEq + std::fmt::Debug>(read: &E) {
    let written = serde_json::to_vec(read).expect("it is written");
    let again = recorded(E::NAME, E::VERSION, &written);
    assert_eq!(*again.decode::<E>().expect("and read"), *read);
}

fn recorded(name: &str, schema: u32, data: &[u8]) -> RecordedEvent {
    let id = cqrs_core::Uuid::from_u128(7);
    let stream = StreamId::new(Tenant::default(), "account", "one").expect("it is a name");
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

/// How many events a lock has here at most.
const MOST: usize = 16;

fn lock(text: &str) {
    let by_test = file::File::read(text);
    if let Ok(file) = &by_test {
        let written = file.to_string();
        assert_eq!(file::File::read(&written).as_ref(), Ok(file), "{written}");
    }
    if count(text) > MOST {
        return;
    }
    match (catch_unwind(|| index::<MOST>(text)), by_test) {
        (Ok(_), Ok(file)) => assert_eq!(count(text), file.events.len()),
        // the test is the stricter one here: the compiler says nothing of what stands there twice or belongs to nothing
        (Ok(_), Err(lines)) => {
            assert!(
                lines.iter().all(|line| line.ends_with("is there twice")
                    || line.ends_with("belongs to no event")),
                "{lines:?}"
            )
        }
        (Err(panic), _) => {
            let told = panic.downcast_ref::<String>().expect("a message");
            assert!(told.starts_with("events.lock, line "), "{told}");
        }
    }
}
