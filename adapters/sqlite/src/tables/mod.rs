//! The tables that hold the rows of projections: one for each version of each, with a column for
//! each indexed field.

mod holds;
mod identifier;
mod query;

pub(crate) use holds::Holds;
pub(crate) use query::{count, data, rows, stored};

use cqrs_core::store::{IndexedField, Table};
use identifier::{like, quoted};
use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, params};

/// The columns that every such table has.
const OWN: [&str; 3] = ["key", "row", "fields"];

/// A table as it stands in the file.
#[derive(Debug, Clone)]
pub(crate) struct RowTable {
    /// Its number among projections.
    projection: i64,
    /// Its name, quoted; `None` where no row was written yet.
    pub(crate) name: Option<String>,
    /// Its columns, in the order of the indexed fields.
    pub(crate) columns: Vec<Column>,
}

/// The column of an indexed field.
#[derive(Debug, Clone)]
pub(crate) struct Column {
    /// As it is called.
    plain: String,
    /// As it stands in SQL.
    pub(crate) name: String,
    pub(crate) holds: Holds,
    /// Whether there ever was a row with [`IndexKey::Null`](cqrs_core::projection::IndexKey::Null)
    /// here; a row without a value has null there too, but fewer `fields`.
    pub(crate) nulls: bool,
    /// The place of the column within whose values rows are also read in the order of this one.
    within: Option<usize>,
}

impl RowTable {
    /// The table, if anything was said of it yet.
    pub(crate) fn load(connection: &Connection, table: &Table) -> rusqlite::Result<Option<Self>> {
        let found = connection
            .prepare_cached(
                "SELECT projection, row_table FROM cqrs_projections WHERE name = ? AND version = ?",
            )?
            .query_row(params![table.projection.as_str(), table.version], |row| {
                Ok((row.get(0)?, row.get::<_, Option<String>>(1)?))
            })
            .optional()?;
        let Some((projection, name)) = found else {
            return Ok(None);
        };
        let mut columns = connection.prepare_cached(
            "SELECT row_column, holds, nulls, within FROM cqrs_fields WHERE projection = ? ORDER BY place",
        )?;
        let columns = columns.query_map([projection], |row| {
            let plain: String = row.get(0)?;
            Ok(Column {
                name: quoted(&plain),
                plain,
                holds: Holds::named(row.get_ref(1)?.as_str()?),
                nulls: row.get(2)?,
                within: row.get(3)?,
            })
        })?;
        Ok(Some(Self {
            projection,
            name: name.as_deref().map(quoted),
            columns: columns.collect::<rusqlite::Result<_>>()?,
        }))
    }

    /// The table, entered where nothing was said of it yet.
    pub(crate) fn entered(connection: &Connection, table: &Table) -> rusqlite::Result<Self> {
        if let Some(known) = Self::load(connection, table)? {
            return Ok(known);
        }
        connection
            .prepare_cached(
                "INSERT INTO cqrs_projections (name, version, position) VALUES (?, ?, 0)",
            )?
            .execute(params![table.projection.as_str(), table.version])?;
        Ok(Self {
            projection: connection.last_insert_rowid(),
            name: None,
            columns: Vec::new(),
        })
    }

    /// Moves the projection's checkpoint.
    pub(crate) fn move_to(&self, connection: &Connection, position: i64) -> rusqlite::Result<()> {
        connection
            .prepare_cached("UPDATE cqrs_projections SET position = ? WHERE projection = ?")?
            .execute([position, self.projection])?;
        Ok(())
    }

    /// Whether its first columns are not those of these fields.
    pub(crate) fn is_otherwise_declared(&self, fields: &[IndexedField]) -> bool {
        let names = self.names_of(fields);
        let mut columns = self.columns.iter();
        names.iter().zip(fields).any(|(name, field)| {
            let column = columns.next();
            column.is_none_or(|it| it.plain != *name || it.within != field.within)
        })
    }

    /// What columns for fields of those names are called.
    fn names_of(&self, fields: &[IndexedField]) -> Vec<String> {
        let mut all: Vec<String> = Vec::with_capacity(fields.len());
        for field in fields {
            let later = self.columns.iter().skip(fields.len());
            let beside: Vec<&str> = later.map(|column| column.plain.as_str()).collect();
            let taken = |like: &str| {
                let mut others = all.iter().map(String::as_str).chain(OWN);
                others.any(|other| other == like) || beside.contains(&like)
            };
            let free = like(field.name, "", taken);
            all.push(free);
        }
        all
    }

