use super::Layout;
use super::fields::{Field, end, fields, is_digits};
use crate::money::{Money, MoneyError};
use crate::quote::quoted;
use jiff::civil::Date;
use jiff::tz::TimeZone;

/// The most CDs that one purchase can have; the largest in the sample has 40.
pub const MAX_ITEMS: u32 = 10_000;

/// The most that one purchase can cost, in cents; the dearest in the sample cost $506.97.
const MAX_CENTS: i64 = 100_000_000;

/// The longest name of a customer.
const MAX_CUSTOMER: usize = 32;

/// One line of the log: a customer bought some CDs on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Purchase {
    /// The line it stands in, from 1.
    pub line: usize,
    /// The customer, as printed.
    pub customer: String,
    /// The day of the purchase, which begins at a time that a `Timestamp` can tell.
    pub date: Date,
    /// The number of CDs: at least one.
    pub items: u32,
    /// What they cost together: `0.00` or more.
    pub amount: Money,
}

/// A line that is no purchase: where it goes wrong, and why.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}:{column}: {reason}")]
pub struct BadLine {
    /// The file, as it was named.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// The column of the field at fault, in characters from 1.
    pub column: usize,
    /// What was expected there, and what was found.
    pub reason: Reason,
}

/// What is wrong with a line.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Reason {
    /// A field is missing, and all after it.
    #[error("the line ends after {after}, expected {expected}")]
    TooShort {
        /// The last field there is.
        after: &'static str,
        /// The field that is missing.
        expected: &'static str,
    },
    /// There is more than a purchase in the line.
    #[error("expected the end of the line after the amount, found {}", quoted(.found))]
    TooLong {
        /// The first field too many.
        found: String,
    },
    /// The customer is not one.
    #[error("expected a customer of 1 to {MAX_CUSTOMER} letters and digits, found {}", quoted(.found))]
    Customer {
        /// The field.
        found: String,
    },
    /// The number in the sample is not one.
    #[error("expected the customer's number in the sample, digits only, found {}", quoted(.found))]
    NumberInSample {
        /// The field.
        found: String,
    },
    /// The date is not eight digits.
    #[error("expected a date as YYYYMMDD, found {}", quoted(.found))]
    Date {
        /// The field.
        found: String,
    },
    /// The calendar does not have the date.
    #[error("expected a day of the calendar as YYYYMMDD, found {}, which does not exist", quoted(.found))]
    NoSuchDay {
        /// The field.
        found: String,
    },
    /// The calendar has the date, and no timestamp can tell when it begins.
    #[error("expected a day up to 9999-12-30, found {}", quoted(.found))]
    EndOfTime {
        /// The field.
        found: String,
    },
    /// The number of CDs is none, or no number, or beyond belief.
    #[error("expected a number of CDs from 1 to {MAX_ITEMS}, found {}", quoted(.found))]
    Items {
        /// The field.
        found: String,
    },
    /// The amount is not one.
    #[error(transparent)]
    Amount(#[from] MoneyError),
    /// The amount lacks digits: every amount of a log has two after the point, so the line was cut.
    #[error("expected an amount with two digits after the point, found {}: the line may have been cut", quoted(.found))]
    CutAmount {
        /// The field.
        found: String,
    },
    /// The amount is below zero.
    #[error("expected an amount of 0.00 or more, found {}", quoted(.found))]
    NegativeAmount {
        /// The field.
        found: String,
    },
    /// The amount is beyond belief.
    #[error("expected an amount of at most {}, found {}", Money::from_cents(MAX_CENTS), quoted(.found))]
    HugeAmount {
        /// The field.
        found: String,
    },
}

/// What is wrong with a line, and in which column.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Fault {
    pub(super) column: usize,
    pub(super) reason: Reason,
}

/// Reads the purchase that stands in `text`, the line of number `line`.
pub(super) fn purchase(layout: Layout, line: usize, text: &str) -> Result<Purchase, Fault> {
    let mut fields = fields(text);
    let mut after = "its beginning";
    let mut next = |expected| {
        let field = fields.next().ok_or_else(|| Fault {
            column: end(text),
            reason: Reason::TooShort { after, expected },
        });
        after = expected;
        field
    };

    let customer = next("the customer")?.read(customer)?;
    if layout == Layout::Sample {
        next("the number in the sample")?.read(number_in_sample)?;
    }
    let date = next("the date")?.read(date)?;
    let items = next("the number of CDs")?.read(items)?;
    let amount = next("the amount")?.read(amount)?;
    match fields.next() {
        None => Ok(Purchase {
            line,
            customer,
            date,
            items,
            amount,
        }),
        Some(extra) => Err(extra.fault(Reason::TooLong {
            found: extra.text.to_owned(),
        })),
    }
}

