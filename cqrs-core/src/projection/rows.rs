use super::model::{OneValue, read_key};
use super::{CursorError, Index, Parkings, Projection, RowsBy, Single, State};
use crate::id::{self, IdError};
use crate::log::Position;
use crate::store::{DynStore, EventStore, RowOrder, StoreError, StoredRow, Table};
use std::fmt;
use std::marker::PhantomData;
use std::ops::Deref;
use std::sync::Arc;
use std::time::Duration;

impl Table {
    /// The rows of `P`, in its present version.
    pub fn of<P: Projection>() -> Self {
        Self {
            projection: crate::log::Name::from_static(P::NAME),
            version: P::VERSION,
        }
    }
}

/// The rows of the projection `P`: what an `#[answer]` method reads.
///
/// One row or several by [key](Self::get), or [all](Self::all) of them [in order](Self::by), of
/// which [`RowsBy`] says which, how many and from where on.
///
/// ```
/// # use cqrs_core::prelude::*;
/// # #[derive(Id)]
/// # pub struct AccountId(String);
/// # #[events("account")]
/// # pub enum AccountEvent { Deposited { amount: u64 } }
/// # #[derive(Aggregate, Default)]
/// # #[aggregate("account", id = AccountId)]
/// # pub struct Account;
/// # #[apply]
/// # impl Account { fn deposited(&mut self, _: &Deposited) {} }
/// # #[derive(Projection, Default, Serialize, Deserialize)]
/// # #[projection("balances", key = AccountId)]
/// # pub struct Balance { #[index] pub amount: u64 }
/// # #[project]
/// # impl Balance { fn deposited(&mut self, event: &Deposited) { self.amount += event.amount; } }
/// #[derive(Query)]
/// pub struct Together {
///     pub accounts: Vec<AccountId>,
/// }
///
/// #[derive(Query)]
/// pub struct Between {
///     pub least: u64,
///     pub most: u64,
/// }
///
/// #[answer]
/// impl Balance {
///     async fn together(rows: &Rows<Self>, query: &Together) -> Result<u64, ReadError> {
///         let found = rows.many(&query.accounts).await?; // an `Option` a key
///         Ok(found.iter().flatten().map(|row| row.amount).sum())
///     }
///
///     async fn between(rows: &Rows<Self>, query: &Between) -> Result<Vec<Row<Self>>, ReadError> {
///         let amounts = query.least..=query.most;
///         rows.all().within(Self::AMOUNT, amounts).limit(100).await
///     }
/// }
/// # fn main() {}
/// ```
pub struct Rows<P> {
    store: DynStore,
    table: Table,
    parkings: Option<Parkings>,
    of: PhantomData<fn() -> P>,
}

impl<P> fmt::Debug for Rows<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Rows<{}>({:?})", std::any::type_name::<P>(), self.store)
    }
}

impl<P: Projection> Rows<P> {
    pub(crate) fn new(store: DynStore) -> Self {
        Self {
            store,
            table: Table::of::<P>(),
            parkings: None,
            of: PhantomData,
        }
    }

    /// Those that another version of the projection left.
    pub(crate) fn of_version(mut self, version: u32) -> Self {
        self.table.version = version;
        self
    }

    /// The same rows, of which those of parked keys are not read by their keys.
    pub(crate) fn minding(mut self, parkings: Parkings) -> Self {
        self.parkings = Some(parkings);
        self
    }

    fn goes_on(&self, key: &P::Key) -> Result<(), ReadError> {
        match &self.parkings {
            None => Ok(()),
            Some(parkings) => parkings.key_goes_on(P::NAME, key),
        }
    }

    /// The row of `key`, if there is one.
    ///
    /// # Errors
    /// When the store cannot be read, or the row does not decode; [`ReadError::Parked`] where its key is.
    pub async fn get(&self, key: &P::Key) -> Result<Option<P>, ReadError> {
        self.goes_on(key)?;
        let key = key.to_string();
        id::check(P::NAME, &key)?;
        let rows = self.store.rows_of(&self.table, &[key]).await?;
        rows.into_iter()
            .flatten()
            .next()
            .map(|row| decode(&row, self.table.version))
            .transpose()
    }

    /// The rows of `keys`, each where its key stands; `None` for a key that has none. The store is
    /// asked once.
    ///
    /// # Errors
    /// When the store cannot be read, or one of the rows does not decode; [`ReadError::Parked`] where
    /// one of the keys is.
    pub async fn many(&self, keys: &[P::Key]) -> Result<Vec<Option<P>>, ReadError> {
        let mut texts = Vec::with_capacity(keys.len());
        for key in keys {
            self.goes_on(key)?;
            let key = key.to_string();
            id::check(P::NAME, &key)?;
            texts.push(key);
        }
        let rows = self.store.rows_of(&self.table, &texts).await?;
        rows.iter()
            .map(|row| {
                let row = row.as_ref();
                row.map(|row| decode(row, self.table.version)).transpose()
            })
            .collect()
    }

