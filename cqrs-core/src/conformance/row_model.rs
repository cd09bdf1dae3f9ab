use crate::projection::IndexKey;
use crate::store::{RowOrder, RowPlace, RowQuery};
use std::cmp::Ordering;
use std::collections::BTreeMap;

/// The rows of a table: the values of their indexed fields, by key.
pub(crate) type ModelRows = BTreeMap<String, Vec<IndexKey>>;

/// The keys of the rows that a query asks for, as it says: every row looked at, then sorted, then
/// cut off.
pub(crate) fn asked_for(rows: &ModelRows, query: &RowQuery) -> Vec<String> {
    let mut places: Vec<RowPlace> = rows
        .iter()
        .filter(|(_, index)| {
            query.within.iter().all(|range| {
                let value = index.get(range.place);
                value.is_some_and(|value| range.contains(value))
            })
        })
        .filter_map(|(key, index)| {
            let value = match query.order {
                RowOrder::Key { .. } => IndexKey::Null,
                RowOrder::Index { place, .. } => index.get(place)?.clone(),
            };
            let key = key.clone();
            Some(RowPlace { value, key })
        })
        .filter(|place| match &query.after {
            Some(after) => compare(query.order, place, after).is_gt(),
            None => true,
        })
        .collect();
    places.sort_by(|one, other| compare(query.order, one, other));
    places.truncate(query.limit.unwrap_or(usize::MAX));
    places.into_iter().map(|place| place.key).collect()
}

fn compare(order: RowOrder, one: &RowPlace, other: &RowPlace) -> Ordering {
    let (values, keys) = (one.value.cmp(&other.value), one.key.cmp(&other.key));
    match (order, order.is_descending()) {
        (RowOrder::Key { .. }, false) => keys,
        (RowOrder::Key { .. }, true) => keys.reverse(),
        (RowOrder::Index { .. }, false) => values.then(keys),
        (RowOrder::Index { .. }, true) => values.reverse().then(keys),
    }
}