impl<'a> Field<'a> {
    /// Reads the field, and blames it when it cannot be read.
    fn read<T>(self, reader: impl FnOnce(&'a str) -> Result<T, Reason>) -> Result<T, Fault> {
        reader(self.text).map_err(|reason| self.fault(reason))
    }

    fn fault(self, reason: Reason) -> Fault {
        Fault {
            column: self.column,
            reason,
        }
    }
}

fn customer(text: &str) -> Result<String, Reason> {
    let found = text.to_owned();
    if text.len() <= MAX_CUSTOMER && text.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        Ok(found)
    } else {
        Err(Reason::Customer { found })
    }
}

fn number_in_sample(text: &str) -> Result<(), Reason> {
    if is_digits(text) {
        Ok(())
    } else {
        Err(Reason::NumberInSample {
            found: text.to_owned(),
        })
    }
}

fn date(text: &str) -> Result<Date, Reason> {
    let found = || text.to_owned();
    if text.len() != 8 || !is_digits(text) {
        return Err(Reason::Date { found: found() });
    }
    let (year, rest) = text.split_at(4);
    let (month, day) = rest.split_at(2);
    match (year.parse(), month.parse(), day.parse()) {
        (Ok(year), Ok(month), Ok(day)) => {
            let date =
                Date::new(year, month, day).map_err(|_| Reason::NoSuchDay { found: found() })?;
            match date.to_zoned(TimeZone::UTC) {
                Ok(_) => Ok(date),
                Err(_) => Err(Reason::EndOfTime { found: found() }),
            }
        }
        _ => Err(Reason::Date { found: found() }),
    }
}

fn items(text: &str) -> Result<u32, Reason> {
    let number = if is_digits(text) {
        text.parse().ok()
    } else {
        None
    };
    number
        .filter(|items| (1..=MAX_ITEMS).contains(items))
        .ok_or_else(|| Reason::Items {
            found: text.to_owned(),
        })
}

