//! Services beside aggregates, what a bus provides, facts kept only for the record, and aggregates
//! that are state machines.

mod parcel;

use cqrs_core::aggregate::{DynResources, Provide, Resources as _};
use cqrs_core::message::{Event, EventSet};
use cqrs_core::prelude::*;
use std::any::TypeId;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

/// A service: it has state of its own, and no events.
#[derive(Service, Debug, Default)]
struct Catalog {
    products: Mutex<BTreeMap<u32, String>>,
}

#[derive(Command, Serialize, Deserialize)]
#[command("catalog.add")]
struct AddProduct {
    name: String,
}

#[derive(Command, Serialize, Deserialize)]
#[command("catalog.rename")]
struct RenameProduct {
    id: u32,
    name: String,
}

#[derive(Debug, PartialEq)]
enum CatalogError {
    Known(u32),
    Unknown(u32),
}

#[handle]
impl Catalog {
    async fn add(&self, command: &AddProduct) -> Result<u32, CatalogError> {
        tokio::task::yield_now().await;
        let mut products = self.products.lock().unwrap();
        let known = products.iter().find(|(_, name)| **name == command.name);
        if let Some((id, _)) = known {
            return Err(CatalogError::Known(*id));
        }
        let id = u32::try_from(products.len()).unwrap() + 1;
        products.insert(id, command.name.clone());
        Ok(id)
    }
}

/// The words of a service may be a vocabulary too; no command of it carries an id.
#[commands("catalog")]
enum CatalogCommand {
    Tell { product: u32 },
    Forget,
}

/// What a service returns need not be an event, nor a `Result`.
#[handle]
impl Catalog {
    fn rename(
        &self,
        command: &RenameProduct,
        context: &Context,
        letters: &Letters,
    ) -> Result<String, CatalogError> {
        let mut products = self.products.lock().unwrap();
        let product = products
            .get_mut(&command.id)
            .ok_or(CatalogError::Unknown(command.id))?;
        let before = std::mem::replace(product, command.name.clone());
        let actor = context.actor().unwrap_or("nobody");
        letters.send(format!("{actor} renamed {before} to {}", command.name));
        Ok(before)
    }

    fn tell(&self, command: &Tell) -> Option<String> {
        self.products.lock().unwrap().get(&command.product).cloned()
    }

    fn forget(&self, _: &Forget) -> usize {
        std::mem::take(&mut *self.products.lock().unwrap()).len()
    }
}

#[derive(Clone, Debug, Default)]
struct Letters(Arc<Mutex<Vec<String>>>);

impl Letters {
    fn send(&self, letter: String) {
        self.0.lock().unwrap().push(letter);
    }

    fn sent(&self) -> Vec<String> {
        self.0.lock().unwrap().clone()
    }
}

#[derive(Resources, Default)]
struct Deps {
    catalog: Catalog,
    letters: Letters,
    greeting: Arc<str>,
    #[resource(skip)]
    opened: u64,
}

/// Methods of the user's own, named as ours: neither is in the other's way.
impl Deps {
    fn find(&self) -> u64 {
        self.opened
    }

    fn provide(&self) -> &Letters {
        &self.letters
    }
}

#[commands("note", book: String)]
enum NoteCommand {
    Open,
    Note { text: String },
    NoteAll { texts: Vec<String> },
    Close { note: Option<String> },
}

#[events("note")]
enum NoteEvent {
    BookOpened,
    /// Changes no state.
    #[event("note.noted", version = 2, record = Book)]
    Noted {
        #[tag]
        by: String,
        text: String,
    },
    BookClosed,
}

#[upcast]
impl Noted {
    #[from(1)]
    fn from_v1(old: Self) -> Self {
        old
    }
}

/// Changes no state either.
#[derive(Event, Serialize, Deserialize)]
#[event("note.greeted", record = Book)]
struct Greeted(String);

#[derive(Aggregate, Debug, Default, Clone, PartialEq)]
#[aggregate("note", id = String)]
struct Book {
    open: bool,
    events: u32,
}

#[derive(Debug, PartialEq)]
struct NotOpen;

#[handle]
impl Book {
    fn open(&self, _: &Open, greeting: &Arc<str>) -> (BookOpened, Greeted) {
        (BookOpened, Greeted(greeting.to_string()))
    }

    async fn note(
        &self,
        command: &Note,
        context: &Context,
        letters: &Letters,
    ) -> Result<Noted, NotOpen> {
        ensure!(self.open, NotOpen);
        tokio::task::yield_now().await;
        letters.send(command.text.clone());
        Ok(Noted {
            by: context.actor().unwrap_or_default().to_owned(),
            text: command.text.clone(),
        })
    }

