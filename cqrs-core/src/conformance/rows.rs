//! Rows of projections, and their checkpoints.

use super::given::{
    BY_KEY, alike, commit, keys_by, moved, no_row, odd_texts, odd_values, one_winner, race, read,
    refused, row, rows, rows_by, table,
};
use crate::log::Position;
use crate::projection::IndexKey;
use crate::store::{Batch, CommitError, EventStore, RowOrder, RowQuery, RowWrite, Table};
use std::sync::Arc;

fn int(table: &Table, key: &str, value: i128) -> RowWrite {
    row(table, key, &value.to_string(), vec![IndexKey::Int(value)])
}

fn by(place: usize, descending: bool) -> RowOrder {
    RowOrder::Index { place, descending }
}

/// Rows and checkpoint move together, or both stay.
pub async fn rows_and_checkpoint_move_together<S: EventStore>(store: S) {
    let table = table("rows");
    let batch = |from, to: u64| Batch {
        checkpoints: vec![moved(&table, from, to)],
        ..rows([
            int(&table, "k", i128::from(to)),
            int(&table, &format!("k{to}"), 0),
        ])
    };
    assert_eq!(
        read(store.checkpoint(&table).await),
        Position::ZERO,
        "a checkpoint begins at zero"
    );
    for (from, to) in [(0, 5), (5, 6), (6, 2)] {
        commit(&store, batch(from, to)).await;
        refused(&store, batch(from, 9), "CheckpointMoved", |error| {
            matches!(error, CommitError::CheckpointMoved { .. })
        })
        .await;
        let kept = read(store.rows_of(&table, &["k".to_owned()]).await);
        assert_eq!(
            (
                read(store.checkpoint(&table).await).get(),
                kept[0].as_ref().and_then(|row| row.data.as_bytes()),
            ),
            (to, Some(to.to_string().as_bytes())),
            "rows and checkpoint move together"
        );
    }
    assert_eq!(
        keys_by(&store, &table, BY_KEY).await,
        ["k", "k2", "k5", "k6"],
        "rows stay until they are written again"
    );
}

/// A checkpoint moves only from where it was seen; the refusal says both places.
pub async fn a_checkpoint_moves_only_from_where_it_was_seen<S: EventStore>(store: S) {
    let (table, other) = (table("rows"), table("others"));
    let batch = |from, to| Batch {
        checkpoints: vec![moved(&other, 0, 0), moved(&table, from, to)],
        ..Batch::default()
    };
    let refused_at = async |from: u64, actual: u64| {
        refused(
            &store,
            batch(from, 99),
            "CheckpointMoved that says where it was seen and where it is",
            |error| match error {
                CommitError::CheckpointMoved {
                    table: of,
                    expected,
                    actual: found,
                } => (of, expected.get(), found.get()) == (&table, from, actual),
                _ => false,
            },
        )
        .await;
    };
    refused_at(1, 0).await;
    commit(&store, batch(0, 7)).await;
    refused_at(0, 7).await;
    refused_at(8, 7).await;
    commit(&store, batch(7, u64::MAX)).await;
    refused_at(7, u64::MAX).await;
    commit(&store, batch(u64::MAX, 3)).await;
    assert_eq!(
        read(store.checkpoint(&table).await).get(),
        3,
        "a checkpoint moves only from where it was seen"
    );
    assert_eq!(
        read(store.checkpoint(&other).await),
        Position::ZERO,
        "a checkpoint stays where it is not moved"
    );
    let twice = Batch {
        checkpoints: vec![moved(&table, 3, 4), moved(&table, 3, 6)],
        ..Batch::default()
    };
    commit(&store, twice).await;
    assert_eq!(
        read(store.checkpoint(&table).await).get(),
        6,
        "of two moves of one checkpoint, each from where it stood, the last counts"
    );
}

