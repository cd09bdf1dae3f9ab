use super::{IndexKey, Projection, base64url};
use crate::id;
use crate::store::{RowOrder, RowPlace};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::fmt;
use std::str::FromStr;

/// Where a [`Page`](super::Page) ended, to read on [after](super::RowsBy::after) it.
///
/// It says where the last row stood, not how many came before: the next page begins there whatever
/// came and went meanwhile. It fits the projection, the version and the order that it came from,
/// and no others; the conditions may change.
///
/// It displays as a text that may stand in a URL as it is, and parses back; serde takes it as that
/// text. The text is not encrypted: the row's key and the value that the order goes by can be read
/// out of it.
///
/// ```
/// use cqrs_core::Cursor;
///
/// assert!("page=2".parse::<Cursor>().is_err());
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Cursor {
    order: Ordered,
    place: RowPlace,
}

/// An order of the rows of one version of a projection.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Ordered {
    projection: String,
    version: u32,
    index: Option<String>,
    descending: bool,
}

impl Ordered {
    fn of<P: Projection>(order: RowOrder) -> Self {
        let index = match order {
            RowOrder::Key { .. } => None,
            RowOrder::Index { place, .. } => {
                P::INDEXES.get(place).map(|field| field.name.to_owned())
            }
        };
        Self {
            projection: P::NAME.to_owned(),
            version: P::VERSION,
            index,
            descending: order.is_descending(),
        }
    }
}

impl fmt::Display for Ordered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            projection,
            version,
            index,
            descending,
        } = self;
        // the names may come from whoever wrote the text
        write!(f, "{projection:?} (version {version}) by ")?;
        match index {
            Some(index) => write!(f, "{index:?}")?,
            None => f.write_str("key")?,
        }
        f.write_str(if *descending { ", descending" } else { "" })
    }
}

impl Cursor {
    pub(super) fn new<P: Projection>(order: RowOrder, place: RowPlace) -> Self {
        let order = Ordered::of::<P>(order);
        Self { order, place }
    }

    /// The place, if it is one in that order of the rows of `P`.
    pub(super) fn place_in<P: Projection>(self, order: RowOrder) -> Result<RowPlace, CursorError> {
        let asked = Ordered::of::<P>(order);
        if self.order == asked {
            return Ok(self.place);
        }
        Err(CursorError::Elsewhere {
            of: self.order.to_string(),
            asked: asked.to_string(),
        })
    }
}

/// A text that is no cursor, or a cursor of other rows.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CursorError {
    /// The text is no cursor's.
    #[error("the text is no cursor: hand on the text of a page's `next`, whole and unchanged")]
    NoCursor,
    /// The cursor came from other rows, from those of another version, or from another order of them. It
    /// will fit no more: begin again with the first page.
    #[error(
        "the cursor is one of {of}, and here are {asked}: begin again with the first page, without a cursor"
    )]
    Elsewhere {
        /// Where it came from.
        of: String,
        /// What was read.
        asked: String,
    },
}

/// What is written of a cursor, as JSON: projection, version, index, descending, value, key.
type Written = (String, u32, Option<String>, bool, WrittenValue, String);

#[derive(Serialize, Deserialize)]
enum WrittenValue {
    #[serde(rename = "n")]
    Null,
    #[serde(rename = "b")]
    Bool(bool),
    #[serde(rename = "i")]
    Int(i128),
    #[serde(rename = "t")]
    Text(String),
}

impl From<IndexKey> for WrittenValue {
    fn from(value: IndexKey) -> Self {
        match value {
            IndexKey::Null => Self::Null,
            IndexKey::Bool(truth) => Self::Bool(truth),
            IndexKey::Int(number) => Self::Int(number),
            IndexKey::Text(text) => Self::Text(text),
        }
    }
}

impl From<WrittenValue> for IndexKey {
    fn from(value: WrittenValue) -> Self {
        match value {
            WrittenValue::Null => Self::Null,
            WrittenValue::Bool(truth) => Self::Bool(truth),
            WrittenValue::Int(number) => Self::Int(number),
            WrittenValue::Text(text) => Self::Text(text),
        }
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { order, place } = self.clone();
        let written: Written = (
            order.projection,
            order.version,
            order.index,
            order.descending,
            place.value.into(),
            place.key,
        );
        let json = serde_json::to_vec(&written).map_err(|_| fmt::Error)?;
        f.write_str(&base64url::encode(&json))
    }
}

