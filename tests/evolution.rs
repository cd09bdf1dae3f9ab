//! What older versions of an event wrote is read as today's: by aggregates, projections and readers.

use cqrs_core::log::{Data, DecodeError, EventId, LogFilter, Metadata, StreamId, Tags, Tenant};
use cqrs_core::prelude::*;
use cqrs_core::store::{Append, Batch, Expect, NewEvent};
use cqrs_core::testing::upcast;
use std::num::NonZeroU64;

#[commands("account", account: String)]
enum AccountCommand {
    Deposit { cents: u64 },
}

#[events("account")]
#[derive(Eq)]
enum AccountEvent {
    #[event(version = 4, was = ["account.paid_in", "account.credited"])]
    Deposited {
        cents: u64,
        currency: String,
        late: bool,
    },
    #[event(was = "account.remarked", record = Account)]
    Noted { text: String },
}

/// Version 1.
#[derive(Deserialize)]
struct WholeEuros {
    amount: NonZeroU64,
}

/// Version 2.
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
    fn in_a_currency(old: Cents, at: &Recorded) -> serde_json::Value {
        assert!(old.cents != 666, "a panic of an upcaster");
        let late = at.occurred_at < at.recorded_at;
        serde_json::json!({ "cents": old.cents, "currency": "EUR", "late": late })
    }
    #[from(3)]
    fn as_it_is(old: serde_json::Value) -> Result<Self, serde_json::Error> {
        serde_json::from_value(old)
    }
}

#[derive(Aggregate, Default)]
#[aggregate("account", id = String)]
struct Account {
    cents: u64,
}

#[handle]
impl Account {
    fn deposit(&self, command: &Deposit) -> Deposited {
        Deposited {
            cents: command.cents + self.cents / 10, // the tenth of what is there, to see it
            currency: "EUR".to_owned(),
            late: false,
        }
    }
}

#[apply]
impl Account {
    fn deposited(&mut self, event: &Deposited) {
        self.cents += event.cents;
    }
}

#[derive(Projection, Default, Debug, PartialEq, Serialize, Deserialize)]
#[projection("balances", key = String)]
struct Balance {
    cents: u64,
    deposits: u64,
}

#[project]
impl Balance {
    fn deposited(&mut self, event: &Deposited) {
        self.cents += event.cents;
        self.deposits += 1;
    }
}

#[derive(Projection, Default, Serialize, Deserialize)]
#[projection("notes")]
struct Notes {
    texts: Vec<String>,
}

#[project]
impl Notes {
    fn noted(&mut self, event: &Noted) {
        self.texts.push(event.text.clone());
    }
}

/// What an older program wrote: name, schema version and data.
type Old = (&'static str, u32, &'static str);

