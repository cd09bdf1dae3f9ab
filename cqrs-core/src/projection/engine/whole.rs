//! Which versions of a projection are whole: those that have once folded all that was on record. Each
//! is a row in a table of the engine's own, written in the commit that got there, so whoever reads
//! sees the new rows from one moment to the next.

use super::progress::Rebuild;
use crate::log::{Data, Name, Position, Stored};
use crate::projection::IndexKey;
use crate::store::{
    DynStore, EventStore, RowData, RowOrder, RowPlace, RowQuery, RowWrite, StoreError, Table,
};
use serde::{Deserialize, Serialize};

/// One version that is whole.
#[derive(Serialize, Deserialize)]
struct Whole {
    projection: String,
    version: u32,
    row_shape: u64,
}

/// How it is written and read again.
const STORED: Stored<Whole> = Stored::of();

/// Where they are kept. No projection can be named so.
fn table() -> Table {
    Table {
        projection: Name::from_static("projections~whole"),
        version: 1,
    }
}

/// The row of a version that is whole.
pub(super) fn write(of: &Table, row_shape: u64) -> RowWrite {
    let whole = Whole {
        projection: of.projection.to_string(),
        version: of.version,
        row_shape,
    };
    let data = Data::encode("a version of a projection", &whole, &STORED).ok();
    RowWrite {
        table: table(),
        key: row_key(of),
        row: data.map(|data| RowData {
            data,
            index: Vec::new(),
        }),
    }
}

/// A version of a projection, as the record of whole ones has it.
pub(super) struct Found {
    /// Whether it is whole itself.
    pub(super) is_whole: bool,
    /// What is read in its place.
    pub(super) rebuild: Option<Rebuild>,
}

/// Looks up a version of which the checkpoint stands at `reached`. Its own rows are read where no other
/// version is further on, or is of another shape while it has been whole itself.
pub(super) async fn look(
    store: &DynStore,
    of: &Table,
    row_shape: u64,
    reached: Position,
) -> Result<Found, StoreError> {
    let mut is_whole = false;
    let mut others = Vec::new();
    for whole in versions(store, of).await? {
        if whole.version == of.version {
            is_whole = true;
            continue;
        }
        let table = Table {
            projection: of.projection.clone(),
            version: whole.version,
        };
        let at = store.checkpoint(&table).await?;
        others.push((at, whole));
    }
    // of several that are as far, the latest
    let furthest = others
        .into_iter()
        .max_by_key(|(at, whole)| (*at, whole.version));
    let rebuild = furthest.and_then(|(at, former)| {
        let is_readable = former.row_shape == row_shape;
        let is_behind = !is_whole || (is_readable && reached < at);
        is_behind.then_some(Rebuild {
            former: former.version,
            is_readable,
        })
    });
    Ok(Found { is_whole, rebuild })
}

async fn versions(store: &DynStore, of: &Table) -> Result<Vec<Whole>, StoreError> {
    let mut query = RowQuery::all(table(), RowOrder::Key { descending: false });
    query.after = Some(RowPlace {
        value: IndexKey::Null,
        key: format!("{} ", of.projection),
    });
    let mut versions = Vec::new();
    for row in store.rows(query).await? {
        let read = STORED.read(row.data.as_bytes().unwrap_or_default());
        let whole = read.map_err(|source| StoreError::Backend {
            doing: "reading which versions of projections are whole",
            source: format!("row `{}`: {source}", row.key).into(),
        })?;
        if *whole.projection != *of.projection {
            break; // the next projection, by the order of keys
        }
        versions.push(whole);
    }
    Ok(versions)
}

/// A stored name has no spaces, so the versions of one stand together.
fn row_key(of: &Table) -> String {
    format!("{} {}", of.projection, of.version)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{Batch, CheckpointMove, Memory};
    use std::sync::Arc;

    fn version(version: u32) -> Table {
        Table {
            projection: "stock".into(),
            version,
        }
    }

    /// A store in which these versions are whole: each of a shape, and so far.
    async fn with(versions: &[(u32, u64, u64)]) -> DynStore {
        let store = DynStore::new(Arc::new(Memory::new()));
        let mut batch = Batch::default();
        for &(number, shape, at) in versions {
            let table = version(number);
            batch.rows.push(write(&table, shape));
            let (from, to) = (Position::ZERO, Position::from(at));
            batch.checkpoints.push(CheckpointMove { table, from, to });
        }
        store.commit(batch).await.unwrap();
        store
    }

    /// What is read in place of a version of shape 7 that has reached so far, and whether it can be.
    async fn read(store: &DynStore, number: u32, reached: u64) -> Option<(u32, bool)> {
        let found = look(store, &version(number), 7, Position::from(reached)).await;
        let rebuild = found.unwrap().rebuild?;
        Some((rebuild.former, rebuild.is_readable))
    }

    #[tokio::test]
    async fn the_former_version_that_is_furthest_on_is_read() {
        for (versions, former) in [
            ([(1, 7, 20), (2, 7, 10)], (1, true)),
            ([(1, 7, 10), (2, 7, 20)], (2, true)),
            ([(1, 7, 20), (2, 8, 21)], (2, false)),
            ([(1, 8, 20), (2, 7, 20)], (2, true)), // as far: the latest
            ([(10, 7, 20), (2, 8, 20)], (10, true)),
        ] {
            let store = with(&versions).await;
            assert_eq!(read(&store, 30, 5).await, Some(former), "{versions:?}");
        }
    }

    #[tokio::test]
    async fn a_whole_version_is_read_itself_unless_one_of_its_shape_is_further_on() {
        let store = with(&[(1, 7, 20), (2, 7, 5)]).await;
        assert_eq!(read(&store, 2, 19).await, Some((1, true)));
        assert_eq!(read(&store, 2, 20).await, None);
        assert_eq!(read(&store, 2, 21).await, None);
        let store = with(&[(1, 8, 20), (2, 7, 5)]).await;
        assert_eq!(read(&store, 2, 19).await, None);
    }
}