    /// All rows in the order of an indexed field; among equal values by key ascending.
    pub fn by<T>(&self, index: Index<P, T>) -> RowsBy<'_, P> {
        let order = RowOrder::Index {
            place: index.place,
            descending: false,
        };
        RowsBy::new(&self.store, self.table.clone(), order)
    }

    /// All rows in the order of their keys, as they display, byte by byte.
    pub fn all(&self) -> RowsBy<'_, P> {
        RowsBy::new(
            &self.store,
            self.table.clone(),
            RowOrder::Key { descending: false },
        )
    }
}

impl<P: Projection<Shape: OneValue>> Rows<P> {
    /// The value of a projection without keys; the default before its first event.
    ///
    /// # Errors
    /// When the store cannot be read, or the value does not decode.
    pub async fn value(&self) -> Result<P, ReadError> {
        self.only().await
    }
}

impl<P: Projection> Rows<P> {
    pub(super) async fn only(&self) -> Result<P, ReadError> {
        let only = self.get(&read_key::<P>(Single::TEXT)?).await?;
        Ok(only.unwrap_or_else(P::ROW.initial))
    }
}

/// Decodes a row that was written by that version of the projection.
pub(crate) fn decode<P: Projection>(row: &StoredRow, version: u32) -> Result<P, ReadError> {
    let read = P::ROW.stored.read(row.data.as_bytes().unwrap_or_default());
    read.map_err(|source| {
        if version != P::VERSION {
            return ReadError::Rebuilding {
                projection: P::NAME,
                former: version,
            };
        }
        ReadError::Undecodable {
            projection: P::NAME,
            version,
            key: row.key.clone(),
            source,
        }
    })
}

/// A row with its key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row<P: Projection> {
    /// What names it.
    pub key: P::Key,
    /// The row itself.
    pub value: P,
}

impl<P: Projection> Deref for Row<P> {
    type Target = P;

    fn deref(&self) -> &P {
        &self.value
    }
}

/// Why a read model could not be read, or did not get where the caller wanted it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReadError {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The key cannot name a row.
    #[error(transparent)]
    Key(#[from] IdError),
    /// The cursor is none, or one of other rows.
    #[error(transparent)]
    Cursor(#[from] CursorError),
    /// A row that no longer decodes.
    #[error(
        "the row `{key}` of projection `{projection}` (version {version}) does not decode: {source}; if its fields changed, raise its `version`, and it is folded anew"
    )]
    Undecodable {
        /// The projection.
        projection: &'static str,
        /// The version of its fold.
        version: u32,
        /// The row.
        key: String,
        /// What the decoder said.
        r#source: serde_json::Error,
    },
    /// The projection does not run in this process, so waiting for it would not end.
    #[error(
        "projection `{projection}` does not run on this bus: open the bus with it, or read without waiting"
    )]
    NotRunning {
        /// The projection.
        projection: &'static str,
    },
    /// The projection stopped at an event that it cannot fold.
    #[error(
        "projection `{projection}` stopped at position {at}: {reason}; mend it and `retry` it, or read `.as_it_is()`"
    )]
    Stopped {
        /// The projection.
        projection: &'static str,
        /// The event that it stopped at.
        at: Position,
        /// Why.
        reason: String,
    },
    /// A new version of the projection is folded anew, and the rows of the version before it are of another
    /// shape, so there is nothing whole to read yet.
    #[error(
        "projection `{projection}` is folded anew, and the rows of its version {former} are of another shape: wait until it has caught up (`.after(&receipt)`, `bus.caught_up()`), or read what is there already, `.as_it_is()`"
    )]
    Rebuilding {
        /// The projection.
        projection: &'static str,
        /// The version that was whole before.
        former: u32,
    },
    /// The key is parked: an event of it cannot be folded, and the later ones wait for it.
    #[error(
        "the row `{key}` of projection `{projection}` stands still before position {at}, since `{event}` cannot be folded: {reason}; mend the projection and `retry` it, or read `.as_it_is()`"
    )]
    Parked {
        /// The projection.
        projection: &'static str,
        /// The key.
        key: String,
        /// The event that cannot be folded.
        at: Position,
        /// Its stored name.
        event: String,
        /// Why.
        reason: Arc<str>,
    },
    /// The projection did not get there in time.
    #[error(
        "projection `{projection}` is at position {reached} after {waited:?}, not yet at {wanted}: wait longer (`wait_timeout` of the builder), or read without waiting"
    )]
    Late {
        /// The projection.
        projection: &'static str,
        /// The position that was waited for.
        wanted: Position,
        /// The position that it reached.
        reached: Position,
        /// How long was waited.
        waited: Duration,
    },
    /// The bus was closed meanwhile.
    #[error("the bus is closed")]
    Closed,
}

impl ReadError {
    pub(crate) fn of_state(projection: &'static str, state: &State) -> Option<Self> {
        match state {
            State::Running => None,
            State::Stopped { at, reason } => Some(Self::Stopped {
                projection,
                at: *at,
                reason: reason.to_string(),
            }),
        }
    }
}
