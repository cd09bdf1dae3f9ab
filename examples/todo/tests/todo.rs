//! The lists as their user sees them: decisions, read models, and a morning on disk.
#![allow(missing_docs)]

use cqrs_core::prelude::*;
use cqrs_core::testing::{Fixture, ProjectionFixture, laws, proptest::prelude::*};
use cqrs_sqlite::Sqlite;
use todo::domain::*;

fn home() -> ListId {
    ListId::from("home")
}

fn work() -> ListId {
    ListId::from("work")
}

fn item(number: u32) -> ItemId {
    ItemId::from(number)
}

fn at(hour: u32) -> Timestamp {
    format!("2026-05-01T{hour:02}:00:00Z").parse().unwrap()
}

fn created() -> ListCreated {
    ListCreated {
        title: "Home".into(),
    }
}

fn added(number: u32, text: &str) -> ItemAdded {
    ItemAdded {
        item: item(number),
        text: text.into(),
    }
}

fn reminder(number: u32, hour: u32) -> ReminderSet {
    ReminderSet {
        item: item(number),
        at: Some(at(hour)),
    }
}

fn milk() -> (ListCreated, ItemAdded, ReminderSet) {
    (created(), added(1, "milk"), reminder(1, 9))
}

#[test]
fn an_item_is_added_with_its_times() {
    let add = AddItem {
        list: home(),
        text: " milk ".into(),
        due: Some(at(10)),
        remind: Some(at(9)),
    };
    List::given(created())
        .at(at(8))
        .when(add.clone())
        .then((
            added(1, "milk"),
            DueSet {
                item: item(1),
                due: Some(at(10)),
            },
            reminder(1, 9),
        ))
        .and_nothing_else();
    List::given(created())
        .at(at(9))
        .when(add.clone())
        .rejects(TodoError::Past);
    List::given_nothing()
        .at(at(8))
        .when(add)
        .rejects(TodoError::NoList);
}

#[test]
fn a_number_is_never_given_again() {
    List::given((
        created(),
        added(1, "milk"),
        ItemRemoved {
            item: item(1),
            finished: false,
        },
    ))
    .when(AddItem {
        list: home(),
        text: "tea".into(),
        due: None,
        remind: None,
    })
    .then(added(2, "tea"))
    .and_nothing_else();
}

#[test]
fn what_is_done_stays_as_it_is() {
    let done = || (milk(), ItemFinished { item: item(1) });
    List::given(done())
        .when(FinishItem {
            list: home(),
            item: item(1),
        })
        .then_nothing();
    List::given(done())
        .when(EditItem {
            list: home(),
            item: item(1),
            text: "tea".into(),
        })
        .rejects(TodoError::Finished(item(1)));
    List::given(done())
        .when(ReopenItem {
            list: home(),
            item: item(1),
        })
        .then(ItemReopened { item: item(1) })
        .and_nothing_else();
    List::given(done())
        .when(RemoveItem {
            list: home(),
            item: item(1),
        })
        .then(ItemRemoved {
            item: item(1),
            finished: true,
        })
        .and_nothing_else();
    List::given(done())
        .when(FinishItem {
            list: home(),
            item: item(2),
        })
        .rejects(TodoError::NoItem(item(2)));
}

#[test]
fn a_list_is_renamed() {
    let rename = |title: &str| RenameList {
        list: home(),
        title: title.into(),
    };
    List::given(created())
        .when(rename("House"))
        .then(ListRenamed {
            title: "House".into(),
        })
        .and_nothing_else();
    List::given(created()).when(rename("Home")).then_nothing();
    List::given(created())
        .when(rename(" "))
        .rejects(TodoError::Empty);
}

#[test]
fn a_reminder_is_silent_while_its_item_is_done() {
    let key = ItemKey::of(&home(), item(1));
    let row = |rings| Reminder {
        at: rings,
        set: Some(at(9)),
        text: "milk".into(),
    };
    let gone = (
        added(1, "report"),
        ItemRemoved {
            item: item(1),
            finished: false,
        },
    );
    Reminder::given(home(), (milk(), ItemFinished { item: item(1) }))
        .and(work(), gone)
        .shows(&key, row(None))
        .shows_nothing(&ItemKey::of(&work(), item(1)))
        .and_nothing_else();
    Reminder::given(
        home(),
        (
            milk(),
            ItemFinished { item: item(1) },
            ItemReopened { item: item(1) },
        ),
    )
    .shows(&key, row(Some(at(9))));
}

#[test]
fn items_show_their_list() {
    let row = ItemRow {
        list: Some(home()),
        finished: true,
        due: Some(at(10)),
        text: "tea".into(),
    };
    let (item, due) = (item(1), Some(at(10)));
    ItemRow::given(
        home(),
        (
            milk(),
            DueSet { item, due },
            ItemEdited {
                item,
                text: "tea".into(),
            },
        ),
    )
    .and(home(), ItemFinished { item })
    .shows(&ItemKey::of(&home(), item), row)
    .and_nothing_else();
}

