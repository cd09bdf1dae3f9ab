//! Which rows of a table are asked for: ranges, pages, counts.

use super::given::{BY_KEY, alike, commit, no_row, odd_values, read, row, rows, table};
use super::row_model::{ModelRows, asked_for};
use crate::projection::IndexKey;
use crate::store::{
    EventStore, IndexRange, IndexedField, RowOrder, RowPlace, RowQuery, RowWrite, Table,
};
use std::collections::BTreeSet;
use std::ops::Bound;
use std::sync::Arc;
use tokio::task::yield_now;

const BY_KEY_DOWN: RowOrder = RowOrder::Key { descending: true };

fn by(place: usize, descending: bool) -> RowOrder {
    RowOrder::Index { place, descending }
}

fn range(place: usize, lower: Bound<IndexKey>, upper: Bound<IndexKey>) -> IndexRange {
    IndexRange {
        place,
        lower,
        upper,
    }
}

fn ints(place: usize, lower: Bound<i128>, upper: Bound<i128>) -> IndexRange {
    range(place, lower.map(IndexKey::Int), upper.map(IndexKey::Int))
}

async fn keys_of(store: &impl EventStore, query: &RowQuery) -> Vec<String> {
    let rows = read(store.rows(query.clone()).await);
    rows.into_iter().map(|row| row.key).collect()
}

/// A table of rows whose fields repeat, each in its own way; some have fewer fields.
async fn mixed(store: &impl EventStore, table: &Table) -> ModelRows {
    let mut model = ModelRows::new();
    for number in 0..60_u32 {
        let third = match number % 4 {
            0 => IndexKey::Null,
            _ => IndexKey::Int(i128::from(number)),
        };
        let mut index = vec![
            IndexKey::Int(i128::from(number % 5)),
            IndexKey::Text(["", "B", "a"][number as usize % 3].to_owned()),
            third,
        ];
        index.truncate(if number % 10 == 9 { 1 } else { 3 });
        // keys in another order than the numbers
        model.insert(format!("k{:02}", number * 7 % 60), index);
    }
    let write = |(key, index): (&String, &Vec<IndexKey>)| row(table, key, key, index.clone());
    commit(store, rows(model.iter().map(write))).await;
    model
}

/// The fields of [`mixed`] rows, two of which are read within another: the answers stay the same.
const COMPOUND: [IndexedField; 3] = [
    IndexedField::new("fifth").within(1),
    IndexedField::new("letter"),
    IndexedField::new("number").within(0),
];

async fn declare(store: &impl EventStore, table: &Table, fields: &[IndexedField]) {
    read(store.declare_fields(table, fields).await);
}

/// What is asked of [`mixed`] rows: no range, one of each kind, several, some that contradict.
fn mixed_ranges() -> Vec<Vec<IndexRange>> {
    use Bound::{Excluded, Included, Unbounded};
    let text = |text: &str| IndexKey::Text(text.to_owned());
    let lower_letters = range(1, Included(text("a")), Excluded(text("b")));
    let present = range(2, Excluded(IndexKey::Null), Unbounded);
    let middle = ints(0, Included(1), Included(3));
    vec![
        vec![],
        vec![middle.clone()],
        vec![ints(0, Excluded(3), Excluded(1))],
        vec![IndexRange::exactly(0, IndexKey::Int(2))],
        vec![IndexRange::exactly(2, IndexKey::Null)],
        vec![present.clone()],
        vec![lower_letters.clone(), middle.clone()],
        vec![middle.clone(), lower_letters.clone(), present],
        vec![
            IndexRange::exactly(1, text("B")),
            ints(2, Included(10), Excluded(41)),
        ],
        vec![middle.clone(), ints(0, Excluded(1), Unbounded)],
        vec![middle.clone(), ints(0, Unbounded, Excluded(3)), middle],
        vec![
            ints(0, Unbounded, Included(1)),
            ints(0, Included(3), Unbounded),
        ],
        vec![lower_letters, IndexRange::exactly(1, text("B"))],
        vec![IndexRange::all(2)],
        vec![IndexRange::all(3)],
        vec![IndexRange::all(0), IndexRange::all(usize::MAX)],
    ]
}

const MIXED_ORDERS: [RowOrder; 8] = [
    BY_KEY,
    BY_KEY_DOWN,
    RowOrder::Index {
        place: 0,
        descending: false,
    },
    RowOrder::Index {
        place: 0,
        descending: true,
    },
    RowOrder::Index {
        place: 1,
        descending: true,
    },
    RowOrder::Index {
        place: 2,
        descending: false,
    },
    RowOrder::Index {
        place: 2,
        descending: true,
    },
    RowOrder::Index {
        place: 3,
        descending: true,
    },
];

