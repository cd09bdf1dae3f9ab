//! What the store lends to the SQL of others: to write in a commit, or to read.

use crate::error::SqliteError;
use crate::guard::{Guard, Lending, May, Refused};
use cqrs_core::store::{CommitError, TableWork};
use rusqlite::{CachedStatement, Connection, OptionalExtension, Params, Row};
use std::cell::RefCell;
use std::fmt;

/// The transaction of a commit, as the store lends it to a projection that keeps tables of its own: what its
/// `#[project]` methods write through. See [the crate](crate#tables-of-your-own).
///
/// Each event has its effect in the transaction that moves the projection's checkpoint, so it counts once,
/// whatever happens. The store alone begins and ends it, and what would is [refused](Refused), as is what
/// writes to tables of the store.
///
/// The thread that commits all else waits meanwhile: leave what takes long to others.
pub struct Transaction {
    connection: Connection,
    guard: Guard,
    /// What befell the store, not the statement: whatever becomes of it in the method.
    failed: RefCell<Option<SqliteError>>,
}

impl Transaction {
    /// That of the connection through which the store writes.
    pub(crate) fn of(mut connection: Connection) -> rusqlite::Result<Self> {
        let guard = Guard::set_on(&mut connection)?;
        Ok(Self {
            connection,
            guard,
            failed: RefCell::default(),
        })
    }

    pub(crate) fn connection(&self) -> &Connection {
        &self.connection
    }

    pub(crate) fn connection_mut(&mut self) -> &mut Connection {
        &mut self.connection
    }

    /// Does what projections do in tables of their own: all of it, or nothing. The outer error is the store's.
    ///
    /// Where a statement has rolled the transaction back, there is none any more.
    pub(crate) fn run(&self, works: &[TableWork]) -> Result<Result<(), CommitError>, SqliteError> {
        self.step("SAVEPOINT cqrs_tables")?;
        let done = works.iter().try_for_each(|work| self.lend(work));
        if let Some(failed) = self.failed.take() {
            return Err(failed);
        }
        if done.is_err() && self.connection.is_autocommit() {
            return Ok(done);
        }
        if done.is_err() {
            self.step("ROLLBACK TO cqrs_tables")?;
        }
        self.step("RELEASE cqrs_tables")?;
        Ok(done)
    }

    fn step(&self, sql: &str) -> rusqlite::Result<()> {
        self.connection.prepare_cached(sql)?.execute([]).map(|_| ())
    }

    fn lend(&self, work: &TableWork) -> Result<(), CommitError> {
        let failed = |error| work.failed(None, self.noted(error).to_string());
        let numbers = self.numbers().map_err(failed)?;
        let lending = self.lending().map_err(failed)?;
        let done = work.run(self, || self.holds(&numbers));
        drop(lending);
        done
    }