#[test]
fn lists_are_counted() {
    let happened = (
        milk(),
        added(2, "tea"),
        added(3, "jam"),
        ItemFinished { item: item(1) },
    );
    Summary::given(home(), happened)
        .and(
            home(),
            ItemRemoved {
                item: item(2),
                finished: false,
            },
        )
        .shows(
            &home(),
            Summary {
                title: "Home".into(),
                open: 1,
                finished: 1,
            },
        )
        .and_nothing_else();
}

#[test]
fn a_list_obeys_the_laws() {
    let list = || prop_oneof!["a", "b"].prop_map(ListId::from);
    let item = || (list(), (1..3_u32).prop_map(ItemId::from));
    laws::<List>()
        .command((list(), "[a-c]").prop_map(|(list, title)| CreateList { list, title }))
        .command((list(), "[a-c]").prop_map(|(list, text)| AddItem {
            list,
            text,
            due: None,
            remind: Some(Timestamp::MAX),
        }))
        .command(item().prop_map(|(list, item)| FinishItem { list, item }))
        .command(item().prop_map(|(list, item)| ReopenItem { list, item }))
        .command(item().prop_map(|(list, item)| RemoveItem { list, item }))
        .projection::<ItemRow>()
        .projection::<Reminder>()
        .projection::<Summary>()
        .equal_states()
        .hold();
}

#[tokio::test]
async fn reminders_leave_and_move() -> Result<(), Box<dyn std::error::Error>> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("todo.db");
    let bus = Bus::builder(Sqlite::at(&path))
        .clock(cqrs_core::log::Clock::turned_to(at(7)))
        .open()
        .await?;
    for list in [home(), work()] {
        bus.dispatch(CreateList {
            list,
            title: "A list".into(),
        })
        .await?;
    }
    let mut live = bus.watch(RemindersDue { at: at(12) })?;
    let none = live.next().await?;
    assert_eq!(none, []);

    let add = |list: ListId, text: &str, due, remind| {
        bus.dispatch(AddItem {
            list,
            text: text.into(),
            due,
            remind,
        })
    };
    add(home(), "undated", None, None).await?;
    add(home(), "milk", Some(at(15)), Some(at(11))).await?;
    add(home(), "tea", Some(at(10)), Some(at(13))).await?;
    let last = add(work(), "report", Some(at(9)), Some(at(8))).await?;

    let texts =
        |rows: &[Row<Reminder>]| rows.iter().map(|row| row.text.clone()).collect::<Vec<_>>();
    let due = bus.query(RemindersDue { at: at(12) }).after(&last).await?; // reads its own write
    assert_eq!(texts(&due), ["report", "milk"]);

    let open = bus.query(OpenItems { list: home() }).after(&last).await?;
    let open: Vec<_> = open
        .iter()
        .map(|row| (row.key.item, row.text.as_str()))
        .collect();
    assert_eq!(
        open,
        [(item(3), "tea"), (item(2), "milk"), (item(1), "undated")]
    );

    let receipt = bus
        .dispatch(FinishItem {
            list: work(),
            item: item(1),
        })
        .await?;
    let due = bus
        .query(RemindersDue { at: at(12) })
        .after(&receipt)
        .await?;
    assert_eq!(texts(&due), ["milk"]);

    let moved = SetReminder {
        list: home(),
        item: item(2),
        at: Some(at(14)),
    };
    let receipt = bus.dispatch(moved).wait_for::<Reminder>().await?;
    assert_eq!(bus.query(RemindersDue { at: at(12) }).await?, []);

    bus.dispatch(RemoveItem {
        list: home(),
        item: item(2),
    })
    .await?;
    let receipt2 = bus
        .dispatch(ReopenItem {
            list: work(),
            item: item(1),
        })
        .await?;
    assert!(receipt2.position > receipt.position);
    let shown = tokio::time::timeout(std::time::Duration::from_secs(5), async {
        let mut shown = live.next_other(&none).await?;
        while texts(&shown) != ["report"] {
            shown = live.next_other(&shown).await?;
        }
        Ok::<_, QueryError<ReadError>>(shown)
    });
    assert_eq!(texts(&shown.await??), ["report"]);

    let all = bus
        .query(RemindersDue { at: Timestamp::MAX })
        .after(&receipt2)
        .await?;
    assert_eq!(texts(&all), ["report", "tea"]);
    let home = bus
        .find::<Summary>(&home())
        .after(&receipt2)
        .await?
        .unwrap();
    assert_eq!((home.open, home.finished), (2, 0));
    bus.close().await?;
    std::fs::remove_file(path)?;
    Ok(())
}
