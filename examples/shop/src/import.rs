//! The import: every purchase of a log becomes an order.

use crate::domain::{CustomerError, CustomerId, PlaceOrder, RegisterCustomer};
use crate::purchases::{BadLine, Log, Purchase};
use cqrs_core::prelude::*;
use cqrs_core::store::EventStore;
use jiff::tz::TimeZone;
use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;
use tokio::sync::mpsc;

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
    /// How many of them had been recorded by an import before.
    pub already: usize,
    /// How many bad lines were passed over.
    pub skipped: usize,
    /// Where the last order stands.
    pub last: Option<Receipt>,
}

/// What an import reports while it runs.
pub trait Watch {
    /// One more purchase is recorded, or was so before.
    fn recorded(&mut self, before: bool);
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

/// How many orders are on their way at once. Those of one customer follow one another.
const LANES: usize = 64;

/// How many purchases wait in a lane.
const WAITING: usize = 16;

/// Imports all purchases of `log`. Those of one customer are recorded in its order.
///
/// Each command's id is made from the file's digest and the line's number: the same file imported
/// again changes nothing, wherever the import before was broken off, and two lines that read alike
/// are two purchases.
///
/// # Errors
/// [`ImportError`]: at the first bad line, unless they are to be skipped, and at the first command
/// that is refused. All that was under way is recorded by then.
pub async fn import<S: EventStore>(
    bus: &Bus<S>,
    log: &Log,
    bad_lines: BadLines,
    watch: &mut impl Watch,
) -> Result<Imported, ImportError> {
    let log = Arc::new(log.clone());
    let (done, mut results) = mpsc::unbounded_channel();
    let lanes: Vec<mpsc::Sender<Purchase>> = (0..LANES)
        .map(|_| {
            let (lane, purchases) = mpsc::channel(WAITING);
            tokio::spawn(run_lane(
                bus.clone(),
                Arc::clone(&log),
                purchases,
                done.clone(),
            ));
            lane
        })
        .collect();
    drop(done); // so that the results end with the lanes
    let mut import = Import::default();
    let mut stopped = None;
    for line in log.lines() {
        match line {
            Ok(purchase) => {
                let mut hasher = DefaultHasher::new();
                purchase.customer.hash(&mut hasher);
                let lane = usize::try_from(hasher.finish() % LANES as u64).unwrap_or_default();
                if lanes[lane].send(purchase).await.is_err() {
                    break; // its last result says why
                }
            }
            Err(line) if bad_lines == BadLines::Skip => {
                watch.skipped(&line);
                import.imported.skipped += 1;
            }
            Err(line) => {
                stopped = Some(line);
                break;
            }
        }
        while let Ok(result) = results.try_recv() {
            import.take(result, watch);
        }
        if import.failed.is_some() {
            break;
        }
    }
    drop(lanes);
    while let Some(result) = results.recv().await {
        import.take(result, watch);
    }
    let before = import.imported;
    match (import.failed, stopped) {
        (Some((_, error)), _) => Err(error),
        (None, Some(line)) => Err(ImportError::BadLine { line, before }),
        (None, None) => Ok(before),
    }
}

/// What became of the purchase in a line.
type Recorded = Result<Receipt, (usize, ImportError)>;

/// An import on its way.
#[derive(Default)]
struct Import {
    imported: Imported,
    /// The first line whose commands were refused.
    failed: Option<(usize, ImportError)>,
}

impl Import {
    fn take(&mut self, result: Recorded, watch: &mut impl Watch) {
        match result {
            Ok(receipt) => {
                let imported = &mut self.imported;
                imported.purchases += 1;
                imported.already += usize::from(receipt.repeated);
                let further = |last: &Receipt| last.position > receipt.position;
                if !imported.last.as_ref().is_some_and(further) {
                    imported.last = Some(receipt);
                }
                watch.recorded(receipt.repeated);
            }
            Err(failed) => {
                if self
                    .failed
                    .as_ref()
                    .is_none_or(|(line, _)| failed.0 < *line)
                {
                    self.failed = Some(failed);
                }
            }
        }
    }
}

/// Records the purchases that come, one after the other, up to one that is refused.
async fn run_lane<S: EventStore>(
    bus: Bus<S>,
    log: Arc<Log>,
    mut purchases: mpsc::Receiver<Purchase>,
    done: mpsc::UnboundedSender<Recorded>,
) {
    let mut known = HashSet::new();
    while let Some(purchase) = purchases.recv().await {
        let recorded = record(&bus, &log, &purchase, &mut known).await;
        let refused = recorded.is_err();
        let told = done.send(recorded.map_err(|error| (purchase.line, error)));
        if refused || told.is_err() {
            return;
        }
    }
}

async fn record<S: EventStore>(
    bus: &Bus<S>,
    log: &Log,
    purchase: &Purchase,
    known: &mut HashSet<String>,
) -> Result<Receipt, ImportError> {
    if !known.contains(&purchase.customer) {
        register(bus, log, purchase).await?;
        known.insert(purchase.customer.clone());
    }
    order(bus, log, purchase).await
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
        .map_or(Timestamp::MAX, |midnight| midnight.timestamp()) // a log has no such day
}
