//! The import: every purchase of a log becomes an order.

use crate::domain::{CustomerError, CustomerId, PlaceOrder, RegisterCustomer};
use crate::purchases::{BadLine, Log, Purchase};
use cqrs_core::prelude::*;
use cqrs_core::store::EventStore;
use jiff::tz::TimeZone;
use std::collections::HashSet;

/// What is done with a line that is no purchase.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BadLines {
    /// The import stops before it.
    Stop,
    /// It is reported and passed over.
    Skip,
}

/// What an import came to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Imported {
    /// How many purchases are recorded.
    pub purchases: usize,
    /// How many bad lines were passed over.
    pub skipped: usize,
    /// Where the last order stands.
    pub last: Option<Receipt>,
}

/// What an import reports while it runs.
pub trait Watch {
    /// One more purchase is recorded.
    fn recorded(&mut self);
    /// A line was passed over.
    fn skipped(&mut self, line: &BadLine);
}

/// Why an import stopped. What it had recorded stays.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ImportError {
    /// A line is no purchase.
    #[error("{line}")]
    BadLine {
        /// The line, and what is wrong with it.
        line: BadLine,
        /// What was imported before it.
        before: Imported,
    },
    /// A customer could not be registered.
    #[error("{file}:{line}: customer {customer} is not registered")]
    Register {
        /// The file.
        file: String,
        /// The line, from 1.
        line: usize,
        /// The customer.
        customer: CustomerId,
        /// Why.
        source: Box<DispatchError<CustomerError>>,
    },
    /// An order was not recorded.
    #[error("{file}:{line}: the order is not recorded")]
    Order {
        /// The file.
        file: String,
        /// The line, from 1.
        line: usize,
        /// Why.
        source: Box<DispatchError<CustomerError>>,
    },
}

/// Imports all purchases of `log`, in its order.
///
/// Each command's id is made from the file's digest and the line's number: the same file imported
/// again changes nothing, and two lines that read alike are two purchases.
///
/// # Errors
/// [`ImportError`]: at the first bad line, unless they are to be skipped, and at the first command
/// that is refused.
pub async fn import<S: EventStore>(
    bus: &Bus<S>,
    log: &Log,
    bad_lines: BadLines,
    watch: &mut impl Watch,
) -> Result<Imported, ImportError> {
    let mut imported = Imported::default();
    let mut known = HashSet::new();
    for line in log.lines() {
        let purchase = match line {
            Ok(purchase) => purchase,
            Err(line) if bad_lines == BadLines::Skip => {
                watch.skipped(&line);
                imported.skipped += 1;
                continue;
            }
            Err(line) => {
                return Err(ImportError::BadLine {
                    line,
                    before: imported,
                });
            }
        };
        if !known.contains(&purchase.customer) {
            register(bus, log, &purchase).await?;
            known.insert(purchase.customer.clone());
        }
        imported.last = Some(order(bus, log, &purchase).await?);
        imported.purchases += 1;
        watch.recorded();
    }
    Ok(imported)
}

async fn register<S: EventStore>(
    bus: &Bus<S>,
    log: &Log,
    purchase: &Purchase,
) -> Result<(), ImportError> {
    let customer = CustomerId::from(purchase.customer.as_str());
    let registered = bus
        .dispatch(RegisterCustomer {
            customer: customer.clone(),
        })
        .id(CommandId::from(log.id_of(purchase.line)).step("register"))
        .occurred_at(day_start(purchase))
        .await;
    match registered {
        Ok(_) | Err(DispatchError::Rejected(CustomerError::AlreadyRegistered)) => Ok(()),
        Err(source) => Err(ImportError::Register {
            file: log.file().to_owned(),
            line: purchase.line,
            customer,
            source: Box::new(source),
        }),
    }
}

async fn order<S: EventStore>(
    bus: &Bus<S>,
    log: &Log,
    purchase: &Purchase,
) -> Result<Receipt, ImportError> {
    bus.dispatch(PlaceOrder {
        customer: CustomerId::from(purchase.customer.as_str()),
        items: purchase.items,
        amount: purchase.amount,
    })
    .id(log.id_of(purchase.line))
    .occurred_at(day_start(purchase))
    .await
    .map_err(|source| ImportError::Order {
        file: log.file().to_owned(),
        line: purchase.line,
        source: Box::new(source),
    })
}

/// When a purchase counts as made: the log knows the day only.
fn day_start(purchase: &Purchase) -> Timestamp {
    purchase
        .date
        .to_zoned(TimeZone::UTC)
        .map_or(Timestamp::MIN, |midnight| midnight.timestamp())
}
