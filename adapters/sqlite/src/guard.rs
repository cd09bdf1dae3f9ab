//! What the SQL of others may do on a connection of the store.

use rusqlite::Connection;
use rusqlite::hooks::{AuthAction, AuthContext, Authorization};
use std::collections::HashSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The pragmas that tell something and change nothing.
const TELLING: [&str; 11] = [
    "collation_list",
    "compile_options",
    "database_list",
    "foreign_key_check",
    "foreign_key_list",
    "function_list",
    "index_info",
    "index_list",
    "index_xinfo",
    "table_info",
    "table_xinfo",
];

/// Why a statement was refused, before it did anything: what [`SqliteError::refused`](crate::SqliteError::refused)
/// tells.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refused {
    /// It would begin or end a transaction or a savepoint.
    #[error(
        "the store begins and ends the transaction: leave `BEGIN`, `COMMIT`, `ROLLBACK` and savepoints out"
    )]
    EndsTransaction,
    /// An earlier statement has ended the transaction, by a conflict clause or a trigger with `ROLLBACK`.
    #[error(
        "a statement before it has rolled the transaction back, and nothing of that is kept: write `ABORT` in place of `ROLLBACK`"
    )]
    TransactionEnded,
    /// It would change what the store keeps for itself.
    #[error("`{table}` is the store's own: read it, and write to tables of your own")]
    StoresOwn {
        /// The table, or what stands on it.
        table: String,
    },
    /// It would open or close another file.
    #[error("the transaction is of this file alone: leave `ATTACH` and `DETACH` out")]
    OtherFile,
    /// It would set up the connection.
    #[error("`PRAGMA {pragma}` would set up the connection, which is the store's: leave it out")]
    Pragma {
        /// Its name.
        pragma: String,
    },
    /// It would make, or drop, what is gone with the connection.
    #[error(
        "what is temporary is gone with the connection, which the store opens anew as it likes: make it in the file"
    )]
    Temporary,
    /// It would write, where there is only reading.
    #[error("here is only reading: what writes to tables is a `#[project]` method")]
    Writes,
    /// `SQLite` asked for something that is not known here.
    #[error("it would do something that the store does not know: leave it out")]
    Unknown,
}

/// What somebody else's statements may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum May {
    /// Read all, and write to tables that are not the store's.
    Write,
    /// Read all.
    Read,
}

/// Stands between a connection and the statements of others.
#[derive(Debug, Clone, Default)]
pub(crate) struct Guard(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    /// What others may do, while the connection is lent to them.
    may: Option<May>,
    /// The tables that hold rows, in lower case.
    rows: HashSet<String>,
    refused: Option<Refused>,
    /// Whether a table was made or changed, or the numbers were from which tables count on.
    touched: bool,
}

/// While it is there, the connection is lent.
pub(crate) struct Lending<'a>(&'a Guard);

impl Drop for Lending<'_> {
    fn drop(&mut self) {
        self.0.state().may = None;
    }
}

impl Guard {
    /// Sets one on the connection. It lets all pass until the connection is lent.
    pub(crate) fn set_on(connection: &mut Connection) -> rusqlite::Result<Self> {
        let guard = Self::default();
        let judge = guard.clone();
        connection.authorizer(Some(move |context: AuthContext<'_>| {
            judge.state().judge(&context)
        }))?;
        let hold = guard.clone();
        // no statement of others commits, whatever has become of the transaction
        connection.commit_hook(Some(move || hold.state().may.is_some()))?;
        Ok(guard)
    }

    /// From now on, others use the connection. These tables hold rows.
    pub(crate) fn lend(&self, may: May, rows: HashSet<String>) -> Lending<'_> {
        *self.state() = State {
            may: Some(may),
            rows,
            ..State::default()
        };
        Lending(self)
    }

    /// Why the last statement was refused, if it was.
    pub(crate) fn refused(&self) -> Option<Refused> {
        self.state().refused.take()
    }

    /// Whether a table was made or changed since this was asked last, or the numbers were from which
    /// tables count on.
    pub(crate) fn touched(&self) -> bool {
        std::mem::take(&mut self.state().touched)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn judge(&mut self, context: &AuthContext<'_>) -> Authorization {
        let Some(may) = self.may else {
            return Authorization::Allow;
        };
        match self.refusal(may, &context.action) {
            None => Authorization::Allow,
            Some(refused) => {
                self.refused.get_or_insert(refused);
                Authorization::Deny
            }
        }
    }

    fn refusal(&mut self, may: May, action: &AuthAction<'_>) -> Option<Refused> {
        use AuthAction as A;
        let names: [&str; 2] = match *action {
            A::Select | A::Read { .. } | A::Function { .. } | A::Recursive => return None,
            A::Pragma { pragma_name, .. } => {
                let pragma = pragma_name.to_ascii_lowercase();
                let is_telling = TELLING.contains(&&*pragma);
                return (!is_telling).then_some(Refused::Pragma { pragma });
            }
            A::Transaction { .. } | A::Savepoint { .. } => return Some(Refused::EndsTransaction),
            A::Attach { .. } | A::Detach { .. } => return Some(Refused::OtherFile),
            A::CreateTempIndex { .. }
            | A::CreateTempTable { .. }
            | A::CreateTempTrigger { .. }
            | A::CreateTempView { .. }
            | A::DropTempIndex { .. }
            | A::DropTempTable { .. }
            | A::DropTempTrigger { .. }
            | A::DropTempView { .. } => return Some(Refused::Temporary),
            _ if may == May::Read => return Some(Refused::Writes),
            A::Insert { table_name }
            | A::Update { table_name, .. }
            | A::Delete { table_name }
            | A::DropTable { table_name }
            | A::DropVtable { table_name, .. }
            | A::Analyze { table_name } => [table_name, ""],
            A::CreateTable { table_name }
            | A::CreateVtable { table_name, .. }
            | A::AlterTable { table_name, .. } => {
                self.touched = true;
                [table_name, ""]
            }
            A::CreateView { view_name } | A::DropView { view_name } => [view_name, ""],
            A::Reindex { index_name } => [index_name, ""],
            A::CreateIndex {
                index_name,
                table_name,
            }
            | A::DropIndex {
                index_name,
                table_name,
            } => [table_name, index_name],
            A::CreateTrigger {
                trigger_name,
                table_name,
            }
            | A::DropTrigger {
                trigger_name,
                table_name,
            } => [table_name, trigger_name],
            _ => return Some(Refused::Unknown),
        };
        // `DROP TABLE` deletes there, too: what has become of it is looked at afterwards
        self.touched |= names[0].eq_ignore_ascii_case("sqlite_sequence");
        let own = names.into_iter().find(|name| self.is_own(name))?;
        let table = own.to_owned();
        Some(Refused::StoresOwn { table })
    }

    fn is_own(&self, name: &str) -> bool {
        let name = name.to_ascii_lowercase();
        name.starts_with("cqrs_") || self.rows.contains(&name)
    }
}
