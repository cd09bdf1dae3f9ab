use super::index::beginning;
use super::model::read_key;
use super::rows::decode;
use super::{Cursor, Index, IndexKey, Projection, RangeOf, ReadError, Row, TextValue, ValueOf};
use crate::store::{
    BoxFuture, DynStore, EventStore, IndexRange, RowOrder, RowPlace, RowQuery, Table,
};
use std::fmt;
use std::future::IntoFuture;
use std::marker::PhantomData;
use std::ops::Bound;

/// Rows in an order, yet to be read: `.await` reads them, [`page`](Self::page) reads a part of them
/// and says where the next begins, [`count`](Self::count) counts them.
///
/// Conditions may be over any index, whatever the order goes by; of several, all hold. A range that
/// is empty or the wrong way round gives no rows.
///
/// ```standalone_crate
/// use cqrs_core::prelude::*;
/// use cqrs_core::{Cursor, Page};
/// # #[derive(Id)]
/// # pub struct OrderId(u64);
/// # #[commands("order", order: OrderId)]
/// # pub enum OrderCommand {
/// #     Place { day: u32, cents: u64 },
/// #     Pay { day: u32 },
/// # }
/// # #[events("order")]
/// # pub enum OrderEvent {
/// #     Placed { day: u32, cents: u64 },
/// #     Paid { day: u32 },
/// # }
/// # #[derive(Aggregate, Default)]
/// # #[aggregate("order", id = OrderId)]
/// # pub struct Order;
/// # #[handle]
/// # impl Order {
/// #     fn place(&self, c: &Place) -> Placed { Placed { day: c.day, cents: c.cents } }
/// #     fn pay(&self, c: &Pay) -> Paid { Paid { day: c.day } }
/// # }
/// # #[apply]
/// # impl Order {
/// #     fn placed(&mut self, _: &Placed) {}
/// #     fn paid(&mut self, _: &Paid) {}
/// # }
///
/// #[derive(Projection, Default, Serialize, Deserialize)]
/// #[projection("order_lines", key = OrderId)]
/// pub struct OrderLine {
///     #[index]
///     pub placed: u32,
///     #[index]
///     pub paid: Option<u32>,
///     #[index]
///     pub cents: u64,
/// }
/// # #[project]
/// # impl OrderLine {
/// #     fn placed(&mut self, event: &Placed) { self.placed = event.day; self.cents = event.cents; }
/// #     fn paid(&mut self, event: &Paid) { self.paid = Some(event.day); }
/// # }
///
/// #[derive(Query)]
/// pub struct Unpaid {
///     pub before: u32,
/// }
///
/// #[derive(Query)]
/// pub struct Largest {
///     pub after: Option<Cursor>, // from a URL, say: it parses
/// }
///
/// #[answer]
/// impl OrderLine {
///     async fn unpaid(rows: &Rows<Self>, query: &Unpaid) -> Result<u64, ReadError> {
///         rows.all().with(Self::PAID, &None).within(Self::PLACED, ..query.before).count().await
///     }
///
///     async fn largest(rows: &Rows<Self>, query: &Largest) -> Result<Page<Self>, ReadError> {
///         rows.by(Self::CENTS)
///             .descending()
///             .present(Self::PAID)
///             .after(&query.after)
///             .limit(2)
///             .page()
///             .await
///     }
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let bus = Bus::open(Memory::new()).await?;
/// # for (number, day, cents) in [(1, 1, 500), (2, 2, 900), (3, 2, 900), (4, 8, 100)] {
/// #     bus.dispatch(Place { order: OrderId::from(number), day, cents }).wait_for::<OrderLine>().await?;
/// # }
/// assert_eq!(bus.query(Unpaid { before: 8 }).await?, 3);
/// # for number in 1..=3 {
/// #     bus.dispatch(Pay { order: OrderId::from(number), day: 9 }).wait_for::<OrderLine>().await?;
/// # }
///
/// let first = bus.query(Largest { after: None }).await?;
/// assert_eq!(first.rows.iter().map(|row| row.cents).collect::<Vec<_>>(), [900, 900]);
///
/// let link = first.next.map(|cursor| format!("/orders?after={cursor}")).unwrap();
/// let after = link.strip_prefix("/orders?after=").unwrap().parse()?;
/// let second = bus.query(Largest { after: Some(after) }).await?;
/// assert_eq!(second.rows[0].cents, 500);
/// assert_eq!(second.next, None);
/// # Ok(())
/// # }
/// ```
#[must_use = "nothing is read until it is awaited"]
pub struct RowsBy<'a, P> {
    store: &'a DynStore,
    query: RowQuery,
    after: Option<Cursor>,
    of: PhantomData<fn() -> P>,
}

impl<P> fmt::Debug for RowsBy<'_, P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RowsBy")
            .field("query", &self.query)
            .field("after", &self.after)
            .finish_non_exhaustive()
    }
}

impl<'a, P: Projection> RowsBy<'a, P> {
    pub(super) fn new(store: &'a DynStore, table: Table, order: RowOrder) -> Self {
        Self {
            store,
            query: RowQuery::all(table, order),
            after: None,
            of: PhantomData,
        }
    }

    /// The greatest value first, or the greatest key. Rows of equal values stay by key ascending.
    pub fn descending(mut self) -> Self {
        let (RowOrder::Key { descending } | RowOrder::Index { descending, .. }) =
            &mut self.query.order;
        *descending = true;
        self
    }

