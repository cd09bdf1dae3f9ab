//! Questions to the rows of a projection, as SQL.
//!
//! A range of an indexed field may hold nulls and other values, and a page may begin in the middle
//! of one value: as one condition with an `OR` in it, no index would serve it. So a question is
//! taken apart into pieces that are each one range of one index, and these are asked in turn.

use super::holds::Place;
use super::{Column, RowTable, as_int};
use cqrs_core::log::Data;
use cqrs_core::projection::IndexKey;
use cqrs_core::store::{IndexRange, RowOrder, RowPlace, RowQuery, StoredRow};
use rusqlite::types::Value;
use rusqlite::{Connection, Row, params_from_iter};
use std::ops::Bound;

/// The rows that are asked for.
pub(crate) fn rows(
    connection: &Connection,
    table: &RowTable,
    query: &RowQuery,
) -> rusqlite::Result<Vec<StoredRow>> {
    let mut rows = Vec::new();
    let limit = query.limit.map_or(i64::MAX, as_int);
    for piece in pieces(table, query) {
        let left = limit.saturating_sub(as_int(rows.len()));
        if left == 0 {
            break;
        }
        let mut found = connection.prepare_cached(&piece.sql)?;
        let values = piece.values.into_iter().chain([Value::Integer(left)]);
        for row in found.query_map(params_from_iter(values), stored)? {
            rows.push(row?);
        }
    }
    Ok(rows)
}

pub(crate) fn stored(row: &Row<'_>) -> rusqlite::Result<StoredRow> {
    Ok(StoredRow {
        key: row.get(0)?,
        data: data(row, 1)?,
    })
}

/// Bytes, whether they stand there as a text or not.
pub(crate) fn data(row: &Row<'_>, place: usize) -> rusqlite::Result<Data> {
    use rusqlite::types::ValueRef::{Blob, Text};
    match row.get_ref(place)? {
        Text(bytes) | Blob(bytes) => Ok(Data::from_bytes(bytes)),
        other => Err(rusqlite::Error::InvalidColumnType(
            place,
            "row".to_owned(),
            other.data_type(),
        )),
    }
}

/// How many rows stand in all of these ranges.
pub(crate) fn count(
    connection: &Connection,
    table: &RowTable,
    within: &[IndexRange],
) -> rusqlite::Result<u64> {
    let Some(name) = &table.name else {
        return Ok(0);
    };
    let mut all = Condition::default();
    for place in places(within) {
        let Some(column) = table.columns.get(place) else {
            return Ok(0);
        };
        all.and(&in_all(column, place, within));
    }
    let sql = format!("SELECT count(*) FROM {name}{}", all.clause());
    let count: i64 = connection
        .prepare_cached(&sql)?
        .query_row(params_from_iter(all.values), |row| row.get(0))?;
    Ok(count.cast_unsigned())
}

/// One statement of a question. Its last value, which is not among these, is the limit.
#[derive(Debug)]
pub(super) struct Piece {
    pub(super) sql: String,
    values: Vec<Value>,
}

/// Conditions that hold together, and the values for their question marks.
#[derive(Debug, Clone, Default)]
struct Condition {
    sql: Vec<String>,
    values: Vec<Value>,
}

impl Condition {
    fn new(sql: impl Into<String>, values: impl IntoIterator<Item = Value>) -> Self {
        Self {
            sql: vec![sql.into()],
            values: values.into_iter().collect(),
        }
    }

    fn and(&mut self, other: &Self) {
        self.sql.extend_from_slice(&other.sql);
        self.values.extend_from_slice(&other.values);
    }

    fn clause(&self) -> String {
        if self.sql.is_empty() {
            return String::new();
        }
        format!(" WHERE {}", self.sql.join(" AND "))
    }
}

