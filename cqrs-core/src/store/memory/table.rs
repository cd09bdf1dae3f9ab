use crate::projection::IndexKey;
use crate::store::{IndexRange, IndexedField, RowData, RowOrder, RowPlace, RowQuery, StoredRow};
use foldhash::HashMap;
use std::collections::{BTreeMap, BTreeSet, btree_set};
use std::ops::Bound;
use std::sync::Arc;

/// Keys, by the value of a field.
type ByValue = BTreeMap<IndexKey, BTreeSet<Arc<str>>>;

/// The rows of one version of one projection, with their indexes.
#[derive(Debug, Default)]
pub(super) struct MemoryTable {
    rows: HashMap<Arc<str>, RowData>,
    /// In order: touched only where a row comes or goes.
    keys: BTreeSet<Arc<str>>,
    /// For each indexed field, the keys by value.
    indexes: Vec<ByValue>,
    /// The indexes over two fields.
    compounds: Vec<Compound>,
}

/// The keys by the value of one field, within each value of another.
#[derive(Debug)]
struct Compound {
    place: usize,
    within: usize,
    by_value: HashMap<IndexKey, ByValue>,
}

impl Compound {
    fn of(&self, row: &RowData) -> Option<(IndexKey, IndexKey)> {
        let value = |place: usize| row.index.get(place).cloned();
        Some((value(self.within)?, value(self.place)?))
    }

    fn put_in(&mut self, key: &Arc<str>, row: &RowData) {
        if let Some((within, value)) = self.of(row) {
            let by_value = self.by_value.entry(within).or_default();
            by_value.entry(value).or_default().insert(Arc::clone(key));
        }
    }

    fn take_out(&mut self, key: &str, row: &RowData) {
        let Some((within, value)) = self.of(row) else {
            return;
        };
        if let Some(by_value) = self.by_value.get_mut(&within) {
            take_out(by_value, key, &value);
            if by_value.is_empty() {
                self.by_value.remove(&within);
            }
        }
    }
}

/// Takes a key out of those of a value.
fn take_out(by_value: &mut ByValue, key: &str, value: &IndexKey) {
    if let Some(keys) = by_value.get_mut(value) {
        keys.remove(key);
        if keys.is_empty() {
            by_value.remove(value);
        }
    }
}

impl MemoryTable {
    /// Keeps an index over two fields for each that is read within another.
    pub(super) fn declare(&mut self, fields: &[IndexedField]) {
        let asked = || {
            let places = fields.iter().enumerate();
            places.filter_map(|(place, field)| Some((place, field.within?)))
        };
        let kept = |it: &Compound| asked().any(|asked| asked == (it.place, it.within));
        self.compounds.retain(kept);
        for (place, within) in asked() {
            let mut known = self.compounds.iter();
            if known.any(|it| (it.place, it.within) == (place, within)) {
                continue;
            }
            let mut compound = Compound {
                place,
                within,
                by_value: HashMap::default(),
            };
            for (key, row) in &self.rows {
                compound.put_in(key, row);
            }
            self.compounds.push(compound);
        }
    }

    pub(super) fn write(&mut self, key: &str, row: Option<RowData>) {
        let Some(row) = row else {
            if let Some((key, old)) = self.rows.remove_entry(key) {
                self.keys.remove(&key);
                for (place, value) in old.index.iter().enumerate() {
                    self.take_out(&key, place, value);
                }
                for compound in &mut self.compounds {
                    compound.take_out(&key, &old);
                }
            }
            return;
        };
        let places = self.indexes.len().max(row.index.len());
        self.indexes.resize_with(places, BTreeMap::new);
        if let Some(kept) = self.rows.get_mut(key) {
            let old = std::mem::replace(kept, row);
            self.move_in(key, &old);
            return;
        }
        let key: Arc<str> = key.into();
        for (index, value) in self.indexes.iter_mut().zip(&row.index) {
            let keys = index.entry(value.clone()).or_default();
            keys.insert(Arc::clone(&key));
        }
        for compound in &mut self.compounds {
            compound.put_in(&key, &row);
        }
        self.keys.insert(Arc::clone(&key));
        self.rows.insert(key, row);
    }

