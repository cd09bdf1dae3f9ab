//! A morning with two lists, kept in a file: `cargo run -p todo -- todo.db`.

use cqrs_core::prelude::*;
use cqrs_sqlite::Sqlite;
use std::error::Error;
use std::time::Duration;
use todo::domain::{
    AddItem, AllLists, CreateList, EditItem, FinishItem, ItemAdded, ItemId, ListId, OpenItems,
    Reminder, RemindersDue, RemoveItem, RenameList, SetReminder, Summary,
};

type Todo = Bus<Sqlite>;

async fn add(
    todo: &Todo,
    list: &ListId,
    text: &str,
    due: Option<Timestamp>,
    remind: Option<Timestamp>,
) -> Result<ItemId, Box<dyn Error>> {
    let command = AddItem {
        list: list.clone(),
        text: text.into(),
        due,
        remind,
    };
    let receipt = todo.dispatch(command).await?;
    let added = todo.decided::<ItemAdded>(&receipt).await?;
    Ok(added.first().ok_or("nothing was added")?.item)
}

fn show(reminders: &[Row<Reminder>]) {
    println!("reminders due:");
    for row in reminders {
        println!(
            "  {} {} ({})",
            row.at.unwrap_or_default(),
            row.text,
            row.key
        );
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args().nth(1).unwrap_or_else(|| "todo.db".into());
    let todo: Todo = Bus::open(Sqlite::at(path)).await?;

    let noon: Timestamp = "2099-05-01T12:00:00Z".parse()?;
    let at = |hours: u64| Some(noon + Duration::from_hours(hours));

    let home = ListId::from("home");
    let work = ListId::from("work");
    for (list, title) in [(&home, "Home"), (&work, "Wrok")] {
        let create = CreateList {
            list: list.clone(),
            title: title.into(),
        };
        match todo
            .dispatch(create)
            .id(CommandId::derived(("create", list)))
            .await
        {
            Ok(receipt) if receipt.repeated => println!("{list} is there already"),
            Ok(_) => println!("{list} is made"),
            Err(error) => return Err(error.into()),
        }
    }
    todo.dispatch(RenameList {
        list: work.clone(),
        title: "Work".into(),
    })
    .await?;

    let mut live = todo.watch(RemindersDue {
        at: noon + Duration::from_hours(24),
    })?;
    let shown = live.next().await?;
    show(&shown);

    let milk = add(&todo, &home, "buy milk", at(4), at(3)).await?;
    let tidy = add(&todo, &home, "tidy up", None, None).await?;
    let report = add(&todo, &work, "write the report", at(2), at(1)).await?;
    todo.caught_up().await?;
    let shown = live.next_other(&shown).await?;
    show(&shown);

    todo.dispatch(SetReminder {
        list: home.clone(),
        item: milk,
        at: at(0),
    })
    .await?;
    let receipt = todo
        .dispatch(FinishItem {
            list: work.clone(),
            item: report,
        })
        .await?;
    todo.dispatch(EditItem {
        list: home.clone(),
        item: tidy,
        text: "tidy the attic".into(),
    })
    .await?;
    let due = todo
        .query(RemindersDue { at: noon })
        .after(&receipt)
        .await?;
    show(&due);
    let shown = live.next_other(&shown).await?;
    show(&shown);

    let late = EditItem {
        list: work.clone(),
        item: report,
        text: "rewrite".into(),
    };
    let refused = todo.dispatch(late).await.unwrap_err();
    println!("refused: {refused}");

    todo.caught_up().await?;
    for row in todo.query(OpenItems { list: home.clone() }).await? {
        println!("{}: {} due {:?}", row.key.item, row.text, row.due);
    }
    for row in todo.query(AllLists).await? {
        println!("{}: {} open, {} done", row.title, row.open, row.finished);
    }
    let removed = RemoveItem {
        list: home.clone(),
        item: milk,
    };
    todo.dispatch(removed)
        .wait_for::<(Reminder, Summary)>()
        .await?;
    show(&todo.query(RemindersDue { at: noon }).await?);
    todo.close().await?;
    Ok(())
}