/// What a question comes to, in the order of the answer.
pub(super) fn pieces(table: &RowTable, query: &RowQuery) -> Vec<Piece> {
    let Some(name) = &table.name else {
        return Vec::new();
    };
    let ordered_by = match query.order {
        RowOrder::Key { .. } => None,
        RowOrder::Index { place, .. } => Some(place),
    };
    let mut others = Condition::default();
    for place in places(&query.within) {
        let Some(column) = table.columns.get(place) else {
            return Vec::new();
        };
        if ordered_by != Some(place) {
            others.and(&in_all(column, place, &query.within));
        }
    }
    let descending = query.order.is_descending();
    let direction = if descending { "DESC" } else { "ASC" };
    let piece = |condition: &Condition, order: &str| {
        let mut all = condition.clone();
        all.and(&others);
        Piece {
            sql: format!(
                "SELECT key, row FROM {name}{} ORDER BY {order} LIMIT ?",
                all.clause()
            ),
            values: all.values,
        }
    };
    let Some(place) = ordered_by else {
        let beyond = if descending { "key < ?" } else { "key > ?" };
        let after = query.after.as_ref();
        let after = after
            .map(|after| Condition::new(beyond, [Value::Text(after.key.clone())]))
            .unwrap_or_default();
        return vec![piece(&after, &format!("key {direction}"))];
    };
    let Some(column) = table.columns.get(place) else {
        return Vec::new();
    };
    let by_value = format!("{} {direction}, key", column.name);
    let runs = runs(column, place, query, descending);
    let pieces = runs.iter().map(|run| match run {
        Run::OneValue(condition) => piece(condition, "key"),
        Run::Values(condition) => piece(condition, &by_value),
    });
    pieces.collect()
}

/// Rows that stand together in the order of an index.
enum Run {
    /// All with one value: they come by key.
    OneValue(Condition),
    Values(Condition),
}

/// The runs of an index that the question takes, in its order.
fn runs(column: &Column, place: usize, query: &RowQuery, descending: bool) -> Vec<Run> {
    let ranges = || query.within.iter().filter(|range| range.place == place);
    let after = query.after.as_ref();
    let mut runs = Vec::new();
    if let Some(values) = values(column, ranges()) {
        runs.extend(values_after(column, &values, after).map(Run::OneValue));
        runs.extend(rest_after(column, &values, after, descending).map(Run::Values));
    }
    let takes_null = ranges().all(|range| range.contains(&IndexKey::Null));
    if column.nulls && takes_null && column.holds != super::Holds::Bytes {
        let mut nulls = are_null(column, place);
        let begun = after.map(|after| (&after.key, after.value == IndexKey::Null));
        let run = match begun {
            None => Some(nulls),
            Some((key, true)) => {
                nulls.and(&Condition::new("key > ?", [Value::Text(key.clone())]));
                Some(nulls)
            }
            // null comes first, so a page after another value has it behind itself
            Some((_, false)) => descending.then_some(nulls),
        };
        if let Some(run) = run {
            let at = if descending { runs.len() } else { 0 };
            runs.insert(at, Run::OneValue(run));
        }
    }
    runs
}

/// The rows at the value where a page begins, behind its key.
fn values_after(
    column: &Column,
    values: &Condition,
    after: Option<&RowPlace>,
) -> Option<Condition> {
    let after = after?;
    let Place::Exactly(value) = column.holds.place(&after.value) else {
        return None;
    };
    let mut condition = values.clone();
    condition.and(&Condition::new(
        format!("{} = ? AND key > ?", column.name),
        [value, Value::Text(after.key.clone())],
    ));
    Some(condition)
}

/// The rows at values behind that where a page begins.
fn rest_after(
    column: &Column,
    values: &Condition,
    after: Option<&RowPlace>,
    descending: bool,
) -> Option<Condition> {
    let Some(after) = after else {
        return Some(values.clone());
    };
    let end = if descending {
        ends(column, &Bound::Excluded(after.value.clone()))
    } else {
        begins(column, &Bound::Excluded(after.value.clone()))
    };
    let mut condition = values.clone();
    condition.and(&end?);
    Some(condition)
}

