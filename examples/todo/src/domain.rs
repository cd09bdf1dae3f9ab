//! A to-do list with reminders.

use cqrs_core::prelude::*;
use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

#[derive(Id)]
pub struct ListId(String);

/// Names an item within its list: the list numbers them.
#[derive(Id, Copy)]
pub struct ItemId(u32);

#[commands("todo", list: ListId)]
pub enum TodoCommand {
    CreateList {
        title: String,
    },
    RenameList {
        title: String,
    },
    AddItem {
        text: String,
        due: Option<Timestamp>,
        remind: Option<Timestamp>,
    },
    EditItem {
        item: ItemId,
        text: String,
    },
    SetDue {
        item: ItemId,
        due: Option<Timestamp>,
    },
    SetReminder {
        item: ItemId,
        at: Option<Timestamp>,
    },
    FinishItem {
        item: ItemId,
    },
    ReopenItem {
        item: ItemId,
    },
    RemoveItem {
        item: ItemId,
    },
}

#[events("todo")]
pub enum TodoEvent {
    ListCreated {
        title: String,
    },
    ListRenamed {
        title: String,
    },
    ItemAdded {
        item: ItemId,
        text: String,
    },
    ItemEdited {
        item: ItemId,
        text: String,
    },
    DueSet {
        item: ItemId,
        due: Option<Timestamp>,
    },
    ReminderSet {
        item: ItemId,
        at: Option<Timestamp>,
    },
    ItemFinished {
        item: ItemId,
    },
    ItemReopened {
        item: ItemId,
    },
    ItemRemoved {
        item: ItemId,
        finished: bool,
    },
}

#[derive(Debug, PartialEq, thiserror::Error)]
pub enum TodoError {
    #[error("there is such a list already")]
    Exists,
    #[error("there is no such list")]
    NoList,
    #[error("there is no item {0} in the list")]
    NoItem(ItemId),
    #[error("item {0} is done")]
    Finished(ItemId),
    #[error("a title or a text must say something")]
    Empty,
    #[error("nobody can be reminded in the past")]
    Past,
}

#[derive(Debug, Clone, PartialEq)]
struct Item {
    text: String,
    due: Option<Timestamp>,
    remind: Option<Timestamp>,
    finished: bool,
}

#[derive(Aggregate, Debug, Default, Clone, PartialEq)]
#[aggregate("todo", id = ListId)]
pub struct List {
    title: Option<String>,
    items: BTreeMap<ItemId, Item>,
    added: u32,
}

impl List {
    fn exists(&self) -> Result<(), TodoError> {
        ensure!(self.title.is_some(), TodoError::NoList);
        Ok(())
    }

    fn item(&self, item: ItemId) -> Result<&Item, TodoError> {
        self.exists()?;
        self.items.get(&item).ok_or(TodoError::NoItem(item))
    }

    fn open_item(&self, item: ItemId) -> Result<&Item, TodoError> {
        let found = self.item(item)?;
        ensure!(!found.finished, TodoError::Finished(item));
        Ok(found)
    }
}

fn said(text: &str) -> Result<String, TodoError> {
    let text = text.trim();
    ensure!(!text.is_empty(), TodoError::Empty);
    Ok(text.to_owned())
}

#[handle]
impl List {
    fn create(&self, command: &CreateList) -> Result<ListCreated, TodoError> {
        ensure!(self.title.is_none(), TodoError::Exists);
        Ok(ListCreated {
            title: said(&command.title)?,
        })
    }

    fn rename(&self, command: &RenameList) -> Result<Option<ListRenamed>, TodoError> {
        self.exists()?;
        let title = said(&command.title)?;
        Ok((self.title.as_ref() != Some(&title)).then_some(ListRenamed { title }))
    }

    fn add(
        &self,
        command: &AddItem,
        context: &Context,
    ) -> Result<(ItemAdded, Option<DueSet>, Option<ReminderSet>), TodoError> {
        self.exists()?;
        let AddItem { due, remind, .. } = *command;
        ensure!(remind.is_none_or(|at| at > context.now()), TodoError::Past);
        let item = ItemId::from(self.added + 1);
        Ok((
            ItemAdded {
                item,
                text: said(&command.text)?,
            },
            due.map(|_| DueSet { item, due }),
            remind.map(|_| ReminderSet { item, at: remind }),
        ))
    }

