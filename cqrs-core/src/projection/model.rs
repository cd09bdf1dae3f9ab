use super::{IndexKey, ProjectError, RowsMut};
use crate::aggregate::{Aggregate, Names};
use crate::id::{Id, IdError};
use crate::log::{RecordedEvent, Stored};
use crate::message::{Applied, Event, EventType};
use crate::store::{IndexedField, TransactionType};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::any::Any;
use std::convert::Infallible;
use std::fmt;
use std::marker::PhantomData;
use std::str::FromStr;

/// A read model, folded from events: one value, or one row per key.
/// Derive it: [`#[derive(Projection, Default, Serialize, Deserialize)]`](derive@crate::Projection).
///
/// The default value is what a row is before its first event. A key whose text is longer than
/// [`MAX_ID_BYTES`](crate::id::MAX_ID_BYTES) is parked.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a projection",
    label = "not a projection",
    note = "write `#[derive(Projection, Default, Serialize, Deserialize)]` and `#[projection(\"name\")]` on it"
)]
pub trait Projection: Send + Sync + Sized + 'static {
    /// What names a row; [`Single`] where there is but one value.
    type Key: Id;
    /// [`Keyed`], [`Singleton`] or [`Tables`].
    type Shape: Shape;
    /// The stored name, unique among the program's projections.
    const NAME: &'static str;
    /// The version of the fold, from 1: raise it when the methods change, and the rows are folded anew.
    const VERSION: u32;
    /// The `#[index]` fields, in the order of [`Self::index`].
    const INDEXES: &'static [IndexedField];
    /// What a row begins as, and how it is written and read again.
    const ROW: RowType<Self>;
    /// A digest of the key, the fields and the indexes as they are written. While a new version is
    /// folded, the rows of another one are read in its place if this is the same.
    const ROW_SHAPE: u64;
    /// Whether it is folded within the commits that append its events, so that whoever has a receipt
    /// finds its rows up to date.
    const INLINE: bool = false;

    /// Pushes the values of the `#[index]` fields, in the order of [`Self::INDEXES`].
    fn index(&self, keys: &mut Vec<IndexKey>);
}

/// What a row must be: it begins as its default value, is written and read again.
#[diagnostic::on_unimplemented(
    message = "a row of projection `{Self}` begins as its `Default`, is written and read again",
    label = "lacks `Default`, `Serialize` or `Deserialize`",
    note = "write `#[derive(Projection, Default, Serialize, Deserialize)]` on it"
)]
#[doc(hidden)]
pub trait RowValue: Default + Serialize + DeserializeOwned {}

#[diagnostic::do_not_recommend]
impl<T: Default + Serialize + DeserializeOwned> RowValue for T {}

/// What a row of the projection `P` begins as, and how it is written and read again.
#[derive(Debug)]
pub struct RowType<P> {
    pub(crate) initial: fn() -> P,
    pub(crate) stored: Stored<P>,
}

impl<P: RowValue> RowType<P> {
    /// As its `Default`, `Serialize` and `Deserialize` have it.
    pub const fn of() -> Self {
        Self {
            initial: P::default,
            stored: Stored::of(),
        }
    }
}

impl<P> RowType<P> {
    /// Of a projection without rows, of which none begins.
    pub const fn none() -> Self {
        Self {
            initial: || unreachable!("a projection with tables of its own has no rows"),
            stored: Stored::never(),
        }
    }
}

/// What a projection keeps: it is [`Keyed`], a [`Singleton`], or keeps [`Tables`].
pub trait Shape: Send + Sync + 'static {
    /// Whether it has no more than one row.
    #[doc(hidden)]
    const ONE: bool;

    /// Reads the key that an event's stream stands for.
    ///
    /// # Errors
    /// When the stream's id does not parse as the key.
    #[doc(hidden)]
    fn stream_key<P: Projection>(event: &RecordedEvent) -> Result<P::Key, IdError>;

    /// The type of the transaction through which it writes to tables of its own, if it has such.
    #[doc(hidden)]
    fn transaction() -> Option<TransactionType> {
        None
    }
}

