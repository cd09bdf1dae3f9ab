//! How the value of an indexed field stands in its column, and where a value that is asked for
//! would stand among those in it.
//!
//! `SQLite` orders null before numbers, numbers before texts, and these before blobs; texts by
//! their bytes. So texts stand in a column as they are, and so do booleans or whole numbers, if the
//! column has only one of these two and no number is too long. Any other column holds blobs that
//! compare as the values do.

use cqrs_core::projection::IndexKey;
use rusqlite::types::Value;

/// What a column holds, beside null.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Holds {
    Texts,
    /// And texts.
    Booleans,
    /// And texts.
    Integers,
    /// Everything, as blobs; null too, so that null itself stands for no value at all.
    Bytes,
}

/// Where a value would stand in a column.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Place {
    /// Null is before all else.
    Null,
    /// After null, before all that is in the column.
    BeforeAll,
    /// As this.
    Exactly(Value),
    /// After all numbers, before all texts.
    BeforeTexts,
}

impl Holds {
    pub(crate) fn named(name: &str) -> Self {
        match name {
            "texts" => Self::Texts,
            "booleans" => Self::Booleans,
            "integers" => Self::Integers,
            _ => Self::Bytes,
        }
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Texts => "texts",
            Self::Booleans => "booleans",
            Self::Integers => "integers",
            Self::Bytes => "bytes",
        }
    }

    /// What a column must hold that is to take this value too.
    pub(crate) fn and(self, value: &IndexKey) -> Self {
        match (self, value) {
            (_, IndexKey::Null | IndexKey::Text(_)) => self,
            (Self::Texts | Self::Booleans, IndexKey::Bool(_)) => Self::Booleans,
            (Self::Texts | Self::Integers, IndexKey::Int(number))
                if i64::try_from(*number).is_ok() =>
            {
                Self::Integers
            }
            _ => Self::Bytes,
        }
    }

    /// The value as it stands in a column that takes it.
    pub(crate) fn kept(self, value: &IndexKey) -> Value {
        match self.place(value) {
            Place::Exactly(value) => value,
            _ => Value::Null,
        }
    }

    /// Where the value would stand.
    pub(crate) fn place(self, value: &IndexKey) -> Place {
        if self == Self::Bytes {
            return Place::Exactly(Value::Blob(bytes(value)));
        }
        match (value, self) {
            (IndexKey::Null, _) => Place::Null,
            (IndexKey::Text(text), _) => Place::Exactly(Value::Text(text.clone())),
            (IndexKey::Bool(truth), Self::Booleans) => {
                Place::Exactly(Value::Integer(i64::from(*truth)))
            }
            (IndexKey::Int(number), Self::Integers) => match i64::try_from(*number) {
                Ok(number) => Place::Exactly(Value::Integer(number)),
                Err(_) if *number < 0 => Place::BeforeAll,
                Err(_) => Place::BeforeTexts,
            },
            (IndexKey::Int(_), Self::Booleans) => Place::BeforeTexts,
            // texts alone, or a boolean among numbers
            _ => Place::BeforeAll,
        }
    }

    /// The value that stands so in a column.
    pub(crate) fn read(self, kept: &Value) -> Option<IndexKey> {
        match (self, kept) {
            (Self::Bytes, _) => None, // nothing is ever made of bytes again
            (_, Value::Null) => Some(IndexKey::Null),
            (_, Value::Text(text)) => Some(IndexKey::Text(text.clone())),
            (Self::Booleans, Value::Integer(truth)) => Some(IndexKey::Bool(*truth != 0)),
            (_, Value::Integer(number)) => Some(IndexKey::Int(i128::from(*number))),
            _ => None,
        }
    }
}

/// Bytes whose order is that of the values.
fn bytes(value: &IndexKey) -> Vec<u8> {
    match value {
        IndexKey::Null => vec![0],
        IndexKey::Bool(truth) => vec![1, u8::from(*truth)],
        IndexKey::Int(number) => {
            let above_zero = number.cast_unsigned() ^ (1 << 127);
            [&[2][..], &above_zero.to_be_bytes()].concat()
        }
        IndexKey::Text(text) => [&[3][..], text.as_bytes()].concat(),
        _ => vec![4], // a kind of value that is not there yet: behind all that are
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn values() -> impl Strategy<Value = IndexKey> {
        prop_oneof![
            Just(IndexKey::Null),
            any::<bool>().prop_map(IndexKey::Bool),
            (-3..3_i128).prop_map(IndexKey::Int),
            any::<i128>().prop_map(IndexKey::Int),
            "[\u{0}a-c\u{e9}\u{1f980}]{0,3}".prop_map(IndexKey::Text),
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn bytes_compare_as_the_values_do(one in values(), other in values()) {
            prop_assert_eq!(bytes(&one).cmp(&bytes(&other)), one.cmp(&other));
        }

        #[test]
        fn what_a_column_takes_it_gives_back(values in proptest::collection::vec(values(), 1..4)) {
            let holds = values.iter().fold(Holds::Texts, Holds::and);
            for value in &values {
                prop_assert_eq!(holds.and(value), holds);
                if holds != Holds::Bytes {
                    prop_assert_eq!(holds.read(&holds.kept(value)), Some(value.clone()));
                }
            }
        }
    }
}
