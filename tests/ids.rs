//! An id that cannot name an instance is refused wherever it is written or read.

use cqrs_core::bus::ByNameError;
use cqrs_core::log::{Data, EncodeError, EventId, Metadata, StreamId, Tags, Tenant};
use cqrs_core::prelude::*;
use cqrs_core::store::{Append, Batch, Expect, NewEvent, SmallVec};
use cqrs_core::testing::ProjectionFixture;
use cqrs_core::{IdError, Uuid};
use std::collections::BTreeMap;
use std::error::Error;

/// Around a text.
#[derive(Id)]
pub struct CopyId(String);

impl CopyId {
    /// The user's own: the derive writes none.
    fn as_str(&self) -> &str {
        self.as_ref()
    }
}

/// Around a number.
#[derive(Id, Copy)]
pub struct ShelfId(u32);

/// Around a UUID.
#[derive(Id, Copy)]
pub struct LoanId(Uuid);

/// What is asked of a reader.
#[commands("reader", reader: String)]
pub enum ReaderCommand {
    /// Wants some.
    Want { copies: Vec<CopyId> },
}

/// What happens to a reader.
#[events("reader")]
pub enum ReaderEvent {
    /// Wanted one.
    Wanted { copy: CopyId },
}

/// A reader.
#[derive(Aggregate, Default)]
#[aggregate("reader", id = String)]
pub struct Reader;

#[handle]
impl Reader {
    fn want(&self, command: &Want) -> Vec<Wanted> {
        let copies = command.copies.iter().cloned();
        copies.map(|copy| Wanted { copy }).collect()
    }
}

#[apply]
impl Reader {
    fn wanted(&mut self, _: &Wanted) {}
}

/// What all readers want: an id that is there from the beginning, and so is empty then.
#[derive(Projection, Default, Serialize, Deserialize)]
#[projection("wants", key = CopyId)]
pub struct Wants {
    first: Option<CopyId>,
}

#[project]
impl Wants {
    #[key(event.copy)]
    fn wanted(&mut self, event: &Wanted) {
        self.first.get_or_insert(event.copy.clone());
    }
}

/// Who filled a shelf: one asks for the id of the event's instance in every shape.
#[events("shelf")]
pub enum ShelfEvent {
    /// Filled.
    Filled { by: String },
    /// Emptied.
    Emptied { by: String },
}

/// A shelf.
#[derive(Aggregate, Default)]
#[aggregate("shelf", id = ShelfId)]
pub struct Shelf;

#[apply]
impl Shelf {
    fn filled(&mut self, _: &Filled) {}
    fn emptied(&mut self, _: &Emptied) {}
}

/// By its stream's key.
#[derive(Projection, Debug, Default, PartialEq, Serialize, Deserialize)]
#[projection("shelves", key = ShelfId)]
pub struct Shelves {
    filled: Vec<(u64, ShelfId)>,
}

#[project]
impl Shelves {
    fn filled(&mut self, _: &Filled, at: &Recorded, on: &ShelfId) {
        self.filled.push((at.version.get(), *on));
    }
}

/// By keys of its own, one of them made of the id; and by rows of its choice.
#[derive(Projection, Debug, Default, PartialEq, Serialize, Deserialize)]
#[projection("hands", key = String)]
pub struct Hands {
    filled: Vec<ShelfId>,
    emptied: Vec<(ShelfId, u64)>,
}

#[project]
impl Hands {
    #[key(event.by, format!("shelf {on}"))]
    fn filled(&mut self, event: &Filled, on: &ShelfId) {
        self.filled.push(*on);
    }

    fn emptied(rows: &mut RowsMut<'_, Self>, event: &Emptied, on: &ShelfId, at: &Recorded) {
        rows.change(&event.by, |row| {
            row.emptied.push((*on, at.version.get()));
        });
    }
}

#[test]
fn an_id_around_a_text_is_taken_where_a_text_is() {
    fn length(text: impl AsRef<str>) -> usize {
        text.as_ref().len()
    }
    let copy = CopyId::from("dune-1");
    assert_eq!((length(&copy), copy.as_str()), (6, "dune-1"));
}