/// The shape of a projection whose rows the bus keeps and reads.
#[diagnostic::on_unimplemented(
    message = "a projection with `tables = ..` has no rows of its own",
    label = "there is no row to fold, to read or to expect",
    note = "it keeps tables: its `#[project]` methods take the transaction, as in `fn placed(tables: &Transaction, event: &Placed)`, and what it has written is read with SQL, through the store"
)]
pub trait HasRows {}

impl HasRows for Keyed {}

impl HasRows for Singleton {}

/// A projection that keeps tables of its own, through transactions of the type `T`.
#[diagnostic::on_unimplemented(
    message = "projection `{Self}` keeps no tables of its own through a `{T}`",
    label = "which tables?",
    note = "write `tables = {T}` in its `#[projection(..)]`; or take `&mut self` to fold a row"
)]
#[doc(hidden)]
pub trait KeepsTables<T> {}

#[diagnostic::do_not_recommend]
impl<T: 'static, P: Projection<Shape = Tables<T>>> KeepsTables<T> for P {}

/// The shape of a projection that is one value: what a `&self` of an `#[answer]` method stands for.
#[diagnostic::on_unimplemented(
    message = "a projection with a key has many rows, and `&self` is one value",
    label = "which of the rows?",
    note = "take `rows: &Rows<Self>` in its place, or leave `key = ..` out of `#[projection(..)]`"
)]
pub trait OneValue: Shape {}

impl OneValue for Singleton {}

/// Never, since no transaction has rows: so that this is what is said of it.
impl<T: 'static + HasRows> OneValue for Tables<T> {}

/// A projection that is one value: what [`Bus::value`](crate::Bus::value) reads.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not one value",
    label = "it has a row for each key, or tables of its own",
    note = "ask for a row, as in `bus.find::<{Self}>(&key)` or a fixture's `.shows(&key, row)`; or leave `key = ..` out of its `#[projection(..)]`"
)]
pub trait ValueProjection: Project<Shape = Singleton> {}

#[diagnostic::do_not_recommend]
impl<P: Project<Shape = Singleton>> ValueProjection for P {}

/// A projection with a row for each key: what [`Bus::find`](crate::Bus::find) reads.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no rows by key",
    label = "it is one value, or keeps tables of its own",
    note = "read it with `bus.value::<{Self}>()`, and expect it of a fixture with `.shows_value(value)`; or say what names a row: `key = ..` in its `#[projection(..)]`"
)]
pub trait KeyedProjection: Project<Shape = Keyed> {}

#[diagnostic::do_not_recommend]
impl<P: Project<Shape = Keyed>> KeyedProjection for P {}

/// The shape of a projection with rows to choose from.
#[diagnostic::on_unimplemented(
    message = "a projection without `key = ..` is one value: it has no rows to choose from",
    label = "of one value there is only `self`",
    note = "say what names a row, as in `#[projection(\"name\", key = String)]`; or take `&self` to read it, `&mut self` to fold it, and leave `#[key(..)]` out"
)]
#[doc(hidden)]
pub trait ManyRows: Shape {}

impl ManyRows for Keyed {}

/// Never, since no transaction has rows: so that this is what is said of it.
impl<T: 'static + HasRows> ManyRows for Tables<T> {}

/// The shape of a projection with one row per key.
#[derive(Debug, Clone, Copy)]
pub struct Keyed;

/// The shape of a projection that is one value.
#[derive(Debug, Clone, Copy)]
pub struct Singleton;

/// The shape of a projection that keeps tables of its own in the store, and writes to them through
/// transactions of the type `T`, which the store lends.
#[derive(Debug)]
pub struct Tables<T>(PhantomData<fn() -> T>);

impl Shape for Keyed {
    const ONE: bool = false;

    fn stream_key<P: Projection>(event: &RecordedEvent) -> Result<P::Key, IdError> {
        read_key::<P>(event.recorded().stream.id())
    }
}

impl Shape for Singleton {
    const ONE: bool = true;

