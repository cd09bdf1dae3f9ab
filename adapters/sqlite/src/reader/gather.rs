//! Facts are gathered while `SQLite` looks for them, by a condition of the statement that is never
//! true of what it has taken. To get a row out of a statement, column by column, is otherwise most of
//! what an event costs.

use cqrs_core::log::{BareFacts, Name, Position};
use rusqlite::Connection;
use rusqlite::functions::{Context, FunctionFlags};
use rusqlite::types::ValueRef;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// How many bytes of data end a page of facts.
pub(super) const PAGE: usize = 1 << 18;

/// What is being gathered through a connection.
#[derive(Clone, Default)]
pub(super) struct Gather(Arc<Mutex<Gathering>>);

#[derive(Default)]
pub(super) struct Gathering {
    page: Option<(BareFacts, usize)>,
    /// The kinds of events that were met, by their numbers; the one that came last in front.
    kinds: Vec<(i64, Name, u32)>,
}

impl Gather {
    /// Makes the condition `cqrs_left(kind, position, data)` for statements of the connection.
    pub(super) fn through(connection: &Connection) -> rusqlite::Result<Self> {
        let gather = Self::default();
        let gathering = gather.clone();
        let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DIRECTONLY;
        connection.create_scalar_function("cqrs_left", 3, flags, move |row: &Context<'_>| {
            let taken = match (row.get_raw(0), row.get_raw(1), row.get_raw(2)) {
                (ValueRef::Integer(kind), ValueRef::Integer(position), ValueRef::Blob(data)) => {
                    gathering.now().take(kind, position, data)
                }
                _ => false, // whoever reads the row tells what is wrong
            };
            Ok(!taken)
        })?;
        Ok(gather)
    }

    pub(super) fn now(&self) -> MutexGuard<'_, Gathering> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Gathering {
    /// From now on, up to so many for that page.
    pub(super) fn begin(&mut self, page: BareFacts, limit: usize) {
        self.page = Some((page, limit));
    }

    /// What was gathered.
    pub(super) fn end(&mut self) -> Option<BareFacts> {
        self.page.take().map(|(page, _)| page)
    }

    pub(super) fn is_full(&self) -> bool {
        let full =
            |(page, limit): &(BareFacts, usize)| page.len() >= *limit || page.bytes() >= PAGE;
        self.page.as_ref().is_none_or(full)
    }

    /// Takes a row, unless the page is full, or does not take it, or its kind is not known.
    fn take(&mut self, kind: i64, position: i64, data: &[u8]) -> bool {
        if self.is_full() {
            return false;
        }
        match self.kinds.iter().position(|(known, ..)| *known == kind) {
            Some(0) => {}
            Some(place) => self.kinds.swap(0, place),
            None => return false,
        }
        let Some((page, _)) = &mut self.page else {
            return false;
        };
        let (_, name, schema) = &self.kinds[0];
        page.push(
            name,
            *schema,
            Position::from(position.cast_unsigned()),
            data,
        )
    }

    /// Takes a row that was left because its kind was not known: says whether the page takes it.
    pub(super) fn learn(
        &mut self,
        kind: i64,
        (name, schema): &(Name, u32),
        position: i64,
        data: &[u8],
    ) -> bool {
        if self.kinds.iter().all(|(known, ..)| *known != kind) {
            self.kinds.push((kind, name.clone(), *schema));
        }
        self.take(kind, position, data)
    }
}