    /// Only rows whose field has that value: `.with(Order::STATUS, "open")`; of an `Option`
    /// `.with(Order::PAID, &day)`, or `.with(Order::PAID, &None)` for those that have none.
    pub fn with<T, Q: ValueOf<T> + ?Sized>(self, index: Index<P, T>, value: &Q) -> Self {
        self.standing(IndexRange::exactly(index.place, value.index_key()))
    }

    /// Only rows whose field stands in that range: `.within(Order::PLACED, from..to)`.
    ///
    /// `None` stands before all other values, so a range over an `Option` that has no beginning
    /// takes it in; [`present`](Self::present) leaves it out.
    pub fn within<T>(self, index: Index<P, T>, values: impl RangeOf<T>) -> Self {
        let (lower, upper) = values.keys();
        self.standing(IndexRange {
            place: index.place,
            lower,
            upper,
        })
    }

    /// Only rows whose field is a text that begins so: `.starting_with(Shelf::TITLE, "Du")`. Byte by
    /// byte, as texts are ordered: to find `dune` too, index what `to_lowercase` makes of it.
    pub fn starting_with<T: TextValue>(self, index: Index<P, T>, prefix: &str) -> Self {
        let (lower, upper) = beginning(prefix);
        self.standing(IndexRange {
            place: index.place,
            lower,
            upper,
        })
    }

    /// Only rows whose field is not `None`.
    pub fn present<T>(self, index: Index<P, Option<T>>) -> Self {
        self.standing(IndexRange {
            place: index.place,
            lower: Bound::Excluded(IndexKey::Null),
            upper: Bound::Unbounded,
        })
    }

    fn standing(mut self, range: IndexRange) -> Self {
        self.query.within.push(range);
        self
    }

    /// Only rows after the page that the cursor came from; all, if there is no cursor:
    /// `.after(&cursor)`, `.after(&query.after)`.
    ///
    /// The order must be the one that the cursor came from, else reading is
    /// [`ReadError::Cursor`].
    pub fn after<'c>(mut self, cursor: impl Into<Option<&'c Cursor>>) -> Self {
        self.after = cursor.into().cloned();
        self
    }

    /// At most so many rows.
    pub fn limit(mut self, rows: usize) -> Self {
        self.query.limit = Some(rows);
        self
    }

    /// Reads as many rows as the [limit](Self::limit) allows, and says where the next page begins.
    ///
    /// Rows that stay where they are come once each, whatever comes and goes between two pages. A
    /// row that moves in the order meanwhile may come twice, or not at all.
    ///
    /// # Errors
    /// When the store cannot be read, a row does not decode, or the cursor does not fit.
    pub async fn page(mut self) -> Result<Page<P>, ReadError> {
        let limit = self.query.limit;
        self.query.limit = limit.map(|limit| limit.saturating_add(1)); // one more, to see if there is
        let order = self.query.order;
        let mut rows = self.await?;
        let more = limit.is_some_and(|limit| rows.len() > limit);
        rows.truncate(limit.unwrap_or(usize::MAX));
        let last = rows.last().filter(|_| more);
        let next = last.and_then(|last| Some(Cursor::new::<P>(order, place(last, order)?)));
        Ok(Page { rows, next })
    }

    /// How many rows there are that the conditions take, whatever the limit and the cursor.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn count(self) -> Result<u64, ReadError> {
        let RowQuery { table, within, .. } = &self.query;
        Ok(self.store.count(table, within).await?)
    }

    async fn read(mut self) -> Result<Vec<Row<P>>, ReadError> {
        if let Some(cursor) = self.after {
            self.query.after = Some(cursor.place_in::<P>(self.query.order)?);
        }
        let version = self.query.table.version;
        let mut rows = Vec::new();
        for row in self.store.rows(self.query).await? {
            rows.push(Row {
                key: read_key::<P>(&row.key)?,
                value: decode(&row, version)?,
            });
        }
        Ok(rows)
    }
}

impl<'a, P: Projection> IntoFuture for RowsBy<'a, P> {
    type Output = Result<Vec<Row<P>>, ReadError>;
    type IntoFuture = BoxFuture<'a, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.read())
    }
}

/// Where a row stands in an order.
fn place<P: Projection>(row: &Row<P>, order: RowOrder) -> Option<RowPlace> {
    let value = match order {
        RowOrder::Key { .. } => IndexKey::Null,
        RowOrder::Index { place, .. } => {
            let mut values = Vec::with_capacity(P::INDEXES.len());
            row.value.index(&mut values);
            values.into_iter().nth(place)?
        }
    };
    let key = row.key.to_string();
    Some(RowPlace { value, key })
}

/// A part of the rows in an order.
#[derive(Clone, PartialEq, Eq)]
pub struct Page<P: Projection> {
    /// The rows.
    pub rows: Vec<Row<P>>,
    /// Where to read on; `None` if there were no more rows. A limit of 0 leads nowhere.
    pub next: Option<Cursor>,
}

impl<P: Projection> fmt::Debug for Page<P>
where
    Row<P>: fmt::Debug,
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Page")
            .field("rows", &self.rows)
            .field("next", &self.next)
            .finish()
    }
}