/// Of many that move one checkpoint at once, one wins, and only its rows are written.
pub async fn of_racers_for_a_checkpoint_one_wins<S: EventStore>(store: S) {
    let table = table("rows");
    let store = Arc::new(store);
    for round in 0..10_u64 {
        let results = race(&store, 32, |racer| Batch {
            checkpoints: vec![moved(&table, round, round + 1)],
            ..rows([int(&table, &format!("{round}-{racer}"), 0)])
        })
        .await;
        one_winner(results, "CheckpointMoved", |error| {
            matches!(error, CommitError::CheckpointMoved { .. })
        });
    }
    assert_eq!(
        read(store.checkpoint(&table).await).get(),
        10,
        "whoever loses a checkpoint does not move it"
    );
    assert_eq!(
        rows_by(&*store, &table, BY_KEY).await.len(),
        10,
        "whoever loses a checkpoint writes no row"
    );
}

/// Rows are found by their keys: in the order of the question, absent ones too.
pub async fn rows_are_found_by_key<S: EventStore>(store: S) {
    let table = table("rows");
    let many: Vec<RowWrite> = (0..3_000)
        .map(|n| int(&table, &format!("k{n}"), n))
        .collect();
    commit(&store, rows(many)).await;
    let keys: Vec<String> = (0..3_500).rev().map(|n| format!("k{n}")).collect();
    let found = read(store.rows_of(&table, &keys).await);
    assert_eq!(found.len(), keys.len(), "each key is answered");
    for (n, row) in (0..3_500).rev().zip(&found) {
        let expected = (n < 3_000).then(|| (format!("k{n}"), n.to_string().into_bytes()));
        let row = row
            .as_ref()
            .and_then(|row| Some((row.key.clone(), row.data.as_bytes()?.to_vec())));
        assert_eq!(row, expected, "rows are found in the order of their keys");
    }
    let twice = ["k7", "none", "k7"].map(str::to_owned);
    let found = read(store.rows_of(&table, &twice).await);
    assert!(
        found[0].is_some() && found[1].is_none() && found[0] == found[2],
        "each key is answered, the same one twice too"
    );
    assert!(
        read(store.rows_of(&table, &[]).await).is_empty(),
        "no keys have no rows"
    );

    commit(
        &store,
        rows([
            no_row(&table, "k7"),
            no_row(&table, "none"),
            int(&table, "k8", -1),
        ]),
    )
    .await;
    let changed = ["k7", "k8"].map(str::to_owned);
    let found = read(store.rows_of(&table, &changed).await);
    assert_eq!(found[0], None, "a row that was deleted is gone");
    assert_eq!(
        found[1].as_ref().and_then(|row| row.data.as_bytes()),
        Some(&b"-1"[..]),
        "a row that is written again is replaced"
    );
    commit(
        &store,
        rows([
            int(&table, "k9", 1),
            no_row(&table, "k9"),
            int(&table, "k9", 2),
        ]),
    )
    .await;
    let found = read(store.rows_of(&table, &["k9".to_owned()]).await);
    assert_eq!(
        found[0].as_ref().and_then(|row| row.data.as_bytes()),
        Some(&b"2"[..]),
        "of writes to one row the last counts"
    );
}

/// Rows come in the order of the bytes of their keys, whatever the texts.
pub async fn rows_come_in_the_order_of_keys<S: EventStore>(store: S) {
    let table = table("rows");
    let mut texts = odd_texts();
    texts.push(String::new());
    let writes = texts.iter().map(|text| row(&table, text, "{}", Vec::new()));
    commit(&store, rows(writes)).await;
    texts.sort_unstable();
    alike(
        &keys_by(&store, &table, BY_KEY).await,
        &texts,
        "rows come in the order of the bytes of their keys",
    );
    let limited = RowQuery {
        limit: Some(5),
        ..RowQuery::all(table.clone(), BY_KEY)
    };
    let first: Vec<String> = read(store.rows(limited).await)
        .into_iter()
        .map(|row| row.key)
        .collect();
    assert_eq!(first, texts[..5], "a limit takes the first of the order");
    texts.reverse();
    alike(
        &keys_by(&store, &table, RowOrder::Key { descending: true }).await,
        &texts,
        "rows come in the descending order of the bytes of their keys",
    );
    assert!(
        keys_by(&store, &table, by(0, false)).await.is_empty(),
        "rows without an indexed field are in no index"
    );
}