    /// Names its first columns after these fields, adds those that are missing, and sees to the indexes over
    /// two of them.
    pub(crate) fn declare_fields(
        &mut self,
        connection: &Connection,
        fields: &[IndexedField],
    ) -> rusqlite::Result<()> {
        let names = self.names_of(fields);
        let there = self.columns.len().min(names.len());
        let changed: Vec<usize> = (0..there)
            .filter(|&place| self.columns[place].plain != names[place])
            .collect();
        // two may swap their names, so all are first called what no field is called
        for &place in &changed {
            self.rename(connection, place, &format!("renamed~{place}"))?;
        }
        for &place in &changed {
            self.rename(connection, place, &names[place])?;
        }
        for name in &names[there..] {
            self.add_column(connection, name)?;
        }
        for (place, field) in fields.iter().enumerate() {
            self.order_within(connection, place, field.within)?;
        }
        Ok(())
    }

    /// Has the rows also read in the order of a column within each value of another, or of none.
    fn order_within(
        &mut self,
        connection: &Connection,
        place: usize,
        within: Option<usize>,
    ) -> rusqlite::Result<()> {
        if self.columns[place].within == within {
            return Ok(());
        }
        connection.execute(
            "UPDATE cqrs_fields SET within = ? WHERE projection = ? AND place = ?",
            params![within, self.projection, as_int(place)],
        )?;
        self.columns[place].within = within;
        let index = self.compound_name(place);
        connection.execute_batch(&format!("DROP INDEX IF EXISTS {index}"))?;
        self.index_compound(connection, place)
    }

    fn rename(
        &mut self,
        connection: &Connection,
        place: usize,
        name: &str,
    ) -> rusqlite::Result<()> {
        let name = name.to_owned();
        if let Some(table) = &self.name {
            connection.execute_batch(&format!(
                "ALTER TABLE {table} RENAME COLUMN {} TO {}",
                self.columns[place].name,
                quoted(&name)
            ))?;
        }
        connection.execute(
            "UPDATE cqrs_fields SET row_column = ? WHERE projection = ? AND place = ?",
            params![name, self.projection, as_int(place)],
        )?;
        self.columns[place].name = quoted(&name);
        self.columns[place].plain = name;
        Ok(())
    }

    fn add_column(&mut self, connection: &Connection, name: &str) -> rusqlite::Result<()> {
        let place = self.columns.len();
        connection.execute(
            "INSERT INTO cqrs_fields VALUES (?, ?, ?, ?, 0, NULL)",
            params![self.projection, as_int(place), name, Holds::Texts.name()],
        )?;
        self.columns.push(Column {
            plain: name.to_owned(),
            name: quoted(name),
            holds: Holds::Texts,
            nulls: false,
            within: None,
        });
        if let Some(table) = &self.name {
            let column = &self.columns[place].name;
            connection.execute_batch(&format!("ALTER TABLE {table} ADD COLUMN {column} ANY"))?;
            self.index(connection, place)?;
        }
        Ok(())
    }

    /// Makes the index of a column. Its name is not that of the field, which may change.
    fn index(&self, connection: &Connection, place: usize) -> rusqlite::Result<()> {
        let (Some(table), column) = (&self.name, &self.columns[place].name) else {
            return Ok(());
        };
        let index = self.index_name(place);
        connection.execute_batch(&format!("CREATE INDEX {index} ON {table} ({column}, key)"))
    }

    fn index_name(&self, place: usize) -> String {
        quoted(&format!("cqrs_rows_{}_{place}", self.projection))
    }

    /// Makes the index of a column within another, if there is to be one.
    fn index_compound(&self, connection: &Connection, place: usize) -> rusqlite::Result<()> {
        let column = &self.columns[place];
        let within = column.within.and_then(|within| self.columns.get(within));
        let (Some(table), Some(within)) = (&self.name, within) else {
            return Ok(());
        };
        let index = self.compound_name(place);
        connection.execute_batch(&format!(
            "CREATE INDEX {index} ON {table} ({}, {}, key)",
            within.name, column.name
        ))
    }