/// The rows with another value than null in all of these ranges; `None` if there can be none.
fn values<'a>(column: &Column, ranges: impl Iterator<Item = &'a IndexRange>) -> Option<Condition> {
    let mut condition = Condition::default();
    for range in ranges {
        if let Some(only) = range.only() {
            // as one condition, by which an index over this column and another can be searched
            condition.and(&exactly(column, only)?);
            continue;
        }
        condition.and(&begins(column, &range.lower)?);
        condition.and(&ends(column, &range.upper)?);
    }
    if condition.sql.is_empty() {
        condition = Condition::new(format!("{} IS NOT NULL", column.name), []);
    }
    Some(condition)
}

/// Only that value, other than null; `None` if there can be none.
fn exactly(column: &Column, value: &IndexKey) -> Option<Condition> {
    match column.holds.place(value) {
        Place::Exactly(value) => Some(Condition::new(format!("{} = ?", column.name), [value])),
        Place::Null | Place::BeforeAll | Place::BeforeTexts => None,
    }
}

/// Only values from there on; null, which compares with nothing, is never among them.
#[allow(clippy::unnecessary_wraps, reason = "the twin of `ends`")]
fn begins(column: &Column, bound: &Bound<IndexKey>) -> Option<Condition> {
    let (compares, value) = match bound {
        Bound::Included(value) => (">=", value),
        Bound::Excluded(value) => (">", value),
        Bound::Unbounded => return Some(Condition::default()),
    };
    let name = &column.name;
    Some(match column.holds.place(value) {
        Place::Null | Place::BeforeAll => Condition::new(format!("{name} IS NOT NULL"), []),
        Place::Exactly(value) => Condition::new(format!("{name} {compares} ?"), [value]),
        Place::BeforeTexts => Condition::new(format!("{name} >= ''"), []),
    })
}

/// Only values up to there, other than null; `None` if there can be none.
fn ends(column: &Column, bound: &Bound<IndexKey>) -> Option<Condition> {
    let (compares, value) = match bound {
        Bound::Included(value) => ("<=", value),
        Bound::Excluded(value) => ("<", value),
        Bound::Unbounded => return Some(Condition::default()),
    };
    let name = &column.name;
    match column.holds.place(value) {
        Place::Null | Place::BeforeAll => None,
        Place::Exactly(value) => Some(Condition::new(format!("{name} {compares} ?"), [value])),
        Place::BeforeTexts => Some(Condition::new(format!("{name} < ''"), [])),
    }
}

/// The rows whose value at that place is null, and not those without one.
fn are_null(column: &Column, place: usize) -> Condition {
    Condition::new(
        format!("{} IS NULL AND fields > ?", column.name),
        [Value::Integer(as_int(place))],
    )
}

/// The rows that stand in all of the ranges that are over this place, as one condition.
fn in_all(column: &Column, place: usize, within: &[IndexRange]) -> Condition {
    let ranges = || within.iter().filter(|range| range.place == place);
    let takes_null = ranges().all(|range| range.contains(&IndexKey::Null));
    let nulls = (column.nulls && takes_null && column.holds != super::Holds::Bytes)
        .then(|| are_null(column, place));
    match (values(column, ranges()), nulls) {
        (None, None) => Condition::new("0", []),
        (Some(one), None) | (None, Some(one)) => one,
        (Some(mut values), Some(nulls)) => {
            let sql = format!(
                "({} OR {})",
                values.sql.join(" AND "),
                nulls.sql.join(" AND ")
            );
            values.values.extend(nulls.values);
            Condition::new(sql, values.values)
        }
    }
}

/// The places that ranges are over, each once.
fn places(within: &[IndexRange]) -> Vec<usize> {
    let mut places: Vec<usize> = within.iter().map(|range| range.place).collect();
    places.sort_unstable();
    places.dedup();
    places
}

#[cfg(test)]
mod tests {
    use super::super::{Holds, RowTable};
    use super::*;
    use crate::schema;
    use cqrs_core::log::Name;
    use cqrs_core::store::{IndexedField, Table};

