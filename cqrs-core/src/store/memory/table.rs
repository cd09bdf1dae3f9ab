use crate::projection::IndexKey;
use crate::store::{RowData, RowOrder, StoredRow};
use std::collections::{BTreeMap, BTreeSet};

/// The rows of one version of one projection, with their indexes.
#[derive(Debug, Default)]
pub(super) struct MemoryTable {
    rows: BTreeMap<String, RowData>,
    /// For each indexed field, the keys by value.
    indexes: Vec<BTreeMap<IndexKey, BTreeSet<String>>>,
}

impl MemoryTable {
    pub(super) fn write(&mut self, key: String, row: Option<RowData>) {
        if let Some(old) = self.rows.remove(&key) {
            for (index, value) in self.indexes.iter_mut().zip(&old.index) {
                if let Some(keys) = index.get_mut(value) {
                    keys.remove(&key);
                    if keys.is_empty() {
                        index.remove(value);
                    }
                }
            }
        }
        if let Some(row) = row {
            if self.indexes.len() < row.index.len() {
                self.indexes.resize_with(row.index.len(), BTreeMap::new);
            }
            for (index, value) in self.indexes.iter_mut().zip(&row.index) {
                index.entry(value.clone()).or_default().insert(key.clone());
            }
            self.rows.insert(key, row);
        }
    }

    pub(super) fn row(&self, key: &str) -> Option<StoredRow> {
        self.rows.get_key_value(key).map(|(key, row)| StoredRow {
            key: key.clone(),
            data: row.data.clone(),
        })
    }

    pub(super) fn rows(&self, order: RowOrder, limit: usize) -> Vec<StoredRow> {
        match order {
            RowOrder::Key => self
                .rows
                .keys()
                .take(limit)
                .filter_map(|key| self.row(key))
                .collect(),
            RowOrder::Index { place, descending } => {
                let Some(index) = self.indexes.get(place) else {
                    return Vec::new();
                };
                let values: Box<dyn Iterator<Item = &BTreeSet<String>>> = if descending {
                    Box::new(index.values().rev())
                } else {
                    Box::new(index.values())
                };
                values
                    .flatten()
                    .take(limit)
                    .filter_map(|key| self.row(key))
                    .collect()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::log::Data;

    fn row(value: i128) -> RowData {
        RowData {
            data: Data::from_bytes(*b"{}"),
            index: vec![IndexKey::Int(value)],
        }
    }

    fn keys(table: &MemoryTable, descending: bool, limit: usize) -> Vec<String> {
        let order = RowOrder::Index {
            place: 0,
            descending,
        };
        table
            .rows(order, limit)
            .into_iter()
            .map(|row| row.key)
            .collect()
    }

    #[test]
    fn equal_values_stand_by_key_ascending_in_both_directions() {
        let mut table = MemoryTable::default();
        for (key, value) in [("c", 2), ("a", 1), ("b", 2), ("d", 1)] {
            table.write(key.into(), Some(row(value)));
        }
        assert_eq!(keys(&table, true, 9), ["b", "c", "a", "d"]);
        assert_eq!(keys(&table, false, 9), ["a", "d", "b", "c"]);
        assert_eq!(keys(&table, true, 3), ["b", "c", "a"]);
    }

    #[test]
    fn a_row_leaves_the_index_where_it_stood() {
        let mut table = MemoryTable::default();
        table.write("a".into(), Some(row(1)));
        table.write("b".into(), Some(row(2)));
        table.write("a".into(), Some(row(3)));
        assert_eq!(keys(&table, true, 9), ["a", "b"]);
        table.write("a".into(), None);
        assert_eq!(keys(&table, true, 9), ["b"]);
        assert_eq!(table.row("a"), None);
    }
}
