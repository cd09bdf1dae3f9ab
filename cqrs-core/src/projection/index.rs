use crate::log::Timestamp;
use std::fmt;
use std::marker::PhantomData;
use std::ops::{Bound, RangeBounds};
use uuid::Uuid;

/// A typed handle on an `#[index]` field of the projection `P`, for [`Rows::by`](super::Rows::by)
/// and the conditions of [`RowsBy`](super::RowsBy).
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
    /// A text, ordered by its bytes; of at most [`MAX_INDEX_BYTES`](crate::store::MAX_INDEX_BYTES).
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

/// A value that an indexed field of type `T` is compared with: a `T`, what is within it where it is an
/// `Option`, and a `str` where a `String` is. Both are to have the same [`index_key`](IndexValue::index_key).
#[diagnostic::on_unimplemented(
    message = "an indexed field of type `{T}` is not compared with a `{Self}`",
    label = "not a value of the field",
    note = "give a `{T}`; of an `Option` also what is within it, and of a `String` also a `str`"
)]
pub trait ValueOf<T>: IndexValue {}

#[diagnostic::do_not_recommend]
impl<T: IndexValue> ValueOf<T> for T {}

#[diagnostic::do_not_recommend]
impl<T: IndexValue> ValueOf<Option<T>> for T {}

#[diagnostic::do_not_recommend]
impl ValueOf<String> for str {}

#[diagnostic::do_not_recommend]
impl ValueOf<Option<String>> for str {}

/// A type of an indexed field that is indexed as a text: [`RowsBy::starting_with`](super::RowsBy::starting_with)
/// looks for the beginning of it. A `String`, an id around one, an `Option` of either.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not indexed as a text",
    label = "it has no beginning to look for",
    note = "index a `String`, a `#[derive(Id)]` type around one, or an `Option` of either; or implement `TextValue` for `{Self}`"
)]
pub trait TextValue: IndexValue {}

impl TextValue for String {}

impl<T: TextValue> TextValue for Option<T> {}

/// The range of the texts that begin with `prefix`.
pub(super) fn beginning(prefix: &str) -> (Bound<IndexKey>, Bound<IndexKey>) {
    let text = |text: String| IndexKey::Text(text);
    // the first text after them all is `prefix` with the last character raised that can be
    let mut after = prefix.to_owned();
    let upper = loop {
        match after.pop() {
            None => break Bound::Unbounded, // texts come last among values
            Some(last) => {
                if let Some(next) = (last..=char::MAX).nth(1) {
                    after.push(next);
                    break Bound::Excluded(text(after));
                }
            }
        }
    };
    (Bound::Included(text(prefix.to_owned())), upper)
}

/// A range of the values of an indexed field of type `T`: any that the standard library has, such
/// as `from..to`, or a pair of [`Bound`]s.
#[diagnostic::on_unimplemented(
    message = "an indexed field of type `{T}` does not stand in a `{Self}`",
    label = "not a range of the field's values",
    note = "give a range over `{T}`, such as `from..to`, `from..` or `..=to`"
)]
pub trait RangeOf<T>: Sized {
    /// Where it begins and ends.
    #[doc(hidden)]
    fn keys(self) -> (Bound<IndexKey>, Bound<IndexKey>);
}

#[diagnostic::do_not_recommend]
impl<T: IndexValue, R: RangeBounds<T>> RangeOf<T> for R {
    fn keys(self) -> (Bound<IndexKey>, Bound<IndexKey>) {
        let (lower, upper) = (self.start_bound(), self.end_bound());
        (lower.map(T::index_key), upper.map(T::index_key))
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_range_of_a_beginning_holds_what_begins_so_and_nothing_else() {
        let last = char::MAX.to_string();
        let prefixes = [
            "",
            "D",
            "Du",
            "\u{d7ff}",
            "\u{7f}",
            &last,
            &format!("a{last}"),
        ];
        let mut texts = vec![String::new()];
        for prefix in prefixes {
            for end in ["", "\0", "a", &last, "\u{e000}"] {
                texts.push(format!("{prefix}{end}"));
            }
        }
        texts.extend(["C", "E", "d", "Dt", "Dv", "DV"].map(str::to_owned));
        for prefix in prefixes {
            let range = beginning(prefix);
            for text in &texts {
                let found = range.contains(&text.index_key());
                assert_eq!(found, text.starts_with(prefix), "{prefix:?} {text:?}");
            }
            for other in [
                IndexKey::Null,
                IndexKey::Bool(true),
                IndexKey::Int(i128::MAX),
            ] {
                assert!(!range.contains(&other));
            }
        }
    }
}