    fn stream_key<P: Projection>(_: &RecordedEvent) -> Result<P::Key, IdError> {
        read_key::<P>(Single::TEXT)
    }
}

impl<T: 'static> Shape for Tables<T> {
    const ONE: bool = true;

    fn stream_key<P: Projection>(_: &RecordedEvent) -> Result<P::Key, IdError> {
        read_key::<P>(Single::TEXT)
    }

    fn transaction() -> Option<TransactionType> {
        Some(TransactionType::of::<T>())
    }
}

pub(crate) fn read_key<P: Projection>(text: &str) -> Result<P::Key, IdError> {
    crate::id::read(P::NAME, text)
}

/// The key of the only row of a [`Singleton`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Single;

impl Single {
    pub(super) const TEXT: &'static str = "single";
}

impl fmt::Display for Single {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(Self::TEXT)
    }
}

impl FromStr for Single {
    type Err = Infallible;

    fn from_str(_: &str) -> Result<Self, Infallible> {
        Ok(Self)
    }
}

/// The fold: what a `#[project]` block generates for its projection.
#[diagnostic::on_unimplemented(
    message = "projection `{Self}` projects nothing",
    label = "`{Self}` has no `#[project]` block",
    note = "write `#[project] impl {Self} {{ fn ..(&mut self, event: &..) {{ .. }} }}`"
)]
pub trait Project: Projection {
    /// The events that it projects, in the order of its methods.
    const EVENTS: &'static [EventType];

    /// Folds one event of the log into the rows it concerns.
    ///
    /// # Errors
    /// When the event's data does not decode, or its stream's id does not parse as the key.
    fn project(event: &RecordedEvent, rows: &mut RowsMut<'_, Self>) -> Result<(), ProjectError> {
        let _ = (event, rows);
        Ok(()) // it has none
    }

    /// Makes the tables of its own, through a transaction that the store lends.
    ///
    /// # Errors
    /// When its method fails.
    fn make_tables(lent: &dyn Any) -> Result<(), ProjectError> {
        let _ = lent;
        Ok(())
    }

    /// Folds one event of the log into tables of its own, through a transaction that the store lends.
    ///
    /// # Errors
    /// When the event's data does not decode, or its method fails.
    fn project_into_tables(event: &RecordedEvent, lent: &dyn Any) -> Result<(), ProjectError> {
        let _ = (event, lent);
        Ok(()) // it has none
    }
}

/// The key type of the projection `P`.
#[diagnostic::on_unimplemented(
    message = "the rows of `{P}` are not keyed by `{Self}`, the id of the event's aggregate",
    label = "which row of `{P}` is this event for?",
    note = "write `#[key(event.field)]` on the method, with the field of the event that holds the key"
)]
pub trait KeyOf<P: ?Sized> {}

/// An event whose stream's id is the key of `P`, so that a method need not name one.
#[diagnostic::on_unimplemented(
    message = "the id of `{Self}`'s aggregate is not the key of `{P}`",
    label = "which row of `{P}` is this event for?",
    note = "write `#[key(event.field)]` on the method, with the field of the event that holds the key"
)]
pub trait KeyedFor<P, S> {}

impl<E: Event, P> KeyedFor<P, Singleton> for E {}

/// Never, since no transaction has rows: so that this is what is said of it.
impl<E: Event, P, T: HasRows> KeyedFor<P, Tables<T>> for E {}

impl<E: Applied, P> KeyedFor<P, Keyed> for E where <E::By as Aggregate>::Id: KeyOf<P> {}

/// The type of the id of what the event `E` happened to.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not the id of what `{E}` happened to",
    label = "the aggregate of `{E}` has another id type",
    note = "take the id type that `#[aggregate(\"..\", id = ..)]` of the event's aggregate states, or nothing but the event and `at: &Recorded`"
)]
pub trait InstanceOf<E>: Id {}

#[diagnostic::do_not_recommend]
impl<E: Applied, I: Id + Names<E::By>> InstanceOf<E> for I {}