#[test]
fn a_projection_takes_the_id_of_what_the_event_happened_to() {
    let by = || "ada".to_owned();
    let history = (Filled { by: by() }, Emptied { by: by() });
    Shelves::given(ShelfId::from(7), history.clone()).shows(
        &ShelfId::from(7),
        Shelves {
            filled: vec![(1, ShelfId::from(7))],
        },
    );
    let filled = vec![ShelfId::from(7)];
    Hands::given(ShelfId::from(7), history)
        .shows(
            &by(),
            Hands {
                filled: filled.clone(),
                emptied: vec![(ShelfId::from(7), 2)],
            },
        )
        .shows(
            &"shelf 7".to_owned(),
            Hands {
                filled,
                emptied: Vec::new(),
            },
        )
        .and_nothing_else();
}

#[tokio::test]
async fn an_id_on_record_that_is_none_stops_the_projection_and_is_told() {
    let store = Memory::new();
    let mut batch = Batch::default();
    batch.appends.push(Append {
        stream: StreamId::new(Tenant::default(), "shelf", "seven").unwrap(),
        expect: Expect::Any,
        events: SmallVec::from_iter([NewEvent {
            id: EventId::generate(),
            name: "shelf.filled".into(),
            schema: 1,
            data: Data::from_bytes(br#"{"by":"ada"}"#.as_slice()),
            tags: Tags::default(),
        }]),
        occurred_at: None,
        metadata: Metadata::of(CommandId::generate()),
        snapshot: None,
    });
    store.commit(batch).await.unwrap();
    let bus = Bus::open(store).await.unwrap();
    let _ = bus.caught_up().await;
    let error = bus.find::<Hands>(&"ada".into()).await.unwrap_err();
    let told = error.to_string();
    assert!(matches!(error, ReadError::Stopped { .. }), "{told}");
    assert!(
        told.contains("`seven` does not parse as `ids::ShelfId`"),
        "{told}"
    );
}

/// Titles, to be searched.
#[derive(Projection, Default, Serialize, Deserialize)]
#[projection("titles", key = CopyId)]
pub struct Titles {
    #[index]
    copy: Option<CopyId>,
    #[index]
    upper: String,
}

#[project]
impl Titles {
    #[key(event.copy)]
    fn wanted(&mut self, event: &Wanted) {
        self.upper = event.copy.to_string().to_uppercase();
        self.copy = Some(event.copy.clone());
    }
}

/// Asks which begin so: by the id, else by the text.
#[derive(Query)]
pub struct Beginning {
    with: &'static str,
    by_id: bool,
}

#[answer]
impl Titles {
    async fn beginning(rows: &Rows<Self>, query: &Beginning) -> Result<Vec<String>, ReadError> {
        let found = if query.by_id {
            rows.all().starting_with(Self::COPY, query.with).await?
        } else {
            rows.all().starting_with(Self::UPPER, query.with).await?
        };
        Ok(found.iter().map(|row| row.key.to_string()).collect())
    }
}

#[tokio::test]
async fn rows_are_found_by_the_beginning_of_a_text() {
    let bus = Bus::open(Memory::new()).await.unwrap();
    let titles = ["Dubliners", "Dune", "Emma", "dürer", "D"];
    let receipt = bus.dispatch(want(&titles)).await.unwrap();
    for (with, by_id, expected) in [
        ("Du", true, &["Dubliners", "Dune"][..]),
        ("D", true, &["D", "Dubliners", "Dune"]),
        ("DÜ", false, &["dürer"]),
        ("", false, &["D", "Dubliners", "Dune", "Emma", "dürer"]),
        ("Emmas", true, &[]),
    ] {
        let found = bus
            .query(Beginning { with, by_id })
            .after(&receipt)
            .await
            .unwrap();
        assert_eq!(found, expected, "{with}");
    }
}

fn invalid() -> Vec<String> {
    vec![
        String::new(),
        "x".repeat(513),
        "a\nb".into(),
        "\u{85}".into(),
    ]
}

fn want(copies: &[&str]) -> Want {
    Want {
        reader: "ada".into(),
        copies: copies.iter().copied().map(CopyId::from).collect(),
    }
}

#[test]
fn what_cannot_name_an_instance_is_neither_written_nor_read() {
    for text in invalid() {
        let json = serde_json::to_string(&text).unwrap();
        let told = serde_json::to_string(&CopyId::from(&*text)).unwrap_err();
        assert!(told.to_string().contains("`CopyId`"), "{told}");
        let told = serde_json::from_str::<CopyId>(&json).unwrap_err();
        assert!(told.to_string().contains("`CopyId`"), "{told}");
        let error = text.parse::<CopyId>().unwrap_err();
        assert!(error.to_string().contains("`CopyId`"), "{error}");

        let keyed = BTreeMap::from([(CopyId::from(&*text), 1)]);
        assert!(serde_json::to_string(&keyed).is_err(), "as a key of a map");
    }
    for text in ["a", "a b", "é", &"x".repeat(512), "\u{a0}"] {
        let id = CopyId::from(text);
        let json = serde_json::to_string(&id).unwrap();
        assert_eq!(json, serde_json::to_string(text).unwrap());
        assert_eq!(serde_json::from_str::<CopyId>(&json).unwrap(), id);
        assert_eq!(text.parse(), Ok(id));
    }
}

#[test]
fn what_does_not_parse_is_told_with_the_reason_of_what_it_wraps() {
    let error = "seven".parse::<ShelfId>().unwrap_err();
    assert!(
        matches!(&error, IdError::Unreadable { of, reason, .. } if of == "ShelfId" && reason == "invalid digit found in string"),
        "{error}"
    );
    assert!("7".parse::<ShelfId>().is_ok());
    assert!("seven".parse::<LoanId>().is_err());
    assert_eq!(serde_json::to_string(&ShelfId::from(0)).unwrap(), "0");
    let loan = LoanId::from(Uuid::nil());
    let json = serde_json::to_string(&loan).unwrap();
    assert_eq!(serde_json::from_str::<LoanId>(&json).unwrap(), loan);
}

#[tokio::test]
async fn a_command_that_would_record_one_is_an_error_and_nothing_is_recorded() {
    let bus = Bus::open(Memory::new()).await.unwrap();
    for copies in [&[""][..], &["dune", "a\0"]] {
        for id in [None, Some(CommandId::generate())] {
            let mut dispatch = bus.dispatch(want(copies));
            if let Some(id) = id {
                dispatch = dispatch.id(id);
            }
            let error = dispatch.await.unwrap_err();
            let DispatchError::Encode(EncodeError::Unwritable { source, .. }) = &error else {
                panic!("{error:?}")
            };
            assert!(source.to_string().contains("`CopyId`"), "{source}");
            assert!(error.to_string().ends_with(&source.to_string()), "{error}");
            assert!(error.nothing_recorded());
        }
    }
    assert_eq!(bus.history::<Reader>(&"ada".into()).await.unwrap().len(), 0);
    // the instance goes on
    let receipt = bus.dispatch(want(&["dune"])).await.unwrap();
    assert_eq!(receipt.version.get(), 1);
    let row = bus
        .find::<Wants>(&"dune".into())
        .after(&receipt)
        .await
        .unwrap();
    assert_eq!(row.unwrap().first, Some("dune".into()));
}

#[tokio::test]
async fn by_its_name_a_command_says_which_id_is_wrong() {
    let bus = Bus::open(Memory::new()).await.unwrap();
    let commands = bus.by_name().unwrap();
    let body = r#"{ "reader": "ada", "copies": ["dune", ""] }"#;
    let error = commands.dispatch("reader.want", body).await.unwrap_err();
    assert!(matches!(error, ByNameError::Body { .. }));
    let told = "the body is not the JSON of a `reader.want`: \
                the id of `CopyId` is empty: give at least one character at line 1 column 41";
    assert_eq!(error.to_string(), told);
    assert!(error.source().is_none(), "the text says it whole");
}

#[tokio::test]
async fn a_store_that_keeps_values_as_they_are_looks_at_none() {
    let bus = Bus::open(Memory::typed()).await.unwrap();
    bus.dispatch(want(&[""])).await.unwrap(); // as `Memory::typed` says
    bus.caught_up().await.unwrap();
    let parked = bus.parked::<Wants>().unwrap();
    assert_eq!(parked.len(), 1, "the row says so");
}