    /// Moves the row's key in the indexes whose value is another one now.
    fn move_in(&mut self, key: &str, old: &RowData) {
        let Some((key, row)) = self.rows.get_key_value(key) else {
            return;
        };
        let (key, places) = (Arc::clone(key), row.index.len().max(old.index.len()));
        for compound in &mut self.compounds {
            if compound.of(row) != compound.of(old) {
                compound.take_out(&key, old);
                compound.put_in(&key, row);
            }
        }
        for place in 0..places {
            let new = self.rows.get(&key).and_then(|row| row.index.get(place));
            let (new, old) = (new.cloned(), old.index.get(place));
            if new.as_ref() == old {
                continue;
            }
            if let Some(old) = old {
                self.take_out(&key, place, old);
            }
            if let (Some(new), Some(index)) = (new, self.indexes.get_mut(place)) {
                index.entry(new).or_default().insert(Arc::clone(&key));
            }
        }
    }

    /// Takes a key out of an index.
    fn take_out(&mut self, key: &str, place: usize, value: &IndexKey) {
        if let Some(index) = self.indexes.get_mut(place) {
            take_out(index, key, value);
        }
    }

    pub(super) fn row(&self, key: &str) -> Option<StoredRow> {
        self.rows.get(key).map(|row| StoredRow {
            key: key.to_owned(),
            data: row.data.clone(),
        })
    }

    pub(super) fn rows(&self, query: &RowQuery) -> Vec<StoredRow> {
        let Some(mut ranges) = narrowed(&query.within) else {
            return Vec::new();
        };
        let after = query.after.as_ref();
        let limit = query.limit.unwrap_or(usize::MAX);
        match query.order {
            RowOrder::Key { descending } => {
                let rows = self.by_key(&ranges, after, descending);
                if descending {
                    page(rows.rev(), &ranges, limit)
                } else {
                    page(rows, &ranges, limit)
                }
            }
            RowOrder::Index { place, descending } => {
                let mut own = IndexRange::all(place);
                if let Some(at) = ranges.iter().position(|range| range.place == place) {
                    own = ranges.swap_remove(at);
                }
                if let Some(after) = after {
                    own.narrow(&from(place, &after.value, descending));
                }
                let values = in_range(self.index(place, &ranges), &own);
                let keys = |(value, keys)| keys_after(value, keys, after);
                if descending {
                    page(self.found(values.rev().flat_map(keys)), &ranges, limit)
                } else {
                    page(self.found(values.flat_map(keys)), &ranges, limit)
                }
            }
        }
    }

    pub(super) fn count(&self, within: &[IndexRange]) -> u64 {
        let Some(mut ranges) = narrowed(within) else {
            return 0;
        };
        let is_within = |range: &IndexRange| self.compound(range.place, &ranges).is_some();
        let at = ranges.iter().position(is_within).unwrap_or_default();
        if ranges.is_empty() {
            return self.rows.len() as u64;
        }
        let first = ranges.swap_remove(at);
        let index = self.index(first.place, &ranges);
        if let Some((compound, _)) = self.compound(first.place, &ranges) {
            ranges.retain(|range| range.place != compound.within);
        }
        let keys = in_range(index, &first).map(|(_, keys)| keys);
        if ranges.is_empty() {
            return keys.map(|keys| keys.len() as u64).sum();
        }
        let rows = self.found(keys.flatten());
        rows.filter(|(_, row)| holds(row, &ranges)).count() as u64
    }

