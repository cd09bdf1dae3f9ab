//! The table of products: one file of `SQLite`.

use crate::product::{Name, Price, Product};
use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSqlOutput, ValueRef};
use rusqlite::{Connection, OptionalExtension, Row, ToSql, params};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Says that a file is a catalogue, and of which form: the database keeps it for the program.
const CATALOGUE: i32 = 0x0CA7_A109;

const SCHEMA: &str = "
    CREATE TABLE product (
        name  TEXT PRIMARY KEY,
        cents INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID";

/// The products. One connection, which its callers take in turn: a call takes no longer than the disk.
#[derive(Debug)]
pub struct Table {
    connection: Mutex<Connection>,
}

/// Why the table cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TableError {
    /// The file cannot be opened as a catalogue.
    #[error("{}: it cannot be opened as a catalogue: {source}", path.display())]
    Open {
        /// Which file.
        path: PathBuf,
        /// What the database said.
        source: rusqlite::Error,
    },
    /// The file is a database, but of something else.
    #[error("{}: a database, but not of a catalogue: name another file", path.display())]
    Foreign {
        /// Which file.
        path: PathBuf,
    },
    /// The database failed, or a product is on record that cannot be one.
    #[error("the products cannot be read or written: {0}")]
    Sqlite(#[from] rusqlite::Error),
}

impl Table {
    /// The table in that file, which is made if it is not there.
    ///
    /// # Errors
    /// [`TableError::Open`], [`TableError::Foreign`].
    pub fn open(path: &Path) -> Result<Self, TableError> {
        let failed = |source| TableError::Open {
            path: path.to_owned(),
            source,
        };
        let mut connection = Connection::open(path).map_err(failed)?;
        if !prepare(&mut connection).map_err(failed)? {
            let path = path.to_owned();
            return Err(TableError::Foreign { path });
        }
        let connection = Mutex::new(connection);
        Ok(Self { connection })
    }

    /// Adds a product; says whether its name was free.
    ///
    /// # Errors
    /// [`TableError::Sqlite`].
    pub fn insert(&self, name: &Name, price: Price) -> Result<bool, TableError> {
        let sql = "INSERT INTO product (name, cents) VALUES (?1, ?2) ON CONFLICT DO NOTHING";
        Ok(self.connection().execute(sql, params![name, price])? == 1)
    }

    /// Gives a product that price; says whether there is one.
    ///
    /// # Errors
    /// [`TableError::Sqlite`].
    pub fn update(&self, name: &Name, price: Price) -> Result<bool, TableError> {
        let sql = "UPDATE product SET cents = ?2 WHERE name = ?1";
        Ok(self.connection().execute(sql, params![name, price])? == 1)
    }

    /// The product of that name, if there is one.
    ///
    /// # Errors
    /// [`TableError::Sqlite`].
    pub fn get(&self, name: &Name) -> Result<Option<Product>, TableError> {
        let sql = "SELECT name, cents FROM product WHERE name = ?1";
        let found = self.connection().query_row(sql, params![name], product);
        Ok(found.optional()?)
    }

    /// All products, by name.
    ///
    /// # Errors
    /// [`TableError::Sqlite`].
    pub fn all(&self) -> Result<Vec<Product>, TableError> {
        let connection = self.connection();
        let mut all = connection.prepare("SELECT name, cents FROM product ORDER BY name")?;
        let products = all.query_map([], product)?.collect::<Result<_, _>>()?;
        Ok(products)
    }

    /// The connection. No panic leaves a statement half done.
    fn connection(&self) -> MutexGuard<'_, Connection> {
        self.connection
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

/// Makes the table where there is nothing yet; says whether the file is a catalogue.
fn prepare(connection: &mut Connection) -> rusqlite::Result<bool> {
    let transaction =
        connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
    let number = |sql| transaction.query_row(sql, [], |row| row.get::<_, i32>(0));
    let id = number("PRAGMA application_id")?;
    let is_empty = number("SELECT count(*) FROM sqlite_schema")? == 0;
    if id == 0 && is_empty {
        transaction.execute_batch(SCHEMA)?;
        transaction.pragma_update(None, "application_id", CATALOGUE)?;
        transaction.commit()?;
        return Ok(true);
    }
    Ok(id == CATALOGUE)
}

fn product(row: &Row<'_>) -> rusqlite::Result<Product> {
    Ok(Product {
        name: row.get("name")?,
        price: row.get("cents")?,
    })
}

impl ToSql for Name {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        self.as_str().to_sql()
    }
}

impl FromSql for Name {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        value.as_str()?.parse().map_err(FromSqlError::other)
    }
}

impl ToSql for Price {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(self.cents().into())
    }
}

impl FromSql for Price {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        u32::column_result(value).map(Self::from_cents)
    }
}