    fn note_all(&self, command: &NoteAll) -> Vec<NoteEvent> {
        let noted = command.texts.iter().map(|text| Noted {
            by: String::new(),
            text: text.clone(),
        });
        noted.map(NoteEvent::from).collect()
    }

    fn close(&self, command: &Close) -> Result<(BookClosed, Option<Noted>), NotOpen> {
        ensure!(self.open, NotOpen);
        let last = command.note.clone().map(|text| Noted {
            by: String::new(),
            text,
        });
        Ok((BookClosed, last))
    }
}

#[apply]
impl Book {
    fn opened(&mut self, _: &BookOpened) {
        self.open = true;
        self.events += 1;
    }

    fn closed(&mut self, _: &BookClosed) {
        self.open = false;
        self.events += 1;
    }
}

/// What is kept for the record is read from it as everything else.
#[derive(Projection, Debug, Default, PartialEq, Serialize, Deserialize)]
#[projection("notes", key = String)]
struct Notes {
    texts: Vec<String>,
}

#[project]
impl Notes {
    fn noted(&mut self, event: &Noted) {
        self.texts.push(event.text.clone());
    }

    fn greeted(&mut self, event: &Greeted) {
        self.texts.push(event.0.clone());
    }
}

/// A bus, and the letters that its handlers send.
async fn open(store: Memory) -> (Bus<Memory, Deps>, Letters) {
    let letters = Letters::default();
    let deps = Deps {
        letters: letters.clone(),
        greeting: "hello".into(),
        ..Deps::default()
    };
    let bus = Bus::builder(store).resources(deps).open().await.unwrap();
    (bus, letters)
}

#[tokio::test]
async fn a_service_answers_what_its_method_returns_and_records_nothing() {
    let (bus, _) = open(Memory::new()).await;
    let add = |name: &str| bus.dispatch(AddProduct { name: name.into() });
    assert_eq!(add("tea").await, Ok(1));
    assert_eq!(add("jam").await, Ok(2));
    assert_eq!(add("tea").await, Err(CatalogError::Known(1)));
    assert_eq!(
        bus.dispatch(Tell { product: 2 }).await,
        Some("jam".to_owned())
    );
    assert_eq!(bus.dispatch(Tell { product: 3 }).await, None);
    assert_eq!(bus.dispatch(Forget).await, 2);
    assert_eq!(add("jam").await, Ok(1));
    let head = cqrs_core::EventStore::head(bus.store()).await.unwrap();
    assert_eq!(head.get(), 0);
}

#[tokio::test]
async fn a_service_knows_who_asks_and_asks_for_what_the_bus_provides() {
    let (bus, letters) = open(Memory::new()).await;
    let product = bus.dispatch(AddProduct { name: "tea".into() }).await;
    let rename = || RenameProduct {
        id: *product.as_ref().unwrap(),
        name: "green tea".into(),
    };
    let before = bus.dispatch(rename()).actor("ada").await;
    assert_eq!(before, Ok("tea".to_owned()));
    assert_eq!(
        bus.dispatch(rename()).await.as_deref(),
        Ok("green tea"),
        "options of one dispatch are not those of the next"
    );
    assert_eq!(
        letters.sent(),
        [
            "ada renamed tea to green tea",
            "nobody renamed green tea to green tea"
        ]
    );
}

#[tokio::test]
async fn a_service_and_an_aggregate_are_asked_alike() {
    let (bus, letters) = open(Memory::new()).await;
    let book = || "b".to_owned();
    let id = bus.dispatch(AddProduct { name: "pen".into() }).await;
    let opened = bus.dispatch(Open { book: book() }).await.unwrap();
    assert_eq!((id, opened.version.get()), (Ok(1), 2));
    let note = |text: &str| {
        bus.dispatch(Note {
            book: book(),
            text: text.into(),
        })
        .actor("ada")
    };
    let receipt = note("bought a pen").await.unwrap();
    assert_eq!(letters.sent(), ["bought a pen"]);
    let notes = bus.find::<Notes>(&book()).after(&receipt).await.unwrap();
    assert_eq!(notes.unwrap().texts, ["hello", "bought a pen"]);
    let history = bus.history::<Book>(&book()).await.unwrap();
    assert_eq!(history[2].decode::<Noted>().unwrap().by, "ada");
}

