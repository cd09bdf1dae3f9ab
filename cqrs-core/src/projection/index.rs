use crate::log::Timestamp;
use std::fmt;
use std::marker::PhantomData;
use uuid::Uuid;

/// A typed handle on an `#[index]` field of the projection `P`, for [`Rows::by`](super::Rows::by).
///
/// The derive writes one constant a field, named as the field in capitals: `Balance::AMOUNT`.
pub struct Index<P, T> {
    pub(crate) place: usize,
    name: &'static str,
    of: PhantomData<fn() -> (P, T)>,
}

impl<P, T> Index<P, T> {
    /// The index at `place` in [`Projection::INDEXES`](super::Projection::INDEXES).
    #[doc(hidden)]
    pub const fn new(place: usize, name: &'static str) -> Self {
        Self {
            place,
            name,
            of: PhantomData,
        }
    }

    /// The field's name.
    pub const fn name(&self) -> &'static str {
        self.name
    }
}

impl<P, T> Clone for Index<P, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<P, T> Copy for Index<P, T> {}

impl<P, T> fmt::Debug for Index<P, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Index({})", self.name)
    }
}

/// The value of an indexed field, in the form that every store orders alike: `Null` first, then
/// `Bool`, `Int` by number, `Text` by its bytes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum IndexKey {
    /// An absent value.
    Null,
    /// A truth value, false before true.
    Bool(bool),
    /// A whole number.
    Int(i128),
    /// A text, ordered by its bytes.
    Text(String),
}

/// A type that may stand in an `#[index]` field.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be indexed",
    label = "rows cannot be ordered by a `{Self}`",
    note = "index an integer, `bool`, `String`, `Uuid`, `Timestamp`, an `Option` of one, or implement `IndexValue` for `{Self}`"
)]
pub trait IndexValue {
    /// The value as stores order it: `a <= b` must mean `a.index_key() <= b.index_key()`.
    fn index_key(&self) -> IndexKey;
}

macro_rules! integers {
    ($($integer:ty),*) => {$(
        impl IndexValue for $integer {
            fn index_key(&self) -> IndexKey {
                IndexKey::Int(i128::from(*self))
            }
        }
    )*};
}

integers!(i8, i16, i32, i64, i128, u8, u16, u32, u64);

impl IndexValue for usize {
    fn index_key(&self) -> IndexKey {
        IndexKey::Int(*self as i128)
    }
}

impl IndexValue for bool {
    fn index_key(&self) -> IndexKey {
        IndexKey::Bool(*self)
    }
}

impl IndexValue for str {
    fn index_key(&self) -> IndexKey {
        IndexKey::Text(self.to_owned())
    }
}

impl IndexValue for String {
    fn index_key(&self) -> IndexKey {
        self.as_str().index_key()
    }
}

impl IndexValue for Uuid {
    fn index_key(&self) -> IndexKey {
        IndexKey::Text(self.to_string())
    }
}

impl IndexValue for Timestamp {
    fn index_key(&self) -> IndexKey {
        IndexKey::Int(self.as_nanosecond())
    }
}

impl<T: IndexValue> IndexValue for Option<T> {
    fn index_key(&self) -> IndexKey {
        self.as_ref().map_or(IndexKey::Null, IndexValue::index_key)
    }
}