/// A range takes the rows whose field stands in it, as each of its bounds says: of any kind of
/// value, of numbers up to the greatest and least, of texts by their bytes. One that is empty, or
/// the wrong way round, takes none.
pub async fn rows_are_taken_by_ranges_of_an_index<S: EventStore>(store: S) {
    let table = table("rows");
    let values = odd_values();
    let key = |place: usize| format!("{place:04}");
    let write =
        |(place, value): (usize, &IndexKey)| row(&table, &key(place), "{}", vec![value.clone()]);
    commit(&store, rows(values.iter().enumerate().map(write))).await;
    let taken = async |lower: Bound<IndexKey>, upper: Bound<IndexKey>, order: RowOrder| {
        let query = RowQuery {
            within: vec![range(0, lower, upper)],
            ..RowQuery::all(table.clone(), order)
        };
        keys_of(&store, &query).await
    };
    let keys = |from: usize, to: usize| (from..to).map(key).collect::<Vec<_>>();
    for (at, value) in values.iter().enumerate() {
        let (included, excluded) = (
            || Bound::Included(value.clone()),
            || Bound::Excluded(value.clone()),
        );
        for (lower, from) in [(included(), at), (excluded(), at + 1)] {
            alike(
                &taken(lower, Bound::Unbounded, by(0, false)).await,
                &keys(from, values.len()),
                "a range that has no end takes all from where it begins",
            );
        }
        for (upper, to) in [(included(), at + 1), (excluded(), at)] {
            alike(
                &taken(Bound::Unbounded, upper, BY_KEY).await,
                &keys(0, to),
                "a range that has no beginning takes all up to its end",
            );
        }
        for end in [at, at + 1, at + 7] {
            let Some(last) = values.get(end) else {
                continue;
            };
            for (lower, from) in [(included(), at), (excluded(), at + 1)] {
                for (upper, to) in [
                    (Bound::Included(last.clone()), end + 1),
                    (Bound::Excluded(last.clone()), end),
                ] {
                    let mut expected = keys(from, to);
                    alike(
                        &taken(lower.clone(), upper.clone(), by(0, false)).await,
                        &expected,
                        "a range takes what stands between its bounds",
                    );
                    expected.reverse();
                    alike(
                        &taken(lower.clone(), upper.clone(), by(0, true)).await,
                        &expected,
                        "a range takes what stands between its bounds, in descending order too",
                    );
                    if end > at {
                        alike(
                            &taken(upper, lower.clone(), by(0, false)).await,
                            &[],
                            "a range that is the wrong way round takes nothing",
                        );
                    }
                }
            }
        }
    }
}

/// Of several ranges, also over one field, a row stands in all, whatever the order. A row without
/// the field stands in no range over it.
pub async fn rows_stand_in_all_ranges_asked_for<S: EventStore>(store: S) {
    let alone = COMPOUND.map(|field| IndexedField::new(field.name));
    for (name, before, later) in [("rows", alone, COMPOUND), ("others", COMPOUND, alone)] {
        let table = table(name);
        declare(&store, &table, &before).await;
        let model = mixed(&store, &table).await;
        stand_in_all(&store, &table, &model).await;
        declare(&store, &table, &later).await;
        stand_in_all(&store, &table, &model).await;
    }
}

async fn stand_in_all(store: &impl EventStore, table: &Table, model: &ModelRows) {
    for order in MIXED_ORDERS {
        for within in mixed_ranges() {
            for limit in [None, Some(3)] {
                let query = RowQuery {
                    within: within.clone(),
                    limit,
                    ..RowQuery::all(table.clone(), order)
                };
                alike(
                    &keys_of(store, &query).await,
                    &asked_for(model, &query),
                    &format!("rows stand in all ranges asked for ({query:?})"),
                );
            }
        }
    }
}

/// As many rows are counted as are read.
pub async fn rows_are_counted<S: EventStore>(store: S) {
    let (table, other) = (table("rows"), table("others"));
    let counted = async |within: &[IndexRange]| read(store.count(&table, within).await);
    assert_eq!(counted(&[]).await, 0, "no rows are counted as none");
    let mut model = mixed(&store, &table).await;
    commit(&store, rows([row(&other, "k", "{}", vec![IndexKey::Null])])).await;
    for round in 0..2 {
        for within in mixed_ranges() {
            let query = RowQuery {
                within: within.clone(),
                ..RowQuery::all(table.clone(), BY_KEY)
            };
            assert_eq!(
                counted(&within).await,
                asked_for(&model, &query).len() as u64,
                "as many rows are counted as are read ({within:?})"
            );
        }
        if round == 0 {
            let gone: Vec<String> = model.keys().step_by(3).cloned().collect();
            declare(&store, &table, &COMPOUND).await;
            commit(&store, rows(gone.iter().map(|key| no_row(&table, key)))).await;
            model.retain(|key, _| !gone.contains(key));
        }
    }
}

