//! An amount of money: decimal with two digits, never a float.

use crate::quote::quoted;
use cqrs_core::{IndexKey, IndexValue};
use rust_decimal::Decimal;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::fmt;
use std::iter::Sum;
use std::ops::{Add, AddAssign};
use std::str::FromStr;

/// An amount of money in dollars, with exactly two digits after the point.
///
/// It is written and stored as text, `"11.77"`, and kept between [`Money::MIN`] and [`Money::MAX`].
///
/// ```
/// use shop::money::Money;
///
/// let price: Money = "11.77".parse()?;
/// assert_eq!((price + price).to_string(), "23.54");
/// # Ok::<(), shop::money::MoneyError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Money(Decimal); // its scale is always 2

impl Money {
    /// Nothing: `0.00`.
    pub const ZERO: Self = Self(Decimal::from_parts(0, 0, 0, false, 2));
    /// The most that can be told: some 92 thousand million million.
    pub const MAX: Self = Self(Decimal::from_parts(u32::MAX, u32::MAX >> 1, 0, false, 2));
    /// The least that can be told: as much as [`Money::MAX`], owed.
    pub const MIN: Self = Self(Decimal::from_parts(u32::MAX, u32::MAX >> 1, 0, true, 2));

    /// The amount of this many cents.
    pub fn from_cents(cents: i64) -> Self {
        Self(Decimal::new(cents, 2)).max(Self::MIN)
    }

    /// The amount in whole cents.
    pub const fn cents(self) -> i128 {
        self.0.mantissa()
    }

    /// Whether the amount is less than nothing.
    pub fn is_negative(self) -> bool {
        self < Self::ZERO
    }
}

impl Default for Money {
    fn default() -> Self {
        Self::ZERO
    }
}

/// A sum beyond [`Money::MAX`] or [`Money::MIN`] stays there.
impl Add for Money {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        // Each is below 2^63 cents, so the sum is far from the end of a decimal's 96 bits.
        Self(self.0 + other.0).clamp(Self::MIN, Self::MAX)
    }
}

impl AddAssign for Money {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl Sum for Money {
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        amounts.fold(Self::ZERO, Add::add)
    }
}

impl<'a> Sum<&'a Money> for Money {
    fn sum<I: Iterator<Item = &'a Money>>(amounts: I) -> Self {
        amounts.copied().sum()
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

/// Why a text is no amount of money.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MoneyError {
    /// It is not digits with a point.
    #[error("expected an amount such as 11.77, found {}", quoted(.found))]
    NotAnAmount {
        /// The text.
        found: String,
    },
    /// It has fractions of a cent.
    #[error("expected an amount in whole cents such as 11.77, found {}", quoted(.found))]
    TooPrecise {
        /// The text.
        found: String,
    },
    /// It is beyond [`Money::MAX`] or [`Money::MIN`].
    #[error("expected an amount of at most {max}, found {}", quoted(.found), max = Money::MAX)]
    TooLarge {
        /// The text.
        found: String,
    },
}

impl FromStr for Money {
    type Err = MoneyError;

    /// Reads `11.77`, `5`, `-0.5`: digits, with at most two after a point, perhaps owed.
    fn from_str(text: &str) -> Result<Self, MoneyError> {
        let found = || text.to_owned();
        let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());

        let unsigned = text.strip_prefix('-').unwrap_or(text);
        let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, "00"));
        if !digits(whole) || !digits(fraction) {
            return Err(MoneyError::NotAnAmount { found: found() });
        }
        if fraction.len() > 2 {
            return Err(MoneyError::TooPrecise { found: found() });
        }
        let Ok(mut amount) = Decimal::from_str_exact(text) else {
            return Err(MoneyError::TooLarge { found: found() });
        };
        if amount.abs() > Self::MAX.0 {
            return Err(MoneyError::TooLarge { found: found() });
        }
        amount.rescale(2);
        // Zero is written in one way only: `-0.00` is `0.00`.
        Ok(if amount.is_zero() {
            Self::ZERO
        } else {
            Self(amount)
        })
    }
}

