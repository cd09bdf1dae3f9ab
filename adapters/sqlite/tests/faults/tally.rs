//! A projection that is folded within the commits: of each stream, how many events it has.

use cqrs_core::log::{Data, LogFilter, Name, Position};
use cqrs_core::projection::IndexKey;
use cqrs_core::store::{
    Batch, CheckpointMove, EventStore, Inline, LogQuery, RowData, RowWrite, StoreError, StoredRow,
    Table, Within,
};
use cqrs_sqlite::Sqlite;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

pub struct Tally;

/// Where it is kept.
pub fn table() -> Table {
    Table {
        projection: Name::from_static("tally"),
        version: 1,
    }
}

/// The store in a file, which folds the tally for as long as that is there.
pub async fn opened(file: impl AsRef<Path>) -> (Sqlite, Arc<Tally>) {
    let store = Sqlite::at(file.as_ref()).open().await.unwrap();
    let tally = Arc::new(Tally);
    let weak = Arc::downgrade(&tally);
    assert!(store.fold_within(weak), "it folds within its commits");
    (store, tally)
}

/// What it says of those streams, and up to where it was folded.
pub async fn read(store: &Sqlite, streams: &[String]) -> (Vec<u64>, Position) {
    let rows = store.rows_of(&table(), streams).await.unwrap();
    let checkpoint = store.checkpoint(&table()).await.unwrap();
    (rows.into_iter().map(number).collect(), checkpoint)
}

impl Inline for Tally {
    fn fold(&self, within: &mut dyn Within) -> Result<Batch, StoreError> {
        let (from, to) = (within.checkpoint(&table())?, within.head()?);
        let page = within.log(&LogQuery {
            after: from,
            through: Some(to),
            filter: LogFilter::all(),
            limit: usize::MAX,
        })?;
        let mut more: BTreeMap<&str, u64> = BTreeMap::new();
        for event in &page.events {
            *more.entry(event.recorded().stream.id()).or_default() += 1;
        }
        let keys: Vec<String> = more.keys().map(|key| (*key).to_owned()).collect();
        let before = within.rows_of(&table(), &keys)?;
        let mut batch = Batch::default();
        for ((key, more), before) in keys.into_iter().zip(more.values()).zip(before) {
            let count = number(before) + more;
            batch.rows.push(RowWrite {
                table: table(),
                key,
                row: Some(RowData {
                    data: Data::from_bytes(count.to_string().into_bytes()),
                    index: vec![IndexKey::Int(i128::from(count))],
                }),
            });
        }
        let table = table();
        batch.checkpoints.push(CheckpointMove { table, from, to });
        Ok(batch)
    }

    fn forget(&self) {}
}

fn number(row: Option<StoredRow>) -> u64 {
    row.map_or(0, |row| {
        let text = std::str::from_utf8(row.data.as_bytes().unwrap()).unwrap();
        text.parse().unwrap()
    })
}