    fn edit(&self, command: &EditItem) -> Result<Option<ItemEdited>, TodoError> {
        let item = command.item;
        let text = said(&command.text)?;
        Ok((self.open_item(item)?.text != text).then_some(ItemEdited { item, text }))
    }

    fn set_due(&self, command: &SetDue) -> Result<Option<DueSet>, TodoError> {
        let SetDue { item, due, .. } = *command;
        Ok((self.open_item(item)?.due != due).then_some(DueSet { item, due }))
    }

    fn set_reminder(
        &self,
        command: &SetReminder,
        context: &Context,
    ) -> Result<Option<ReminderSet>, TodoError> {
        let SetReminder { item, at, .. } = *command;
        ensure!(at.is_none_or(|at| at > context.now()), TodoError::Past);
        Ok((self.open_item(item)?.remind != at).then_some(ReminderSet { item, at }))
    }

    fn finish(&self, command: &FinishItem) -> Result<Option<ItemFinished>, TodoError> {
        let item = command.item;
        Ok((!self.item(item)?.finished).then_some(ItemFinished { item }))
    }

    fn reopen(&self, command: &ReopenItem) -> Result<Option<ItemReopened>, TodoError> {
        let item = command.item;
        Ok(self.item(item)?.finished.then_some(ItemReopened { item }))
    }

    fn remove(&self, command: &RemoveItem) -> Result<ItemRemoved, TodoError> {
        let item = command.item;
        Ok(ItemRemoved {
            item,
            finished: self.item(item)?.finished,
        })
    }
}

#[apply]
impl List {
    fn created(&mut self, event: &ListCreated) {
        self.title = Some(event.title.clone());
    }

    fn renamed(&mut self, event: &ListRenamed) {
        self.title = Some(event.title.clone());
    }

    fn added(&mut self, event: &ItemAdded) {
        self.added += 1;
        let text = event.text.clone();
        let item = Item {
            text,
            due: None,
            remind: None,
            finished: false,
        };
        self.items.insert(event.item, item);
    }

    fn edited(&mut self, event: &ItemEdited) {
        if let Some(item) = self.items.get_mut(&event.item) {
            item.text.clone_from(&event.text);
        }
    }

    fn due_set(&mut self, event: &DueSet) {
        if let Some(item) = self.items.get_mut(&event.item) {
            item.due = event.due;
        }
    }

    fn reminder_set(&mut self, event: &ReminderSet) {
        if let Some(item) = self.items.get_mut(&event.item) {
            item.remind = event.at;
        }
    }

    fn finished(&mut self, event: &ItemFinished) {
        if let Some(item) = self.items.get_mut(&event.item) {
            item.finished = true;
        }
    }

    fn reopened(&mut self, event: &ItemReopened) {
        if let Some(item) = self.items.get_mut(&event.item) {
            item.finished = false;
        }
    }

    fn removed(&mut self, event: &ItemRemoved) {
        self.items.remove(&event.item);
    }
}

/// Names an item among those of all lists.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ItemKey {
    pub list: ListId,
    pub item: ItemId,
}

impl ItemKey {
    pub fn of(list: &ListId, item: ItemId) -> Self {
        Self {
            list: list.clone(),
            item,
        }
    }
}

impl fmt::Display for ItemKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.list, self.item)
    }
}

impl FromStr for ItemKey {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (list, item) = text
            .rsplit_once('/')
            .ok_or("no `/` in the key of an item")?;
        Ok(Self {
            list: list.parse().map_err(|error| format!("{error}"))?,
            item: item.parse().map_err(|error| format!("{error}"))?,
        })
    }
}

/// The items of all lists.
#[derive(Projection, Debug, Default, Clone, PartialEq, Serialize, Deserialize)]
#[projection("items", key = ItemKey)]
pub struct ItemRow {
    #[index]
    pub list: Option<ListId>,
    #[index]
    pub finished: bool,
    #[index(within = list)]
    pub due: Option<Timestamp>,
    pub text: String,
}

#[project]
impl ItemRow {
    #[key(ItemKey::of(list, event.item))]
    fn added(&mut self, event: &ItemAdded, list: &ListId) {
        self.list = Some(list.clone());
        self.text.clone_from(&event.text);
    }

    #[key(ItemKey::of(list, event.item))]
    fn edited(&mut self, event: &ItemEdited, list: &ListId) {
        self.text.clone_from(&event.text);
    }

    #[key(ItemKey::of(list, event.item))]
    fn due_set(&mut self, event: &DueSet, list: &ListId) {
        self.due = event.due;
    }

