//! The tables of the store, how they came to be, and which store they are.

use cqrs_core::Uuid;
use cqrs_core::log::StoreIdentity;
use rusqlite::{Connection, params};

/// Marks a file as a store of this crate.
pub(crate) const APPLICATION: i32 = 0x4351_5253;

/// Each takes the file from the version that is its place here to the next one.
const MIGRATIONS: &[&str] = &[include_str!("v1.sql"), include_str!("v2.sql")];

/// The version that this program writes.
pub(crate) const VERSION: i32 = 2;
const _: () = assert!(MIGRATIONS.len() == VERSION as usize);

/// What a file says it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Marks {
    pub(crate) application: i32,
    pub(crate) version: i32,
    /// Whether there is anything in it.
    pub(crate) empty: bool,
}

impl Marks {
    pub(crate) fn read(connection: &Connection) -> rusqlite::Result<Self> {
        // all as of one moment: another process may be making the file
        let moment = connection.unchecked_transaction()?;
        let number = |pragma| moment.query_row(pragma, [], |row| row.get(0));
        Ok(Self {
            application: number("PRAGMA application_id")?,
            version: number("PRAGMA user_version")?,
            empty: moment.query_row(
                "SELECT NOT EXISTS (SELECT 1 FROM sqlite_schema)",
                [],
                |row| row.get(0),
            )?,
        })
    }

    /// Whether it is a file that nobody has written to yet.
    pub(crate) fn is_new(self) -> bool {
        let untouched = Self {
            application: 0,
            version: 0,
            empty: true,
        };
        self == untouched
    }
}

/// Brings the file up to date, in one transaction: of several processes that would, one does.
pub(crate) fn migrate(connection: &Connection) -> rusqlite::Result<()> {
    let version = |connection: &Connection| -> rusqlite::Result<i32> {
        connection.query_row("PRAGMA user_version", [], |row| row.get(0))
    };
    if version(connection)? >= VERSION {
        return Ok(());
    }
    connection.execute_batch("BEGIN IMMEDIATE")?;
    let migrated = (|| {
        let from = usize::try_from(version(connection)?).unwrap_or_default();
        for migration in MIGRATIONS.get(from..).unwrap_or_default() {
            connection.execute_batch(migration)?;
        }
        if from == 0 {
            connection.execute(
                "INSERT INTO cqrs_store (one, id, epoch) VALUES (1, ?, 0)",
                params![Uuid::now_v7().into_bytes()],
            )?;
        }
        connection.execute_batch(&format!(
            "PRAGMA application_id = {APPLICATION}; PRAGMA user_version = {VERSION}; COMMIT"
        ))
    })();
    if migrated.is_err() {
        connection.execute_batch("ROLLBACK").ok(); // the first error is the one to tell
    }
    migrated
}

/// Which store it is.
pub(crate) fn identity(connection: &Connection) -> rusqlite::Result<StoreIdentity> {
    connection.query_row("SELECT id, epoch FROM cqrs_store", [], |row| {
        Ok(StoreIdentity {
            id: Uuid::from_bytes(row.get(0)?),
            epoch: row.get(1)?,
        })
    })
}

/// The position of the last event; 0 of an empty log.
pub(crate) fn head(connection: &Connection) -> rusqlite::Result<i64> {
    connection
        .prepare_cached("SELECT coalesce(max(position), 0) FROM cqrs_events")?
        .query_row([], |row| row.get(0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tables::RowTable;
    use cqrs_core::log::Name;
    use cqrs_core::store::{IndexedField, Table};

    fn made_by(version: usize) -> Connection {
        let connection = Connection::open_in_memory().unwrap();
        for migration in &MIGRATIONS[..version] {
            connection.execute_batch(migration).unwrap();
        }
        let marks =
            format!("PRAGMA application_id = {APPLICATION}; PRAGMA user_version = {version}");
        connection.execute_batch(&marks).unwrap();
        connection
            .execute_batch("INSERT INTO cqrs_store VALUES (1, zeroblob(16), 7)")
            .unwrap();
        connection
    }

    /// Of whatever version a file is, it comes to be what a new one is, and keeps what is in it.
    #[test]
    fn older_files_are_brought_up_to_date() {
        let tables = |connection: &Connection| -> Vec<String> {
            let mut all = connection
                .prepare("SELECT sql FROM sqlite_schema WHERE sql NOT NULL ORDER BY name")
                .unwrap();
            let all = all.query_map([], |row| row.get(0)).unwrap();
            rusqlite::Result::unwrap(all.collect())
        };
        let new = Connection::open_in_memory().unwrap();
        migrate(&new).unwrap();
        for version in 1..MIGRATIONS.len() {
            let old = made_by(version);
            migrate(&old).unwrap();
            assert_eq!(tables(&old), tables(&new), "from version {version}");
            assert_eq!(identity(&old).unwrap().epoch, 7, "it is another store");
            assert_eq!(Marks::read(&old).unwrap().version, VERSION);
        }
    }

    #[test]
    fn fields_of_the_first_version_are_declared_anew() {
        let old = made_by(1);
        old.execute_batch(
            "INSERT INTO cqrs_projections VALUES (1, 'items', 1, 9, NULL);
             INSERT INTO cqrs_fields VALUES (1, 0, 'list', 'texts', 0), (1, 1, 'due', 'texts', 0)",
        )
        .unwrap();
        migrate(&old).unwrap();
        let of = Table {
            projection: Name::from_static("items"),
            version: 1,
        };
        let table = RowTable::load(&old, &of).unwrap().unwrap();
        let (list, due) = (IndexedField::new("list"), IndexedField::new("due"));
        assert!(!table.is_otherwise_declared(&[list, due]));
        assert!(table.is_otherwise_declared(&[list, due.within(0)]));
    }
}
