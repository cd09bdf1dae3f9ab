//! Projections that are folded within the transactions that append their events.

use super::known::Known;
use super::{Failed, beside};
use crate::error::SqliteError;
use crate::reader::{self, rows_of};
use crate::tables::{self, checkpoint};
use cqrs_core::Position;
use cqrs_core::store::{Inline, LogPage, LogQuery, RowQuery, StoreError, StoredRow, Table, Within};
use rusqlite::Connection;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError, Weak};

const DOING: &str = "folding within a commit";

/// Those of all buses on this handle.
#[derive(Default)]
pub(crate) struct Inlines(Mutex<Vec<Weak<dyn Inline>>>);

impl Inlines {
    pub(crate) fn take(&self, inline: Weak<dyn Inline>) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.push(inline);
    }

    /// Those that are still there.
    fn live(&self) -> Vec<Arc<dyn Inline>> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|inline| inline.strong_count() > 0);
        all.iter().filter_map(Weak::upgrade).collect()
    }

    pub(super) fn forget(&self) {
        for inline in self.live() {
            inline.forget();
        }
    }

    /// Folds what the transaction has appended.
    pub(super) fn fold(
        &self,
        connection: &Connection,
        known: &mut Known<'_>,
        read: &mut reader::Known,
    ) -> Result<(), Failed> {
        for inline in self.live() {
            let mut within = InTransaction {
                connection,
                head: known.head(),
                read,
            };
            let batch = inline.fold(&mut within).map_err(cause)?;
            beside::keep(connection, known, &batch)?;
        }
        Ok(())
    }
}

impl fmt::Debug for Inlines {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Inlines({})", self.live().len())
    }
}

/// What `SQLite` said.
fn cause(error: StoreError) -> Failed {
    match error {
        StoreError::Backend { source, .. } => match source.downcast::<SqliteError>() {
            Ok(said) => *said,
            Err(other) => rusqlite::Error::ToSqlConversionFailure(other).into(),
        },
        other => rusqlite::Error::ToSqlConversionFailure(other.into()).into(),
    }
}

fn said(error: rusqlite::Error) -> StoreError {
    SqliteError::from(error).doing(DOING)
}

/// The file as the transaction sees it.
struct InTransaction<'a> {
    connection: &'a Connection,
    head: i64,
    read: &'a mut reader::Known,
}

impl Within for InTransaction<'_> {
    fn head(&mut self) -> Result<Position, StoreError> {
        Ok(Position::from(self.head.cast_unsigned()))
    }

    fn log(&mut self, query: &LogQuery) -> Result<LogPage, StoreError> {
        self.read.log(self.connection, query).map_err(said)
    }

    fn rows_of(
        &mut self,
        table: &Table,
        keys: &[String],
    ) -> Result<Vec<Option<StoredRow>>, StoreError> {
        let found = tables::RowTable::load(self.connection, table).map_err(said)?;
        match found {
            None => Ok(vec![None; keys.len()]),
            Some(table) => rows_of(self.connection, &table, keys).map_err(said),
        }
    }

    fn rows(&mut self, query: &RowQuery) -> Result<Vec<StoredRow>, StoreError> {
        let found = tables::RowTable::load(self.connection, &query.table).map_err(said)?;
        found.map_or(Ok(Vec::new()), |table| {
            tables::rows(self.connection, &table, query).map_err(said)
        })
    }

    fn checkpoint(&mut self, table: &Table) -> Result<Position, StoreError> {
        let position = checkpoint(self.connection, table).map_err(said)?;
        Ok(Position::from(position.cast_unsigned()))
    }
}