/// Rows come in the order of an indexed field: `Null`, false, true, numbers, texts by their bytes;
/// and among equal values by key ascending, in both directions.
pub async fn rows_come_in_the_order_of_an_index<S: EventStore>(store: S) {
    let table = table("rows");
    let values = odd_values();
    // three rows a value; the second field counts down
    let mut expected = Vec::new();
    for (place, value) in values.iter().enumerate() {
        let keys = ["c", "a", "b"].map(|key| format!("{key}{place}"));
        let second = IndexKey::Int(-(place as i128));
        let write = |key: &String| row(&table, key, "{}", vec![value.clone(), second.clone()]);
        commit(&store, rows(keys.iter().map(write))).await;
        expected.push(["a", "b", "c"].map(|key| format!("{key}{place}")));
    }
    let backward: Vec<String> = expected.iter().rev().flatten().cloned().collect();
    let expected: Vec<String> = expected.into_iter().flatten().collect();
    alike(
        &keys_by(&store, &table, by(0, false)).await,
        &expected,
        "rows come in the order of an index",
    );
    alike(
        &keys_by(&store, &table, by(0, true)).await,
        &backward,
        "in descending order equal values still come by key ascending",
    );
    alike(
        &keys_by(&store, &table, by(1, false)).await,
        &backward,
        "each indexed field has an order of its own",
    );
    assert!(
        keys_by(&store, &table, by(2, false)).await.is_empty(),
        "there is no index beyond the indexed fields"
    );
    let limited = RowQuery {
        limit: Some(4),
        ..RowQuery::all(table.clone(), by(0, true))
    };
    let first: Vec<String> = read(store.rows(limited).await)
        .into_iter()
        .map(|row| row.key)
        .collect();
    assert_eq!(first, backward[..4], "a limit takes the first of the order");

    let (front, back) = (&expected[0], &expected[expected.len() - 1]);
    let swapped = [
        row(
            &table,
            front,
            "{}",
            vec![IndexKey::Text("\u{10ffff}x".to_owned()), IndexKey::Null],
        ),
        no_row(&table, back),
    ];
    commit(&store, rows(swapped)).await;
    let keys = keys_by(&store, &table, by(0, false)).await;
    assert_eq!(
        (keys.len(), keys.contains(back), keys.first() == Some(front)),
        (expected.len() - 1, false, false),
        "a row leaves the index where it stood"
    );
}

/// Each projection, and each version of one, has rows and a checkpoint of its own.
pub async fn tables_are_apart<S: EventStore>(store: S) {
    let first = table("rows");
    let second = Table {
        version: 2,
        ..first.clone()
    };
    let third = table("Rows");
    for (number, table) in (1..).zip([&first, &second, &third]) {
        let batch = Batch {
            checkpoints: vec![moved(table, 0, number)],
            ..rows([int(table, "k", i128::from(number))])
        };
        commit(&store, batch).await;
    }
    commit(&store, rows([no_row(&third, "k")])).await;
    for (number, table, count) in [(1_u64, &first, 1), (2, &second, 1), (3, &third, 0)] {
        assert_eq!(
            read(store.checkpoint(table).await).get(),
            number,
            "tables are apart"
        );
        let rows = rows_by(&store, table, by(0, false)).await;
        assert_eq!(rows.len(), count, "tables are apart");
        if let Some(row) = rows.first() {
            assert_eq!(
                row.data.as_bytes(),
                Some(number.to_string().as_bytes()),
                "tables are apart"
            );
        }
    }
}