    /// The rows after that place in the order of keys. Of those that a range leaves one value of an
    /// index, the keys stand in order there: nothing else is looked at then.
    fn by_key<'a>(
        &'a self,
        ranges: &'a [IndexRange],
        after: Option<&'a RowPlace>,
        descending: bool,
    ) -> Box<dyn DoubleEndedIterator<Item = (&'a Arc<str>, &'a RowData)> + 'a> {
        let after = after.map(|after| after.key.as_str());
        let keys = match (after, descending) {
            (None, _) => (Bound::Unbounded, Bound::Unbounded),
            (Some(after), false) => (Bound::Excluded(after), Bound::Unbounded),
            (Some(after), true) => (Bound::Unbounded, Bound::Excluded(after)),
        };
        let only = ranges.iter().find(|range| range.only().is_some());
        match only {
            None => Box::new(self.found(self.keys.range::<str, _>(keys))),
            Some(only) => Box::new(
                self.found(
                    in_range(self.indexes.get(only.place), only)
                        .flat_map(move |(_, at)| at.range::<str, _>(keys)),
                ),
            ),
        }
    }

    /// The index of a field, as narrow as one that also holds to one of the ranges is.
    fn index(&self, place: usize, ranges: &[IndexRange]) -> Option<&ByValue> {
        match self.compound(place, ranges) {
            Some((compound, only)) => compound.by_value.get(only),
            None => self.indexes.get(place),
        }
    }

    /// The index of a field within another of which the ranges leave one value, and that value.
    fn compound<'a, 'r>(
        &'a self,
        place: usize,
        ranges: &'r [IndexRange],
    ) -> Option<(&'a Compound, &'r IndexKey)> {
        let compound = self.compounds.iter().find(|it| it.place == place)?;
        let mut ranges = ranges.iter();
        let of = ranges.find(|range| range.place == compound.within)?;
        Some((compound, of.only()?))
    }

    /// The rows of those keys.
    fn found<'a>(
        &'a self,
        keys: impl DoubleEndedIterator<Item = &'a Arc<str>>,
    ) -> impl DoubleEndedIterator<Item = (&'a Arc<str>, &'a RowData)> {
        keys.filter_map(|key| self.rows.get_key_value(key))
    }
}

/// The values in that range of an index, each with its keys.
fn in_range<'a>(
    index: Option<&'a ByValue>,
    range: &IndexRange,
) -> impl DoubleEndedIterator<Item = (&'a IndexKey, &'a BTreeSet<Arc<str>>)> + use<'a> {
    let bounds = (range.lower.clone(), range.upper.clone());
    // the ranges of the standard library's maps panic at some that are empty
    let values = index.filter(|_| !range.is_empty());
    values
        .into_iter()
        .flat_map(move |index| index.range(bounds.clone()))
}

/// The ranges, one a place; `None` if nothing can stand in all of them.
fn narrowed(within: &[IndexRange]) -> Option<Vec<IndexRange>> {
    let mut ranges: Vec<IndexRange> = Vec::with_capacity(within.len());
    for range in within {
        match ranges.iter_mut().find(|known| known.place == range.place) {
            Some(known) => known.narrow(range),
            None => ranges.push(range.clone()),
        }
    }
    let empty = ranges.iter().any(IndexRange::is_empty);
    (!empty).then_some(ranges)
}

/// The range that begins at a value, in that direction.
fn from(place: usize, value: &IndexKey, descending: bool) -> IndexRange {
    let mut range = IndexRange::all(place);
    let value = Bound::Included(value.clone());
    if descending {
        range.upper = value;
    } else {
        range.lower = value;
    }
    range
}

/// The keys of one value, those after the place if it is at that value.
fn keys_after<'a>(
    value: &IndexKey,
    keys: &'a BTreeSet<Arc<str>>,
    after: Option<&RowPlace>,
) -> btree_set::Range<'a, Arc<str>> {
    match after {
        Some(after) if after.value == *value => {
            keys.range::<str, _>((Bound::Excluded(after.key.as_str()), Bound::Unbounded))
        }
        _ => keys.range::<str, _>(..),
    }
}

fn holds(row: &RowData, ranges: &[IndexRange]) -> bool {
    ranges.iter().all(|range| {
        let value = row.index.get(range.place);
        value.is_some_and(|value| range.contains(value))
    })
}