impl Serialize for Money {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Money {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(de::Error::custom)
    }
}

impl IndexValue for Money {
    fn index_key(&self) -> IndexKey {
        IndexKey::Int(self.cents())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn money(text: &str) -> Money {
        text.parse().unwrap()
    }

    #[test]
    fn it_is_written_with_two_digits() {
        for (text, written) in [
            ("11.77", "11.77"),
            ("0.00", "0.00"),
            ("0", "0.00"),
            ("5", "5.00"),
            ("5.1", "5.10"),
            ("-3.07", "-3.07"),
            ("-0.00", "0.00"),
            ("0012.50", "12.50"),
        ] {
            assert_eq!(money(text).to_string(), written, "{text}");
        }
        assert_eq!(Money::default().to_string(), "0.00");
        assert_eq!(Money::from_cents(5).to_string(), "0.05");
        assert_eq!(format!("{:>8}", money("1.5")), "    1.50");
    }

    #[test]
    fn garbage_is_refused() {
        for text in [
            "", "-", ".", "5.", ".5", "--5", "+5", "5,00", "1e3", " 5", "5 ", "0x5", "NaN", "٣.٠٠",
            "1.2.3", "1_000", "5.-1",
        ] {
            assert_eq!(
                text.parse::<Money>(),
                Err(MoneyError::NotAnAmount {
                    found: text.to_owned()
                }),
                "{text:?}"
            );
        }
        assert!(matches!(
            "1.770".parse::<Money>(),
            Err(MoneyError::TooPrecise { .. })
        ));
        for text in [
            "92233720368547758.08",
            "-92233720368547758.08",
            &"9".repeat(5_000),
        ] {
            assert!(
                matches!(text.parse::<Money>(), Err(MoneyError::TooLarge { .. })),
                "{text}"
            );
        }
    }

    #[test]
    fn a_message_says_what_was_expected() {
        let error = "abc".parse::<Money>().unwrap_err();
        assert_eq!(
            error.to_string(),
            "expected an amount such as 11.77, found `abc`"
        );
    }

    #[test]
    fn sums_keep_their_cents_and_stay_in_bounds() {
        let prices = [money("29.33"), money("29.73"), money("14.96")];
        assert_eq!(prices.iter().sum::<Money>(), money("74.02"));
        let mut total = Money::ZERO;
        total += money("0.10");
        total += money("0.20");
        assert_eq!(total, money("0.30"));
        assert_eq!(Money::MAX + money("0.01"), Money::MAX);
        assert_eq!(Money::MIN + money("-0.01"), Money::MIN);
        assert_eq!(Money::from_cents(i64::MIN), Money::MIN);
        assert_eq!(Money::from_cents(i64::MAX), Money::MAX);
        assert_eq!(Money::MAX.cents(), i128::from(i64::MAX));
        assert_eq!(Money::MIN.to_string().parse(), Ok(Money::MIN));
    }

    #[test]
    fn it_is_stored_as_text() {
        assert_eq!(serde_json::to_string(&money("5")).unwrap(), "\"5.00\"");
        assert_eq!(
            serde_json::from_str::<Money>("\"11.77\"").unwrap(),
            money("11.77")
        );
        assert!(serde_json::from_str::<Money>("11.77").is_err());
        assert!(serde_json::from_str::<Money>("\"11.775\"").is_err());
    }

    #[test]
    fn debt_is_less_than_nothing() {
        assert!(money("-0.01").is_negative());
        assert!(!money("-0.00").is_negative());
        assert!(!money("0.01").is_negative());
    }

    proptest! {
        #[test]
        fn no_text_panics(text in ".*") {
            let _ = text.parse::<Money>();
        }

        #[test]
        fn cents_survive_text_and_order(a: i64, b: i64) {
            let (a, b) = (Money::from_cents(a), Money::from_cents(b));
            prop_assert_eq!(a.to_string().parse::<Money>(), Ok(a));
            prop_assert_eq!(a.cmp(&b), a.index_key().cmp(&b.index_key()));
            prop_assert_eq!((a + b).to_string().parse::<Money>(), Ok(a + b));
        }
    }
}
