//! What projections do in tables of their own, through a transaction of the store's own kind.

use super::{CommitError, Table};
use crate::cause::chain;
use crate::guarded::message_of;
use crate::log::{Position, RecordedEvent};
use crate::projection::ProjectError;
use std::any::{Any, TypeId, type_name};
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// The type of the transactions that a store lends, and through which a projection writes to tables of its own.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct TransactionType {
    id: TypeId,
    name: &'static str,
}

impl TransactionType {
    /// That of `T`.
    pub fn of<T: 'static>() -> Self {
        Self {
            id: TypeId::of::<T>(),
            name: type_name::<T>(),
        }
    }

    /// Its name in Rust.
    pub fn name(self) -> &'static str {
        self.name
    }
}

impl fmt::Debug for TransactionType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

/// What a projection does in tables of its own: makes them, or folds events into them.
///
/// A store that [lends](super::EventStore::lends) its transactions [runs](Self::run) it within the commit of
/// the batch that it stands in.
#[derive(Clone)]
pub struct TableWork {
    table: Table,
    work: Work,
}

#[derive(Clone)]
enum Work {
    Make(fn(&dyn Any) -> Result<(), ProjectError>),
    Fold(
        fn(&RecordedEvent, &dyn Any) -> Result<(), ProjectError>,
        Vec<RecordedEvent>,
    ),
}

impl TableWork {
    pub(crate) fn make(table: Table, make: fn(&dyn Any) -> Result<(), ProjectError>) -> Self {
        let work = Work::Make(make);
        Self { table, work }
    }

    pub(crate) fn fold(
        table: Table,
        fold: fn(&RecordedEvent, &dyn Any) -> Result<(), ProjectError>,
        events: Vec<RecordedEvent>,
    ) -> Self {
        let work = Work::Fold(fold, events);
        Self { table, work }
    }

    /// The projection and its version.
    pub fn table(&self) -> &Table {
        &self.table
    }

    /// How many events it folds; none where it makes the tables.
    pub fn events(&self) -> usize {
        match &self.work {
            Work::Make(_) => 0,
            Work::Fold(_, events) => events.len(),
        }
    }

    /// Does it, up to the first event whose effect fails; what was done until then is for the store to take back.
    ///
    /// `transaction` is of the type that the store lends. After each event, `holds` says whether the
    /// transaction is still what it was, or why not: the event is to blame then.
    ///
    /// # Errors
    /// [`CommitError::Tables`]: the projection's method failed or panicked, or `holds` did.
    pub fn run(
        &self,
        transaction: &dyn Any,
        mut holds: impl FnMut() -> Result<(), String>,
    ) -> Result<(), CommitError> {
        match &self.work {
            Work::Make(make) => {
                let done = told(|| make(transaction)).and_then(|()| holds());
                done.map_err(|reason| self.failed(None, reason))
            }
            Work::Fold(fold, events) => events.iter().try_for_each(|event| {
                let folded = told(|| fold(event, transaction)).and_then(|()| holds());
                folded.map_err(|reason| {
                    let place = event.place().to_string();
                    // an event that does not decode says where it stands itself
                    let placed = reason.starts_with(&place);
                    let told = format!("{place}: {reason}");
                    let at = Some(event.recorded().position);
                    self.failed(at, if placed { reason } else { told })
                })
            }),
        }
    }

    /// What is to be answered where it fails: at that event, if it is known which.
    pub fn failed(&self, at: Option<Position>, reason: impl Into<String>) -> CommitError {
        CommitError::Tables {
            table: self.table.clone(),
            at,
            reason: reason.into(),
        }
    }
}

fn told(work: impl FnOnce() -> Result<(), ProjectError>) -> Result<(), String> {
    match catch_unwind(AssertUnwindSafe(work)) {
        Ok(done) => done.map_err(|error| chain(&error)),
        Err(panic) => Err(format!(
            "its `#[project]` method panicked: {}",
            message_of(&*panic)
        )),
    }
}

impl fmt::Debug for TableWork {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TableWork")
            .field("table", &self.table)
            .field("events", &self.events())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::log::{
        CommandId, Data, EventId, Metadata, Name, Recorded, StreamId, Tenant, Version, now,
    };

    #[test]
    fn work_says_whose_it_is_and_how_much_but_not_on_what() {
        let table = Table {
            projection: Name::from_static("stock"),
            version: 3,
        };
        let recorded = Recorded::new(
            Position::from(1),
            StreamId::new(Tenant::default(), "shelf", "secret").unwrap(),
            Version::from(1),
            EventId::generate(),
            Name::from_static("added"),
            now(),
            Metadata::of(CommandId::generate()),
        );
        let events = vec![RecordedEvent::new(recorded, Data::from_bytes(*b"{}")); 2];
        let make = TableWork::make(table.clone(), |_| Ok(()));
        let fold = TableWork::fold(table.clone(), |_, _| Ok(()), events);
        for (work, events) in [(make, 0), (fold, 2)] {
            assert_eq!((work.table(), work.events()), (&table, events));
            let shown = format!("{work:?}");
            assert!(shown.starts_with("TableWork"), "{shown}");
            assert!(shown.contains(&format!("events: {events}")), "{shown}");
            assert!(
                shown.contains("stock") && !shown.contains("secret"),
                "{shown}"
            );
        }
        let of_text = TransactionType::of::<String>();
        assert_eq!(format!("{of_text:?}"), "alloc::string::String");
    }
}