    fn lending(&self) -> rusqlite::Result<Lending<'_>> {
        let mut rows = self.connection.prepare_cached(
            "SELECT lower(row_table) FROM cqrs_projections WHERE row_table IS NOT NULL",
        )?;
        let rows = rows.query_map([], |row| row.get(0))?;
        Ok(self.guard.lend(May::Write, rows.collect::<Result<_, _>>()?))
    }

    /// Whether the transaction is still there, and the tables of the store are free.
    fn holds(&self, numbers: &str) -> Result<(), String> {
        if self.connection.is_autocommit() {
            return Err(
                "a statement of it has rolled the transaction back: write `ABORT` in place of `ROLLBACK`"
                    .to_owned(),
            );
        }
        if !self.guard.touched() {
            return Ok(());
        }
        match self.numbers() {
            Ok(now) if now == numbers => {}
            Ok(_) => {
                return Err("it has changed what `sqlite_sequence` says of tables that are the store's own: leave them out".to_owned());
            }
            Err(error) => return Err(self.noted(error).to_string()),
        }
        match self.bound() {
            Ok(None) => Ok(()),
            Ok(Some((table, own))) => Err(format!(
                "the foreign key of `{table}` refers to `{own}`, which is the store's own: keep the value without it"
            )),
            Err(error) => Err(self.noted(error).to_string()),
        }
    }

    /// The numbers from which tables of the store count on.
    fn numbers(&self) -> rusqlite::Result<String> {
        self.connection
            .prepare_cached(
                "SELECT coalesce(group_concat(name || ' ' || seq), '')
                 FROM sqlite_sequence WHERE name GLOB 'cqrs_*'",
            )?
            .query_row([], |row| row.get(0))
    }

    /// A table whose foreign key would bind what the store writes.
    fn bound(&self) -> rusqlite::Result<Option<(String, String)>> {
        self.connection
            .prepare_cached(
                "SELECT tables.name, keys.\"table\"
                 FROM sqlite_schema AS tables, pragma_foreign_key_list(tables.name) AS keys
                 WHERE tables.type = 'table' AND (
                     lower(keys.\"table\") GLOB 'cqrs_*'
                     OR lower(keys.\"table\") IN (SELECT lower(row_table) FROM cqrs_projections)
                 )",
            )?
            .query_row([], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()
    }

    /// Executes one statement, and says how many rows it changed.
    ///
    /// It is kept prepared for the next time, and so are those of the other methods.
    ///
    /// # Errors
    /// When `SQLite` says so, or it is [refused](SqliteError::refused).
    pub fn execute(&self, sql: &str, params: impl Params) -> Result<usize, SqliteError> {
        self.attempt(|connection| prepared(connection, sql)?.execute(params))
    }

    /// Executes statements, one after the other: to make tables.
    ///
    /// # Errors
    /// As [`execute`](Self::execute); those after the one that fails are not executed.
    pub fn execute_batch(&self, sql: &str) -> Result<(), SqliteError> {
        self.attempt(|connection| connection.execute_batch(sql))
    }

    /// Reads the first row of a query, as the transaction sees it; `None` where there is none.
    ///
    /// # Errors
    /// As [`execute`](Self::execute), and those of `read`.
    pub fn query_row<T>(
        &self,
        sql: &str,
        params: impl Params,
        read: impl FnOnce(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Option<T>, SqliteError> {
        self.attempt(|connection| query_row(connection, sql, params, read))
    }

    /// Reads the rows of a query, as the transaction sees them.
    ///
    /// # Errors
    /// As [`query_row`](Self::query_row).
    pub fn query<T>(
        &self,
        sql: &str,
        params: impl Params,
        read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>, SqliteError> {
        self.attempt(|connection| query(connection, sql, params, read))
    }

    /// The `rowid` of the row that was inserted last.
    pub fn last_insert_rowid(&self) -> i64 {
        self.connection.last_insert_rowid()
    }

    fn attempt<T>(
        &self,
        statement: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> Result<T, SqliteError> {
        if self.connection.is_autocommit() {
            return Err(Refused::TransactionEnded.into());
        }
        self.guard.refused(); // of a statement before
        statement(&self.connection).map_err(|error| self.noted(error))
    }

    fn noted(&self, error: rusqlite::Error) -> SqliteError {
        let error = said(&self.guard, error);
        if error.is_of_the_store() {
            self.failed.borrow_mut().get_or_insert(error.clone());
        }
        error
    }
}

impl fmt::Debug for Transaction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Transaction")
    }
}

/// The tables of a store, to read: all that was committed when the reading began, as one state.
/// What [`Sqlite::read`](crate::Sqlite::read) lends.
pub struct Tables<'a> {
    connection: &'a Connection,
    guard: &'a Guard,
    _lending: Lending<'a>,
}

impl<'a> Tables<'a> {
    pub(crate) fn of(connection: &'a Connection, guard: &'a Guard) -> Self {
        Self {
            connection,
            guard,
            _lending: guard.lend(May::Read, [].into()),
        }
    }

    /// Reads the first row of a query; `None` where there is none.
    ///
    /// # Errors
    /// When `SQLite` or `read` says so, or the statement [would write](Refused::Writes).
    pub fn query_row<T>(
        &self,
        sql: &str,
        params: impl Params,
        read: impl FnOnce(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Option<T>, SqliteError> {
        self.guard.refused(); // of a statement before
        query_row(self.connection, sql, params, read).map_err(|error| said(self.guard, error))
    }

    /// Reads the rows of a query.
    ///
    /// # Errors
    /// As [`query_row`](Self::query_row).
    pub fn query<T>(
        &self,
        sql: &str,
        params: impl Params,
        read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>, SqliteError> {
        self.guard.refused(); // of a statement before
        query(self.connection, sql, params, read).map_err(|error| said(self.guard, error))
    }
}

impl fmt::Debug for Tables<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Tables")
    }
}

/// The statement, apart from those of the store: none of these was judged, and another's must be.
fn prepared<'c>(connection: &'c Connection, sql: &str) -> rusqlite::Result<CachedStatement<'c>> {
    let sql = sql.trim_end().trim_end_matches(';');
    connection.prepare_cached(&format!("{sql}\n-- lent"))
}

fn query_row<T>(
    connection: &Connection,
    sql: &str,
    params: impl Params,
    read: impl FnOnce(&Row<'_>) -> rusqlite::Result<T>,
) -> rusqlite::Result<Option<T>> {
    let mut statement = prepared(connection, sql)?;
    statement.query_row(params, read).optional()
}

fn query<T>(
    connection: &Connection,
    sql: &str,
    params: impl Params,
    read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
) -> rusqlite::Result<Vec<T>> {
    let mut statement = prepared(connection, sql)?;
    let rows = statement.query_map(params, read)?;
    rows.collect()
}

fn said(guard: &Guard, error: rusqlite::Error) -> SqliteError {
    let is_denied =
        error.sqlite_error_code() == Some(rusqlite::ErrorCode::AuthorizationForStatementDenied);
    match guard.refused() {
        Some(refused) if is_denied => refused.into(),
        _ => error.into(),
    }
}