    fn compound_name(&self, place: usize) -> String {
        quoted(&format!("cqrs_rows_{}_{place}_within", self.projection))
    }

    /// Makes the table, if it is not there, with columns for so many fields.
    pub(crate) fn make(
        &mut self,
        connection: &Connection,
        table: &Table,
        fields: usize,
    ) -> rusqlite::Result<()> {
        while self.columns.len() < fields {
            let taken = |name: &str| self.columns.iter().any(|column| column.plain == name);
            let name = like(&format!("index_{}", self.columns.len()), "", taken);
            self.add_column(connection, &name)?;
        }
        if self.name.is_some() {
            return Ok(());
        }
        let mut known = connection
            .prepare_cached("SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE lower(name) = ?)")?;
        // what cannot be read is taken: another name does not harm
        let taken = |name: &str| {
            let is_known = known.query_row([name], |row| row.get(0));
            is_known.unwrap_or(true)
        };
        let taken = std::cell::RefCell::new(taken);
        let name = like(&table.projection, &format!("_v{}", table.version), |name| {
            (taken.borrow_mut())(name)
        });
        let mut columns = String::new();
        for column in &self.columns {
            columns.extend([", ", &column.name, " ANY"]);
        }
        connection.execute_batch(&format!(
            "CREATE TABLE {} (key TEXT PRIMARY KEY NOT NULL, row ANY NOT NULL, fields INTEGER NOT NULL{columns})
             STRICT, WITHOUT ROWID",
            quoted(&name)
        ))?;
        connection.execute(
            "UPDATE cqrs_projections SET row_table = ? WHERE projection = ?",
            params![name, self.projection],
        )?;
        self.name = Some(quoted(&name));
        for place in 0..self.columns.len() {
            self.index(connection, place)?;
            self.index_compound(connection, place)?;
        }
        Ok(())
    }

    /// Lets a column hold that, and nulls if so.
    pub(crate) fn hold(
        &mut self,
        connection: &Connection,
        place: usize,
        holds: Holds,
        nulls: bool,
    ) -> rusqlite::Result<()> {
        let before = self.columns[place].holds;
        if holds == Holds::Bytes && before != Holds::Bytes {
            self.turn_into_bytes(connection, place)?;
        }
        let column = &mut self.columns[place];
        column.holds = holds;
        column.nulls |= nulls;
        connection.execute(
            "UPDATE cqrs_fields SET holds = ?, nulls = ? WHERE projection = ? AND place = ?",
            params![holds.name(), column.nulls, self.projection, as_int(place)],
        )?;
        Ok(())
    }

    /// Writes the values of a column anew, as bytes.
    fn turn_into_bytes(&self, connection: &Connection, place: usize) -> rusqlite::Result<()> {
        let Some(table) = &self.name else {
            return Ok(());
        };
        let Column { name, holds, .. } = &self.columns[place];
        let index = self.index_name(place);
        connection.execute_batch(&format!("DROP INDEX IF EXISTS {index}"))?;
        let mut read =
            connection.prepare(&format!("SELECT key, {name} FROM {table} WHERE fields > ?"))?;
        let kept: Vec<(String, Value)> = read
            .query_map([as_int(place)], |row| Ok((row.get(0)?, row.get(1)?)))?
            .collect::<rusqlite::Result<_>>()?;
        let mut write =
            connection.prepare(&format!("UPDATE {table} SET {name} = ? WHERE key = ?"))?;
        for (key, kept) in kept {
            if let Some(value) = holds.read(&kept) {
                write.execute(params![Holds::Bytes.kept(&value), key])?;
            }
        }
        self.index(connection, place)
    }
}

/// Where a projection stands, as it is kept.
pub(crate) fn checkpoint(connection: &Connection, table: &Table) -> rusqlite::Result<i64> {
    let position = connection
        .prepare_cached("SELECT position FROM cqrs_projections WHERE name = ? AND version = ?")?
        .query_row(params![table.projection.as_str(), table.version], |row| {
            row.get(0)
        })
        .optional()?;
    Ok(position.unwrap_or(0))
}

pub(crate) fn as_int(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