#[tokio::test]
async fn what_is_kept_for_the_record_changes_no_state_and_survives_a_reload() {
    let store = Memory::new();
    let (bus, _) = open(store.clone()).await;
    let book = || "b".to_owned();
    let text = |text: &str| text.to_owned();
    bus.dispatch(Open { book: book() }).await.unwrap();
    bus.dispatch(NoteAll {
        book: book(),
        texts: vec![text("one"), text("two")],
    })
    .await
    .unwrap();
    let closed = bus
        .dispatch(Close {
            book: book(),
            note: Some(text("the end")),
        })
        .await
        .unwrap();
    assert_eq!(closed.version.get(), 6);

    let (again, _) = open(store).await;
    let loaded = again.load::<Book>(&book()).await.unwrap();
    assert_eq!(loaded.version, closed.version);
    let state = Book {
        open: false,
        events: 2,
    };
    assert_eq!(loaded.state, state);
    let refused = again
        .dispatch(Note {
            book: book(),
            text: text("too late"),
        })
        .await
        .unwrap_err();
    assert_eq!(refused.rejection(), Some(&NotOpen));
    let reopened = again.dispatch(Open { book: book() }).await.unwrap();
    assert_eq!(reopened.version.get(), 8);

    let names: Vec<String> = again
        .history::<Book>(&book())
        .await
        .unwrap()
        .iter()
        .map(|event| event.name().to_owned())
        .collect();
    assert_eq!(
        names,
        [
            "note.book_opened",
            "note.greeted",
            "note.noted",
            "note.noted",
            "note.book_closed",
            "note.noted",
            "note.book_opened",
            "note.greeted",
        ]
    );
}

#[tokio::test]
async fn what_is_kept_for_the_record_is_a_word_of_the_vocabulary() {
    assert_eq!((Noted::NAME, Noted::VERSION), ("note.noted", 2));
    assert_eq!(
        NoteEvent::EVENTS[1],
        cqrs_core::message::EventType::of::<Noted>()
    );
    let (bus, _) = open(Memory::new()).await;
    bus.dispatch(NoteAll {
        book: "b".into(),
        texts: vec!["one".into()],
    })
    .await
    .unwrap();
    let history = bus.history::<Book>(&"b".to_owned()).await.unwrap();
    let noted = Noted {
        by: String::new(),
        text: "one".into(),
    };
    assert_eq!(
        history[0].decode_any::<NoteEvent>().unwrap(),
        NoteEvent::Noted(noted)
    );
}

#[tokio::test]
async fn an_aggregate_may_be_an_enum_and_its_handlers_in_several_files() {
    use parcel::{Impossible, Pack, Parcel, Send, Unpack};

    let store = Memory::new();
    let (bus, _) = open(store.clone()).await;
    let refused = bus.dispatch(Unpack { parcel: 1 }).await.unwrap_err();
    assert_eq!(refused.rejection(), Some(&Impossible::NothingInIt));
    let refused = bus.dispatch(Send { parcel: 1 }).await.unwrap_err();
    assert_eq!(refused.rejection(), Some(&Impossible::NothingInIt));
    let pack = |items| bus.dispatch(Pack { parcel: 1, items });
    pack(3).await.unwrap();
    bus.dispatch(Unpack { parcel: 1 }).await.unwrap();
    pack(2).await.unwrap();
    pack(2).await.unwrap();
    let loaded = bus.load::<Parcel>(&1).await.unwrap();
    assert_eq!(loaded.state, Parcel::Full { items: 4 });

    let (again, _) = open(store).await;
    again.dispatch(Send { parcel: 1 }).await.unwrap();
    let refused = again.dispatch(Unpack { parcel: 1 }).await.unwrap_err();
    assert_eq!(refused.rejection(), Some(&Impossible::NotHere));
    let state = again.load::<Parcel>(&1).await.unwrap().state;
    assert_eq!(state, Parcel::Gone);
    let before = again.load::<Parcel>(&1).at_version(1).await.unwrap();
    assert_eq!(before.state, Parcel::Full { items: 3 });
}

#[test]
fn resources_are_found_by_their_type() {
    #[derive(Resources)]
    struct Pair(Letters, #[resource(skip)] u8, Arc<u8>);

    #[derive(Resources)]
    struct Nothing;

    let deps = Deps {
        opened: 7,
        greeting: "hello".into(),
        ..Deps::default()
    };
    assert_eq!((deps.find(), deps.provide().sent().len()), (7, 0));
    let resources = DynResources::new(Arc::new(deps));
    let greeting: &Arc<str> = resources.provide();
    assert_eq!(&**greeting, "hello");
    assert!(resources.find(TypeId::of::<Catalog>()).is_some());
    assert!(resources.find(TypeId::of::<u64>()).is_none(), "left out");
    let pair = Pair(Letters::default(), 1, Arc::new(2));
    let number: &Arc<u8> = pair.provide();
    assert_eq!((**number, pair.1), (2, 1));
    assert!(pair.find(TypeId::of::<Letters>()).is_some());
    assert!(Nothing.find(TypeId::of::<Letters>()).is_none());
}