fn amount(text: &str) -> Result<Money, Reason> {
    let found = || text.to_owned();
    let amount: Money = match text.parse() {
        Err(MoneyError::NotAnAmount { found }) if found.ends_with('.') => {
            return Err(Reason::CutAmount { found });
        }
        parsed => parsed?,
    };
    if text.starts_with('-') {
        return Err(Reason::NegativeAmount { found: found() });
    }
    if text
        .split_once('.')
        .is_none_or(|(_, cents)| cents.len() != 2)
    {
        return Err(Reason::CutAmount { found: found() });
    }
    if amount.cents() > i128::from(MAX_CENTS) {
        return Err(Reason::HugeAmount { found: found() });
    }
    Ok(amount)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    /// Column and message of what is wrong with a line of the sample.
    fn fault(text: &str) -> (usize, String) {
        let fault = purchase(Layout::Sample, 1, text).unwrap_err();
        (fault.column, fault.reason.to_string())
    }

    #[test]
    fn both_layouts_are_read() {
        let expected = Purchase {
            line: 7,
            customer: "00004".to_owned(),
            date: date(1997, 1, 1),
            items: 2,
            amount: Money::from_cents(2933),
        };
        let sample = purchase(Layout::Sample, 7, " 00004 0001 19970101  2   29.33\r");
        assert_eq!(sample, Ok(expected.clone()));
        assert_eq!(
            purchase(Layout::Full, 7, "00004 19970101 2 29.33"),
            Ok(expected)
        );
    }

    #[test]
    fn nothing_paid_is_a_purchase() {
        let free = purchase(Layout::Full, 1, "00004 19970101 1 0.00");
        assert_eq!(free.map(|free| free.amount), Ok(Money::ZERO));
    }

    #[test]
    fn a_cut_line_says_where_it_ends() {
        let whole = " 00004 0001 19970101  2   29.33";
        for (kept, column, reason) in [
            (
                6,
                7,
                "the line ends after the customer, expected the number in the sample",
            ),
            (
                11,
                12,
                "the line ends after the number in the sample, expected the date",
            ),
            (16, 13, "expected a date as YYYYMMDD, found `1997`"),
            (
                20,
                21,
                "the line ends after the date, expected the number of CDs",
            ),
            (
                24,
                24,
                "the line ends after the number of CDs, expected the amount",
            ),
            (
                28,
                27,
                "expected an amount with two digits after the point, found `29`: the line may have been cut",
            ),
            (
                29,
                27,
                "expected an amount with two digits after the point, found `29.`: the line may have been cut",
            ),
            (
                30,
                27,
                "expected an amount with two digits after the point, found `29.3`: the line may have been cut",
            ),
        ] {
            assert_eq!(fault(&whole[..kept]), (column, reason.to_owned()), "{kept}");
        }
        for kept in 0..whole.len() {
            assert!(
                purchase(Layout::Sample, 1, &whole[..kept]).is_err(),
                "{kept}"
            );
        }
    }

    #[test]
    fn more_than_a_purchase_is_refused() {
        assert_eq!(
            fault(" 00004 0001 19970101  2   29.33 x"),
            (
                33,
                "expected the end of the line after the amount, found `x`".to_owned()
            )
        );
    }

    #[test]
    fn a_customer_is_letters_and_digits() {
        assert!(purchase(Layout::Full, 1, "C42 19970101 1 0.00").is_ok());
        assert_eq!(
            fault(" 0-4 0001 19970101 2 29.33"),
            (
                2,
                "expected a customer of 1 to 32 letters and digits, found `0-4`".to_owned()
            )
        );
        assert_eq!(fault("çé 0001 19970101 2 29.33").0, 1);
        assert_eq!(
            fault(&format!("{} 0001 19970101 2 29.33", "9".repeat(33))).0,
            1
        );
    }

    #[test]
    fn a_number_in_the_sample_is_digits() {
        assert_eq!(
            fault("00004 x1 19970101 2 29.33"),
            (
                7,
                "expected the customer's number in the sample, digits only, found `x1`".to_owned()
            )
        );
    }

    #[test]
    fn a_date_must_exist() {
        for (text, exists) in [
            ("19970228", true),
            ("19970229", false),
            ("19970230", false),
            ("19960229", true),
            ("19000229", false),
            ("20000229", true),
            ("19971301", false),
            ("19970001", false),
            ("19970100", false),
            ("99991230", true),
            ("99991231", false),
        ] {
            let line = format!("00004 {text} 1 0.00");
            assert_eq!(purchase(Layout::Full, 1, &line).is_ok(), exists, "{text}");
        }
        assert_eq!(
            fault("00004 0001 19970230 2 29.33"),
            (
                12,
                "expected a day of the calendar as YYYYMMDD, found `19970230`, which does not exist".to_owned()
            )
        );
        assert_eq!(
            fault("00004 0001 99991231 2 29.33"),
            (
                12,
                "expected a day up to 9999-12-30, found `99991231`".to_owned()
            )
        );
        assert_eq!(
            fault("00004 0001 1997-1-1 2 29.33"),
            (
                12,
                "expected a date as YYYYMMDD, found `1997-1-1`".to_owned()
            )
        );
    }

    #[test]
    fn a_purchase_has_some_cds() {
        for found in [
            "0",
            "-1",
            "+1",
            "1.5",
            "10001",
            "99999999999999999999",
            "x",
            "１",
        ] {
            assert_eq!(
                fault(&format!("00004 0001 19970101 {found} 29.33")),
                (
                    21,
                    format!("expected a number of CDs from 1 to 10000, found `{found}`")
                )
            );
        }
        assert!(purchase(Layout::Full, 1, "00004 19970101 10000 0.00").is_ok());
    }

    #[test]
    fn an_amount_is_dollars_and_cents_received() {
        for (found, reason) in [
            (
                "-29.33",
                "expected an amount of 0.00 or more, found `-29.33`",
            ),
            ("-0.00", "expected an amount of 0.00 or more, found `-0.00`"),
            (
                "29.333",
                "expected an amount in whole cents such as 11.77, found `29.333`",
            ),
            ("$29.33", "expected an amount such as 11.77, found `$29.33`"),
            ("1e9", "expected an amount such as 11.77, found `1e9`"),
            (
                "1000000.01",
                "expected an amount of at most 1000000.00, found `1000000.01`",
            ),
        ] {
            let line = format!("00004 0001 19970101 2 {found}");
            assert_eq!(fault(&line), (23, reason.to_owned()));
        }
        assert!(purchase(Layout::Full, 1, "00004 19970101 1 1000000.00").is_ok());
    }
}