fn page<'a>(
    rows: impl Iterator<Item = (&'a Arc<str>, &'a RowData)>,
    ranges: &[IndexRange],
    limit: usize,
) -> Vec<StoredRow> {
    rows.filter(|(_, row)| holds(row, ranges))
        .take(limit)
        .map(|(key, row)| StoredRow {
            key: key.to_string(),
            data: row.data.clone(),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conformance::row_model::{ModelRows, asked_for};
    use crate::log::{Data, Name};
    use crate::store::Table;
    use proptest::collection::{btree_map, vec};
    use proptest::option;
    use proptest::prelude::*;
    use proptest::sample::select;

    fn row(index: Vec<IndexKey>) -> RowData {
        RowData {
            data: Data::from_bytes(*b"{}"),
            index,
        }
    }

    fn all(order: RowOrder) -> RowQuery {
        let projection = Name::from_static("rows");
        let table = Table {
            projection,
            version: 1,
        };
        RowQuery::all(table, order)
    }

    fn keys(rows: Vec<StoredRow>) -> Vec<String> {
        rows.into_iter().map(|row| row.key).collect()
    }

    fn by_value(table: &MemoryTable) -> Vec<String> {
        keys(table.rows(&all(RowOrder::Index {
            place: 0,
            descending: true,
        })))
    }

    #[test]
    fn a_row_leaves_the_index_where_it_stood() {
        let mut table = MemoryTable::default();
        for (key, value) in [("a", 1), ("b", 2), ("a", 3)] {
            table.write(key, Some(row(vec![IndexKey::Int(value)])));
        }
        assert_eq!(by_value(&table), ["a", "b"]);
        table.write("a", None);
        assert_eq!(by_value(&table), ["b"]);
        assert_eq!(table.row("a"), None);
        assert_eq!(table.indexes[0].len(), 1);
    }

    #[test]
    fn a_row_leaves_the_index_within_another_where_it_stood() {
        let mut table = MemoryTable::default();
        table.declare(&[
            IndexedField::new("list"),
            IndexedField::new("due").within(0),
        ]);
        let places = [
            ("a", 1, 1),
            ("b", 1, 2),
            ("c", 2, 1),
            ("a", 1, 3),
            ("c", 1, 0),
        ];
        for (key, list, due) in places {
            let index = vec![IndexKey::Int(list), IndexKey::Int(due)];
            table.write(key, Some(row(index)));
        }
        let mut of_list = all(RowOrder::Index {
            place: 1,
            descending: false,
        });
        of_list.within = vec![IndexRange::exactly(0, IndexKey::Int(1))];
        assert_eq!(keys(table.rows(&of_list)), ["c", "b", "a"]);
        table.write("b", None);
        assert_eq!(keys(table.rows(&of_list)), ["c", "a"]);
        assert_eq!(table.compounds[0].by_value.len(), 1);
    }

    #[test]
    fn an_index_within_another_is_kept_for_each_field_that_is_read_so() {
        let field = IndexedField::new;
        let [all, fewer] = [
            [field("a"), field("b").within(0), field("c").within(1)],
            [field("a"), field("b").within(0), field("c")],
        ];
        let mut table = MemoryTable::default();
        let mut kept = |fields: &[IndexedField]| {
            table.declare(fields);
            let kept = table.compounds.iter().map(|it| (it.place, it.within));
            kept.collect::<Vec<_>>()
        };
        for _ in 0..2 {
            assert_eq!(kept(&all), [(1, 0), (2, 1)]);
            assert_eq!(kept(&fewer), [(1, 0)]);
        }
        let index = |a, b| vec![IndexKey::Int(a), IndexKey::Int(b), IndexKey::Int(0)];
        for (key, a, b) in [("k", 1, 1), ("l", 1, 2), ("m", 2, 3)] {
            table.write(key, Some(row(index(a, b))));
        }
        let ranges = [IndexRange::exactly(0, IndexKey::Int(1))];
        let of_one = table.index(1, &ranges).map(BTreeMap::len);
        assert_eq!(of_one, Some(2), "and it is the narrower one");
    }

    #[test]
    fn of_what_is_counted_within_another_each_other_condition_holds_too() {
        let mut table = MemoryTable::default();
        table.declare(&[
            IndexedField::new("list"),
            IndexedField::new("due").within(0),
            IndexedField::new("done"),
        ]);
        let places = [
            ("a", 1, 1, 0),
            ("b", 1, 2, 1),
            ("c", 2, 1, 1),
            ("d", 1, 1, 1),
        ];
        for (key, list, due, done) in places {
            let index = [list, due, done].map(IndexKey::Int).to_vec();
            table.write(key, Some(row(index)));
        }
        let exactly = |place, value| IndexRange::exactly(place, IndexKey::Int(value));
        let [list, due, done] = [exactly(0, 1), exactly(1, 1), exactly(2, 1)];
        assert_eq!(table.count(&[list.clone(), due.clone()]), 2);
        assert_eq!(table.count(&[list, due, done]), 1);
    }

    fn values() -> impl Strategy<Value = IndexKey> {
        prop_oneof![
            6 => (0..4_i128).prop_map(IndexKey::Int),
            1 => Just(IndexKey::Null),
            1 => any::<bool>().prop_map(IndexKey::Bool),
            1 => select(vec!["", "B", "a"]).prop_map(|text| IndexKey::Text(text.to_owned())),
        ]
    }

    fn bounds() -> impl Strategy<Value = Bound<IndexKey>> {
        prop_oneof![
            values().prop_map(Bound::Included),
            values().prop_map(Bound::Excluded),
            Just(Bound::Unbounded),
        ]
    }

    fn ranges() -> impl Strategy<Value = IndexRange> {
        let range = (0..4_usize, bounds(), bounds());
        prop_oneof![
            3 => range.prop_map(|(place, lower, upper)| IndexRange { place, lower, upper }),
            1 => (0..3_usize, values()).prop_map(|(place, value)| IndexRange::exactly(place, value)),
        ]
    }

    fn orders() -> impl Strategy<Value = RowOrder> {
        prop_oneof![
            any::<bool>().prop_map(|descending| RowOrder::Key { descending }),
            (0..4_usize, any::<bool>())
                .prop_map(|(place, descending)| RowOrder::Index { place, descending }),
        ]
    }

    prop_compose! {
        fn queries()(
            order in orders(),
            within in vec(ranges(), 0..4),
            after in option::of((values(), "[a-d]{0,2}")),
            limit in option::of(0..4_usize),
        ) -> RowQuery {
            let mut query = all(order);
            query.within = within;
            query.after = after.map(|(value, key)| RowPlace { value, key });
            query.limit = limit;
            query
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn rows_are_found_as_if_each_were_looked_at(
            before in btree_map("[a-d]{1,2}", vec(values(), 0..4), 0..8),
            rows in btree_map("[a-d]{1,2}", vec(values(), 0..4), 0..12),
            within in vec(option::of(0..3_usize), 3),
            declared_late in any::<bool>(),
            queries in vec(queries(), 1..8),
        ) {
            let mut table = MemoryTable::default();
            let mut kept = ModelRows::new();
            let field = |within| IndexedField { name: "", within };
            let fields: Vec<_> = within.into_iter().map(field).collect();
            if !declared_late {
                table.declare(&fields);
            }
            for (key, index) in before.into_iter().chain(rows) {
                table.write(&key, Some(row(index.clone())));
                kept.insert(key, index);
            }
            table.declare(&fields);
            for query in queries {
                prop_assert_eq!(keys(table.rows(&query)), asked_for(&kept, &query), "{:?}", query);
                let within = query.within;
                let counted = RowQuery { within, ..all(RowOrder::Key { descending: false }) };
                let count = asked_for(&kept, &counted).len() as u64;
                prop_assert_eq!(table.count(&counted.within), count, "{:?}", counted.within);
            }
        }
    }
}
