use super::model::{OneValue, read_key};
use super::{Index, Parkings, Projection, Single, State};
use crate::id::{self, IdError};
use crate::log::Position;
use crate::store::{
    BoxFuture, DynStore, EventStore, RowOrder, RowQuery, StoreError, StoredRow, Table,
};
use std::fmt;
use std::future::IntoFuture;
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
pub struct Rows<P> {
    store: DynStore,
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
            parkings: None,
            of: PhantomData,
        }
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
        let rows = self.store.rows_of(&Table::of::<P>(), &[key]).await?;
        rows.into_iter()
            .flatten()
            .next()
            .map(|row| decode(&row))
            .transpose()
    }

    /// All rows in the order of an indexed field; among equal values by key ascending.
    pub fn by<T>(&self, index: Index<P, T>) -> RowsBy<'_, P> {
        self.select(RowOrder::Index {
            place: index.place,
            descending: false,
        })
    }

    /// All rows in the order of their keys, as they display, byte by byte.
    pub fn all(&self) -> RowsBy<'_, P> {
        self.select(RowOrder::Key)
    }

    fn select(&self, order: RowOrder) -> RowsBy<'_, P> {
        RowsBy {
            rows: self,
            query: RowQuery {
                table: Table::of::<P>(),
                order,
                limit: None,
            },
        }
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
        Ok(only.unwrap_or_default())
    }
}

/// Rows in an order, yet to be read: `.await` reads them.
#[derive(Debug)]
#[must_use = "nothing is read until it is awaited"]
pub struct RowsBy<'a, P> {
    rows: &'a Rows<P>,
    query: RowQuery,
}

impl<P: Projection> RowsBy<'_, P> {
    /// The greatest value first. Rows in the order of their keys keep that order.
    pub fn descending(mut self) -> Self {
        if let RowOrder::Index { descending, .. } = &mut self.query.order {
            *descending = true;
        }
        self
    }

    /// At most so many rows.
    pub fn limit(mut self, rows: usize) -> Self {
        self.query.limit = Some(rows);
        self
    }
}

impl<'a, P: Projection> IntoFuture for RowsBy<'a, P> {
    type Output = Result<Vec<Row<P>>, ReadError>;
    type IntoFuture = BoxFuture<'a, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let rows = self.rows.store.rows(self.query).await?;
            rows.iter()
                .map(|row| {
                    Ok(Row {
                        key: read_key::<P>(&row.key)?,
                        value: decode(row)?,
                    })
                })
                .collect()
        })
    }
}

pub(crate) fn decode<P: Projection>(row: &StoredRow) -> Result<P, ReadError> {
    serde_json::from_slice(row.data.as_bytes().unwrap_or_default()).map_err(|source| {
        ReadError::Undecodable {
            projection: P::NAME,
            version: P::VERSION,
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
    /// A row that no longer decodes.
    #[error(
        "the row `{key}` of projection `{projection}` (version {version}) does not decode: its fields changed, so raise its `version`, and it is folded anew"
    )]
    Undecodable {
        /// The projection.
        projection: &'static str,
        /// The version of its fold.
        version: u32,
        /// The row.
        key: String,
        /// What the decoder said.
        source: serde_json::Error,
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