    #[key(ItemKey::of(list, event.item))]
    fn finished(&mut self, event: &ItemFinished, list: &ListId) {
        self.finished = true;
    }

    #[key(ItemKey::of(list, event.item))]
    fn reopened(&mut self, event: &ItemReopened, list: &ListId) {
        self.finished = false;
    }

    #[key(ItemKey::of(list, event.item))]
    fn removed(&mut self, event: &ItemRemoved, list: &ListId) -> Change {
        Change::Delete
    }
}

/// Asks for the open items of a list, the next one due first, those without a time last.
#[derive(Query)]
pub struct OpenItems {
    pub list: ListId,
}

#[answer]
impl ItemRow {
    async fn open_items(rows: &Rows<Self>, query: &OpenItems) -> Result<Vec<Row<Self>>, ReadError> {
        let open = || {
            rows.by(Self::DUE)
                .with(Self::LIST, &query.list)
                .with(Self::FINISHED, &false)
        };
        let mut items = open().present(Self::DUE).await?;
        items.extend(open().with(Self::DUE, &None).await?);
        Ok(items)
    }
}

/// What somebody is to be reminded of.
#[derive(Projection, Debug, Default, Clone, PartialEq, Serialize, Deserialize)]
#[projection("reminders", key = ItemKey)]
pub struct Reminder {
    /// When it rings; never, while the item is done.
    #[index]
    pub at: Option<Timestamp>,
    pub text: String,
    /// When it rings, as long as the item is open.
    pub set: Option<Timestamp>,
}

#[project]
impl Reminder {
    #[key(ItemKey::of(list, event.item))]
    fn added(&mut self, event: &ItemAdded, list: &ListId) {
        self.text.clone_from(&event.text);
    }

    #[key(ItemKey::of(list, event.item))]
    fn edited(&mut self, event: &ItemEdited, list: &ListId) {
        self.text.clone_from(&event.text);
    }

    #[key(ItemKey::of(list, event.item))]
    fn reminder_set(&mut self, event: &ReminderSet, list: &ListId) {
        (self.at, self.set) = (event.at, event.at);
    }

    #[key(ItemKey::of(list, event.item))]
    fn finished(&mut self, event: &ItemFinished, list: &ListId) {
        self.at = None;
    }

    #[key(ItemKey::of(list, event.item))]
    fn reopened(&mut self, event: &ItemReopened, list: &ListId) {
        self.at = self.set;
    }

    #[key(ItemKey::of(list, event.item))]
    fn removed(&mut self, event: &ItemRemoved, list: &ListId) -> Change {
        Change::Delete
    }
}

/// Asks for the reminders of all lists that are due at a time, the earliest first.
#[derive(Query)]
pub struct RemindersDue {
    pub at: Timestamp,
}

#[answer]
impl Reminder {
    async fn due(rows: &Rows<Self>, query: &RemindersDue) -> Result<Vec<Row<Self>>, ReadError> {
        rows.by(Self::AT)
            .present(Self::AT)
            .within(Self::AT, ..=Some(query.at))
            .await
    }
}

/// A list, and how much of it is done.
#[derive(Projection, Debug, Default, Clone, PartialEq, Serialize, Deserialize)]
#[projection("lists", key = ListId)]
pub struct Summary {
    pub title: String,
    pub open: u32,
    pub finished: u32,
}

#[project]
impl Summary {
    fn created(&mut self, event: &ListCreated) {
        self.title.clone_from(&event.title);
    }

    fn renamed(&mut self, event: &ListRenamed) {
        self.title.clone_from(&event.title);
    }

    fn added(&mut self, _: &ItemAdded) {
        self.open += 1;
    }

    fn finished(&mut self, _: &ItemFinished) {
        self.open -= 1;
        self.finished += 1;
    }

    fn reopened(&mut self, _: &ItemReopened) {
        self.open += 1;
        self.finished -= 1;
    }

    fn removed(&mut self, event: &ItemRemoved) {
        let count = if event.finished {
            &mut self.finished
        } else {
            &mut self.open
        };
        *count -= 1;
    }
}

/// Asks for all lists with their counts.
#[derive(Query)]
pub struct AllLists;

#[answer]
impl Summary {
    async fn all_lists(rows: &Rows<Self>, _: &AllLists) -> Result<Vec<Row<Self>>, ReadError> {
        rows.all().await
    }
}
