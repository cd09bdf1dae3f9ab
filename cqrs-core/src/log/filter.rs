use super::{Name, RecordedEvent, Tag, Tags};
use crate::message::{Event, EventType};

/// Which events of the log are meant: those whose name is among the names and that bear all the tags.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LogFilter {
    /// The stored names; `None` takes every name.
    pub names: Option<Vec<Name>>,
    /// The tags that an event must bear, all of them.
    pub tags: Vec<Tag>,
}

impl LogFilter {
    /// Every event.
    pub fn all() -> Self {
        Self::default()
    }

    /// The events of those stored names.
    pub fn names<N: Into<Name>>(names: impl IntoIterator<Item = N>) -> Self {
        Self {
            names: Some(names.into_iter().map(Into::into).collect()),
            tags: Vec::new(),
        }
    }

    /// The events `E`, under all names that they were ever stored under.
    ///
    /// ```
    /// # use cqrs_core::prelude::*;
    /// # use cqrs_core::log::LogFilter;
    /// # #[derive(Aggregate, Default)]
    /// # #[aggregate("account", id = u64)]
    /// # pub struct Account;
    /// # #[apply]
    /// # impl Account { fn deposited(&mut self, _: &Deposited) {} }
    /// #[derive(Event, Serialize, Deserialize)]
    /// #[event("account.deposited", was = "account.paid_in")]
    /// pub struct Deposited {
    ///     amount: u64,
    /// }
    ///
    /// let both = LogFilter::names(["account.deposited", "account.paid_in"]);
    /// assert_eq!(LogFilter::of::<Deposited>(), both);
    /// ```
    pub fn of<E: Event>() -> Self {
        Self::names(EventType::of::<E>().names())
    }

    /// Also demands the tag.
    #[must_use]
    pub fn tagged(mut self, tag: Tag) -> Self {
        self.tags.push(tag);
        self
    }

    /// Whether it takes the event.
    pub fn takes(&self, event: &RecordedEvent) -> bool {
        let recorded = event.recorded();
        self.takes_such(&recorded.name, &recorded.tags)
    }

    /// Whether it takes events of that name and those tags.
    pub(crate) fn takes_such(&self, name: &Name, tags: &Tags) -> bool {
        self.names.as_ref().is_none_or(|names| names.contains(name))
            && self.tags.iter().all(|tag| tags.as_slice().contains(tag))
    }
}