const HISTORY: [Old; 6] = [
    ("account.paid_in", 1, r#"{"amount":5}"#),
    ("account.credited", 2, r#"{"cents":20}"#),
    ("account.deposited", 2, r#"{"cents":3}"#),
    ("account.remarked", 1, r#"{"text":"was a remark"}"#),
    (
        "account.deposited",
        3,
        r#"{"cents":7,"currency":"EUR","late":true}"#,
    ),
    (
        "account.deposited",
        4,
        r#"{"cents":10,"currency":"EUR","late":true}"#,
    ),
];

async fn store_of(history: &[Old]) -> Memory {
    let store = Memory::new();
    let stream = StreamId::new(Tenant::default(), "account", "ada").unwrap();
    let events = history.iter().map(|&(name, schema, json)| NewEvent {
        id: EventId::generate(),
        name: name.into(),
        schema,
        data: Data::from_bytes(json.as_bytes()),
        tags: Tags::default(),
    });
    let append = Append {
        stream,
        expect: Expect::Any,
        events: events.collect(),
        occurred_at: None,
        metadata: Metadata::of(CommandId::generate()),
        snapshot: None,
    };
    let mut batch = Batch::default();
    batch.appends.push(append);
    store.commit(batch).await.unwrap();
    store
}

#[tokio::test]
async fn aggregates_and_projections_read_all_versions_and_names() {
    let bus = Bus::open(store_of(&HISTORY).await).await.unwrap();
    let account = "ada".to_owned();
    let state = bus.load::<Account>(&account).await.unwrap();
    assert_eq!(state.state.cents, 500 + 20 + 3 + 7 + 10);

    let cents = 0; // the handler adds a tenth of what it knows of
    let deposit = Deposit { account, cents };
    let receipt = bus.dispatch(deposit).await.unwrap();
    let account = "ada".to_owned();
    let row = bus.find::<Balance>(&account).after(&receipt).await.unwrap();
    let (cents, deposits) = (540 + 54, 6);
    assert_eq!(row, Some(Balance { cents, deposits }));
    let notes = bus.value::<Notes>().after(&receipt).await.unwrap();
    assert_eq!(notes.texts, ["was a remark"]);

    let history = bus.history::<Account>(&account).await.unwrap();
    let event: AccountEvent = history[0].decode_any().unwrap();
    let today = Deposited {
        cents: 500,
        currency: "EUR".into(),
        late: false,
    };
    assert_eq!(event, AccountEvent::Deposited(today));
    assert_eq!(history[0].name(), "account.paid_in", "the record stays");
    assert_eq!(&*history[3].decode::<Noted>().unwrap().text, "was a remark");
}

#[tokio::test]
async fn a_filter_of_an_event_takes_all_its_names() {
    let bus = Bus::open(store_of(&HISTORY).await).await.unwrap();
    let mut deposits = bus.subscribe(LogFilter::of::<Deposited>());
    let mut cents = Vec::new();
    for _ in 0..5 {
        let event = deposits.next().await.unwrap();
        cents.push(event.decode::<Deposited>().unwrap().cents);
    }
    assert_eq!(cents, [500, 20, 3, 7, 10]);
}

#[test]
fn what_cannot_be_read_is_told_with_the_version_and_the_reason() {
    let read = |version, json: &str| upcast::<Deposited>(version, json).unwrap_err();
    let refused = read(1, r#"{"amount":18446744073709551615}"#);
    assert!(matches!(refused, DecodeError::Upcast { from: 1, .. }));
    assert_eq!(
        refused.to_string(),
        "event `account.deposited` (schema 1) at version 1 of stream sample/sample, position 1: \
         what version 1 wrote cannot be read by its `#[upcast]` methods: \
         the method refused it: no deposit is that large"
    );
    let panicked = read(2, r#"{"cents":666}"#).to_string();
    assert!(
        panicked.ends_with("panicked: a panic of an upcaster"),
        "{panicked}"
    );
    let malformed = read(1, r#"{"amount":0}"#);
    assert!(matches!(malformed, DecodeError::Malformed { .. }));
    assert!(malformed.to_string().contains("WholeEuros"), "{malformed}");
    for unknown in [0, 5] {
        let error = read(unknown, "{}");
        assert!(matches!(error, DecodeError::OtherSchema { known: 4, .. }));
    }
}

#[tokio::test]
async fn an_upcaster_that_fails_stops_its_key_and_no_other() {
    let broken = [("account.paid_in", 2, r#"{"cents":666}"#)];
    let bus = Bus::open(store_of(&broken).await).await.unwrap();
    let (ada, bob) = ("ada".to_owned(), "bob".to_owned());
    let refused = bus
        .dispatch(Deposit {
            account: ada.clone(),
            cents: 1,
        })
        .await;
    assert!(
        matches!(refused, Err(DispatchError::Decode(_))),
        "{refused:?}"
    );
    let receipt = bus
        .dispatch(Deposit {
            account: bob.clone(),
            cents: 1,
        })
        .await
        .unwrap();
    let row = bus.find::<Balance>(&bob).after(&receipt).await.unwrap();
    assert_eq!(row.map(|row| row.cents), Some(1));
    let parked = bus.find::<Balance>(&ada).after(&receipt).await.unwrap_err();
    assert!(
        parked.to_string().contains("a panic of an upcaster"),
        "{parked}"
    );
}
