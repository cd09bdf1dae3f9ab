//! A product: what it is called, and what it costs. What is neither a name nor a price is no value of these types.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// A product of the catalogue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Product {
    /// What it is called, as no other.
    pub name: Name,
    /// What it costs.
    pub price: Price,
}

/// What a product is called: 1 to 80 characters on one line, no space at either end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Name(String);

/// A text that is no name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// There is nothing, or nothing but space.
    #[error("a name has at least one character")]
    Empty,
    /// It is too long.
    #[error("a name has at most {most} characters, this one {0}", most = Name::MOST)]
    TooLong(usize),
    /// It holds a line break, or something else that is not to be seen.
    #[error("a name holds no control characters, such as U+{code:04X}", code = u32::from(*.0))]
    Control(char),
}

impl Name {
    /// The most characters that a name may have.
    pub const MOST: usize = 80;

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Name {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, NameError> {
        let text = text.trim();
        let length = text.chars().count();
        match text.chars().find(|character| character.is_control()) {
            _ if text.is_empty() => Err(NameError::Empty),
            _ if length > Self::MOST => Err(NameError::TooLong(length)),
            Some(character) => Err(NameError::Control(character)),
            None => Ok(Self(text.to_owned())),
        }
    }
}

impl TryFrom<String> for Name {
    type Error = NameError;

    fn try_from(text: String) -> Result<Self, NameError> {
        text.parse()
    }
}

impl From<Name> for String {
    fn from(name: Name) -> Self {
        name.0
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// What a product costs, in whole cents. It is written `24.90`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Price(u32);

/// A text that is no price.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PriceError {
    /// It is something else.
    #[error("a price is written in digits, with both cents or none: 24.90, or 24")]
    Malformed,
    /// It is too much.
    #[error("a price is at most {most}", most = Price::from_cents(u32::MAX))]
    TooMuch,
}

impl Price {
    /// The price of so many cents.
    pub const fn from_cents(cents: u32) -> Self {
        Self(cents)
    }

    /// How many cents it is.
    pub const fn cents(self) -> u32 {
        self.0
    }
}

impl FromStr for Price {
    type Err = PriceError;

    fn from_str(text: &str) -> Result<Self, PriceError> {
        let (whole, cents) = text.split_once('.').unwrap_or((text, "00"));
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|it| it.is_ascii_digit());
        if !digits(whole) || !digits(cents) || cents.len() != 2 {
            return Err(PriceError::Malformed);
        }
        // digits alone: what is no number is too great a one
        let cents = format!("{whole}{cents}").parse();
        cents.map(Self).map_err(|_| PriceError::TooMuch)
    }
}

impl fmt::Display for Price {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("{}.{:02}", self.0 / 100, self.0 % 100))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_a_line_without_space_at_its_ends() {
        let name = |text: &str| text.parse::<Name>();
        assert_eq!(name("  Tea pot ").unwrap().as_str(), "Tea pot");
        assert_eq!(name(" \t "), Err(NameError::Empty));
        assert_eq!(name("tea\npot"), Err(NameError::Control('\n')));
        assert_eq!(
            name("\u{1b}[31m").unwrap_err().to_string(),
            "a name holds no control characters, such as U+001B"
        );
        assert!(name(&"é".repeat(80)).is_ok());
        assert_eq!(
            name(&"é".repeat(81)).unwrap_err().to_string(),
            "a name has at most 80 characters, this one 81"
        );
    }

    #[test]
    fn a_price_is_exact() {
        let price = |text: &str| text.parse::<Price>();
        for (text, cents, shown) in [
            ("24.90", 2_490, "24.90"),
            ("24", 2_400, "24.00"),
            ("0.05", 5, "0.05"),
            ("007.00", 700, "7.00"),
            ("42949672.95", u32::MAX, "42949672.95"),
        ] {
            let price = price(text).unwrap();
            assert_eq!((price.cents(), price.to_string().as_str()), (cents, shown));
        }
        for text in [
            "", ".", "24.", ".90", "24.9", "24.900", "-1", "+1", "1,50", "1e3", " 1", "٢", "1.-5",
        ] {
            assert_eq!(price(text), Err(PriceError::Malformed), "{text}");
        }
        for text in ["42949672.96", "99999999999999999999"] {
            assert_eq!(price(text), Err(PriceError::TooMuch));
        }
    }

    #[test]
    fn what_is_read_is_checked_as_what_is_typed() {
        #[derive(Debug, Deserialize)]
        struct Read {
            #[expect(dead_code, reason = "it is not read")]
            name: Name,
        }
        let read = |name: &str| {
            let fields = [("name", name.to_owned())].into_iter();
            Read::deserialize(serde::de::value::MapDeserializer::<
                _,
                serde::de::value::Error,
            >::new(fields))
        };
        assert!(read("Kettle").is_ok());
        assert_eq!(
            read("").unwrap_err().to_string(),
            NameError::Empty.to_string()
        );
    }
}