impl FromStr for Cursor {
    type Err = CursorError;

    fn from_str(text: &str) -> Result<Self, CursorError> {
        read(text).ok_or(CursorError::NoCursor)
    }
}

fn read(text: &str) -> Option<Cursor> {
    let json = base64url::decode(text)?;
    let written: Written = serde_json::from_slice(&json).ok()?;
    let (projection, version, index, descending, value, key) = written;
    id::check("cursor", &key).ok()?; // the text of no row's key is handed to a store
    let cursor = Cursor {
        order: Ordered {
            projection,
            version,
            index,
            descending,
        },
        place: RowPlace {
            value: value.into(),
            key,
        },
    };
    (cursor.to_string() == text).then_some(cursor) // one cursor, one text
}

impl Serialize for Cursor {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Cursor {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn cursor(value: IndexKey, key: &str) -> Cursor {
        Cursor {
            order: Ordered {
                projection: "rows".to_owned(),
                version: 1,
                index: Some("value".to_owned()),
                descending: true,
            },
            place: RowPlace {
                value,
                key: key.to_owned(),
            },
        }
    }

    fn values() -> impl Strategy<Value = IndexKey> {
        prop_oneof![
            Just(IndexKey::Null),
            any::<bool>().prop_map(IndexKey::Bool),
            any::<i128>().prop_map(IndexKey::Int),
            prop::sample::select(vec![i128::MIN, i128::MAX, 1 << 64]).prop_map(IndexKey::Int),
            any::<String>().prop_map(IndexKey::Text),
        ]
    }

    proptest! {
        #[test]
        fn a_cursor_parses_back(value in values(), key in "[^\\p{Cc}]{1,9}") {
            let cursor = cursor(value, &key);
            let text = cursor.to_string();
            prop_assert!(text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte)));
            prop_assert_eq!(text.parse(), Ok(cursor.clone()));
            let json = serde_json::to_string(&cursor).unwrap();
            prop_assert_eq!(&json, &format!("{text:?}"));
            prop_assert_eq!(serde_json::from_str::<Cursor>(&json).unwrap(), cursor);
        }

        #[test]
        fn no_other_text_is_a_cursor(text in any::<String>(), cut in 0..80_usize) {
            prop_assert_eq!(text.parse::<Cursor>(), Err(CursorError::NoCursor));
            let whole = cursor(IndexKey::Int(7), "key").to_string();
            if let Some(part) = whole.get(..cut).filter(|part| part.len() < whole.len()) {
                prop_assert_eq!(part.parse::<Cursor>(), Err(CursorError::NoCursor));
            }
        }
    }

    #[test]
    fn a_text_that_says_the_same_otherwise_is_no_cursor() {
        let is_one = |json: &str| base64url::encode(json.as_bytes()).parse::<Cursor>().is_ok();
        assert!(is_one(r#"["rows",1,"value",true,{"i":7},"key"]"#));
        for other in [
            r#"["rows",1,"value",true,{"i":7},"key"] "#,
            r#"["rows",1,"value",true,{"i":07},"key"]"#,
            r#"["rows",1,"value",true,{"i":7.0},"key"]"#,
            r#"["rows",1,"value",true,{"i":7},""]"#,
            r#"["rows",1,"value",true,{"i":7},"a\u0000"]"#,
            r#"["rows",1,"value",true,{"x":7},"key"]"#,
            r#"["rows",1,"value",true,7,"key"]"#,
            r#"["rows",1,"value",true,{"i":7}]"#,
            r#"["rows",1,"value",true,{"i":170141183460469231731687303715884105728},"key"]"#,
            r"[]",
            "",
        ] {
            assert!(!is_one(other), "{other}");
        }
        let text = cursor(IndexKey::Int(7), "key").to_string();
        for odd in [format!("{text}="), format!(" {text}"), format!("{text}\n")] {
            assert!(odd.parse::<Cursor>().is_err(), "{odd:?}");
        }
    }
}
