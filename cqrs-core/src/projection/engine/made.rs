//! Of which versions of projections the tables of their own are made: each has a checkpoint beside its own, which
//! the commit moves that makes them. So of two processes one does.

use crate::log::Position;
use crate::store::{Batch, CheckpointMove, DynStore, EventStore, StoreError, Table, TableWork};

/// Where it stands. No projection can be named so.
fn table(of: &Table) -> Table {
    Table {
        projection: format!("{}~made", of.projection).into(),
        version: of.version,
    }
}

pub(super) async fn is_made(store: &DynStore, of: &Table) -> Result<bool, StoreError> {
    Ok(store.checkpoint(&table(of)).await? > Position::ZERO)
}

/// What makes the tables, once.
pub(super) fn making(work: TableWork) -> Batch {
    let table = table(work.table());
    let (from, to) = (Position::ZERO, Position::from(1));
    Batch {
        tables: vec![work],
        checkpoints: vec![CheckpointMove { table, from, to }],
        ..Batch::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Memory;
    use std::sync::Arc;

    #[tokio::test]
    async fn the_tables_of_a_version_are_made_once_the_commit_is_there_that_makes_them() {
        let store = DynStore::new(Arc::new(Memory::new()));
        let of = |version| Table {
            projection: "stock".into(),
            version,
        };
        assert!(!is_made(&store, &of(1)).await.unwrap());
        let mut making = making(TableWork::make(of(1), |_| Ok(())));
        making.tables.clear(); // this store lends nothing
        store.commit(making.clone()).await.unwrap();
        assert!(is_made(&store, &of(1)).await.unwrap());
        assert!(!is_made(&store, &of(2)).await.unwrap());
        assert!(
            store.commit(making).await.is_err(),
            "of two, one makes them"
        );
    }
}
