//! What is checked of a `#[derive(Id)]` type wherever it is written or read.

use crate::id::{Checking, IdError};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de, ser};
use std::fmt::Display;
use std::str::FromStr;

/// Reads the value of the id type `of` from its text.
///
/// # Errors
/// When the value's type refuses the text, or the value cannot name an instance.
pub fn parse<T: Display + FromStr<Err: Display>>(of: &str, text: &str) -> Result<T, IdError> {
    let value = text.parse::<T>().map_err(|error| IdError::Unreadable {
        of: of.to_owned(),
        text: text.to_owned(),
        expected: std::any::type_name::<T>(),
        reason: error.to_string(),
    })?;
    Checking::of(&value).end(of)?;
    Ok(value)
}

/// Writes the value of the id type `of`.
///
/// # Errors
/// When it cannot name an instance.
pub fn serialize<T: Display + Serialize, S: Serializer>(
    of: &str,
    value: &T,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    Checking::of(value).end(of).map_err(ser::Error::custom)?;
    value.serialize(serializer)
}

/// Reads the value of the id type `of`.
///
/// # Errors
/// When it cannot name an instance.
pub fn deserialize<'de, T: Display + Deserialize<'de>, D: Deserializer<'de>>(
    of: &str,
    deserializer: D,
) -> Result<T, D::Error> {
    let value = T::deserialize(deserializer)?;
    Checking::of(&value).end(of).map_err(de::Error::custom)?;
    Ok(value)
}