/// Pages of rows leave nothing out and repeat nothing, whatever the order, the ranges and the size
/// of a page; also after a place where no row stands.
pub async fn pages_of_rows_leave_nothing_out<S: EventStore>(store: S) {
    let table = table("rows");
    declare(&store, &table, &COMPOUND).await;
    let model = mixed(&store, &table).await;
    let place_of = |key: &str, order: RowOrder| {
        let value = match order {
            RowOrder::Key { .. } => IndexKey::Null,
            RowOrder::Index { place, .. } => model[key][place].clone(),
        };
        let key = key.to_owned();
        RowPlace { value, key }
    };
    for order in MIXED_ORDERS {
        for within in mixed_ranges().into_iter().step_by(3) {
            let whole = RowQuery {
                within,
                ..RowQuery::all(table.clone(), order)
            };
            let expected = asked_for(&model, &whole);
            for limit in [1, 2, 7] {
                let mut seen: Vec<String> = Vec::new();
                while seen.len() <= expected.len() {
                    let query = RowQuery {
                        after: seen.last().map(|last| place_of(last, order)),
                        limit: Some(limit),
                        ..whole.clone()
                    };
                    let page = keys_of(&store, &query).await;
                    let last = page.len() < limit;
                    seen.extend(page);
                    if last {
                        break;
                    }
                }
                alike(
                    &seen,
                    &expected,
                    &format!("pages of {limit} leave nothing out ({whole:?})"),
                );
            }
        }
        for value in [
            IndexKey::Null,
            IndexKey::Bool(true),
            IndexKey::Int(i128::MIN),
            IndexKey::Int(2),
            IndexKey::Int(30),
            IndexKey::Int(i128::MAX),
            IndexKey::Text("B".to_owned()),
            IndexKey::Text("\u{10ffff}".to_owned()),
        ] {
            for key in ["a", "k30", "k30a", "z"] {
                let query = RowQuery {
                    after: Some(RowPlace {
                        value: value.clone(),
                        key: key.to_owned(),
                    }),
                    ..RowQuery::all(table.clone(), order)
                };
                alike(
                    &keys_of(&store, &query).await,
                    &asked_for(&model, &query),
                    &format!(
                        "a page begins after its place, whether a row stands there or not ({query:?})"
                    ),
                );
            }
        }
    }
}

/// Rows that stay where they are come once each in pages, in their order, whatever rows come, go
/// and move between the pages and while they are read.
pub async fn pages_of_rows_go_on_while_rows_come_and_go<S: EventStore>(store: S) {
    let store = Arc::new(store);
    for (number, order) in [BY_KEY, BY_KEY_DOWN, by(0, false), by(0, true)]
        .into_iter()
        .enumerate()
    {
        let table = table(&format!("rows{number}"));
        let staying: Vec<RowWrite> = (0..40)
            .map(|number| valued(&table, &format!("k{number:02}"), number / 4))
            .collect();
        commit(&*store, rows(staying)).await;
        let query = RowQuery::all(table.clone(), order);
        let expected = keys_of(&*store, &query).await;
        let writer = tokio::spawn({
            let (store, table) = (Arc::clone(&store), table.clone());
            async move {
                for number in 0..60 {
                    // before, between and after those that stay, and at another place the next time
                    let key = format!("{}{:02}x", ["a", "k", "z"][number % 3], number * 11 % 40);
                    let value = (number * 7 % 14) as i128 - 2;
                    let mut writes = vec![valued(&table, &key, value)];
                    if number % 4 == 0 {
                        let gone = format!("k{:02}x", number * 11 / 2 % 40);
                        writes.push(no_row(&table, &gone));
                    }
                    commit(&*store, rows(writes)).await;
                    yield_now().await;
                }
            }
        });
        let mut seen: Vec<(String, IndexKey)> = Vec::new();
        loop {
            let after = seen.last().map(|(key, value)| RowPlace {
                value: value.clone(),
                key: key.clone(),
            });
            let page = RowQuery {
                after,
                limit: Some(3),
                ..query.clone()
            };
            let page = read(store.rows(page).await);
            let size = page.len();
            for row in page {
                let value = row
                    .data
                    .as_bytes()
                    .and_then(|data| str::from_utf8(data).ok());
                let value = value.and_then(|value| value.parse().ok());
                seen.push((row.key, value.map_or(IndexKey::Null, IndexKey::Int)));
            }
            if size < 3 {
                break;
            }
            // what came before the page goes, and the row at its end, if it is not one that stays
            let ends = seen.iter().rev().take(4).map(|(key, _)| key);
            let going = ends.filter(|key| !expected.contains(key));
            let mut meanwhile: Vec<RowWrite> = going.map(|key| no_row(&table, key)).collect();
            meanwhile.push(valued(&table, &format!("a{size}-{}", seen.len()), -1));
            meanwhile.push(valued(&table, &format!("z{size}-{}", seen.len()), 99));
            commit(&*store, rows(meanwhile)).await;
            yield_now().await;
            if seen.len() > 1_000 {
                break; // it goes round in circles
            }
        }
        writer.await.expect("whoever writes does not fail");
        let stayed: BTreeSet<&String> = expected.iter().collect();
        let seen = seen.into_iter().map(|(key, _)| key);
        let seen: Vec<String> = seen.filter(|key| stayed.contains(key)).collect();
        alike(
            &seen,
            &expected,
            "rows that stay where they are come once each in pages",
        );
    }
}

fn valued(table: &Table, key: &str, value: i128) -> RowWrite {
    row(table, key, &value.to_string(), vec![IndexKey::Int(value)])
}