    fn table(connection: &Connection) -> RowTable {
        schema::migrate(connection).unwrap();
        let of = Table {
            projection: Name::from_static("rows"),
            version: 1,
        };
        let mut table = RowTable::entered(connection, &of).unwrap();
        let fields = [
            IndexedField::new("index_0").within(1),
            IndexedField::new("index_1"),
        ];
        table.declare_fields(connection, &fields).unwrap();
        table.make(connection, &of, 2).unwrap();
        for place in 0..2 {
            table
                .hold(connection, place, Holds::Integers, true)
                .unwrap();
        }
        table
    }

    fn plan(connection: &Connection, sql: &str) -> Vec<String> {
        let mut plan = connection
            .prepare(&format!("EXPLAIN QUERY PLAN {sql}"))
            .unwrap();
        let lines = plan.raw_query().mapped(|row| row.get(3)).collect();
        rusqlite::Result::unwrap(lines)
    }

    /// Each statement of a question is one search, and sorts at most what has one value.
    #[test]
    fn questions_are_answered_from_indexes() {
        let connection = Connection::open_in_memory().unwrap();
        let table = table(&connection);
        let of = Table {
            projection: Name::from_static("rows"),
            version: 1,
        };
        let ranges = [
            IndexRange::all(0),
            IndexRange::exactly(0, IndexKey::Int(5)),
            IndexRange {
                place: 0,
                lower: Bound::Unbounded,
                upper: Bound::Excluded(IndexKey::Int(7)),
            },
            IndexRange {
                place: 0,
                lower: Bound::Included(IndexKey::Int(7)),
                upper: Bound::Unbounded,
            },
        ];
        let after = |value| {
            Some(RowPlace {
                value,
                key: "k".to_owned(),
            })
        };
        for range in ranges {
            for after in [None, after(IndexKey::Null), after(IndexKey::Int(3))] {
                for descending in [false, true] {
                    let query = RowQuery {
                        within: vec![range.clone()],
                        after: after.clone(),
                        limit: Some(10),
                        ..RowQuery::all(
                            of.clone(),
                            RowOrder::Index {
                                place: 0,
                                descending,
                            },
                        )
                    };
                    for piece in pieces(&table, &query) {
                        let plan = plan(&connection, &piece.sql);
                        assert!(
                            plan[0].starts_with("SEARCH rows_v1 USING INDEX cqrs_rows_1_0"),
                            "{}: {plan:?}",
                            piece.sql
                        );
                        let sorts = plan.iter().filter(|line| line.contains("TEMP B-TREE"));
                        for line in sorts {
                            assert!(descending, "{}: {plan:?}", piece.sql);
                            assert_eq!(line, "USE TEMP B-TREE FOR LAST TERM OF ORDER BY");
                        }
                    }
                }
            }
        }
        let within = RowQuery {
            within: vec![IndexRange::exactly(1, IndexKey::Int(5))],
            after: after(IndexKey::Int(3)),
            limit: Some(10),
            ..RowQuery::all(
                of.clone(),
                RowOrder::Index {
                    place: 0,
                    descending: false,
                },
            )
        };
        for piece in pieces(&table, &within) {
            let plan = plan(&connection, &piece.sql);
            assert!(
                plan[0].starts_with("SEARCH rows_v1 USING INDEX cqrs_rows_1_0_within (index_1=?"),
                "{}: {plan:?}",
                piece.sql
            );
            assert_eq!(plan.len(), 1, "it is sorted: {plan:?}");
        }
        let by_key = RowQuery {
            after: after(IndexKey::Null),
            ..RowQuery::all(of, RowOrder::Key { descending: true })
        };
        for piece in pieces(&table, &by_key) {
            let plan = plan(&connection, &piece.sql);
            assert_eq!(plan, ["SEARCH rows_v1 USING PRIMARY KEY (key<?)"]);
        }
    }
}
