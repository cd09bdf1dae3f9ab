//! What the benches share: the account, and how a figure is told.

use cqrs_core::prelude::*;
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;
use std::time::{Duration, Instant};

/// What may be asked of an account.
#[commands("account", account: u64)]
pub enum AccountCommand {
    /// Opens it.
    Open { owner: String },
    /// Adds to it.
    Deposit { amount: u64 },
}

/// What happens to an account.
#[events("account")]
pub enum AccountEvent {
    /// It was opened.
    Opened { owner: String },
    /// Money came.
    Deposited { amount: u64, balance: u64 },
}

/// Why an account refuses.
#[derive(Debug, PartialEq, Eq)]
pub enum AccountError {
    /// It is open.
    AlreadyOpen,
    /// It is not open.
    NotOpen,
}

/// An account.
#[derive(Aggregate, Debug, Default, Clone)]
#[aggregate("account", id = u64)]
pub struct Account {
    /// Whether it is open.
    pub open: bool,
    /// What it holds.
    pub balance: u64,
}

#[handle]
impl Account {
    fn open(&self, command: &Open) -> Result<Opened, AccountError> {
        ensure!(!self.open, AccountError::AlreadyOpen);
        Ok(Opened {
            owner: command.owner.clone(),
        })
    }

    fn deposit(&self, command: &Deposit) -> Result<Deposited, AccountError> {
        ensure!(self.open, AccountError::NotOpen);
        Ok(Deposited {
            amount: command.amount,
            balance: self.balance + command.amount,
        })
    }
}

#[apply]
impl Account {
    fn opened(&mut self, _: &Opened) {
        self.open = true;
    }

    fn deposited(&mut self, event: &Deposited) {
        self.balance = event.balance;
    }
}

/// One way to do the work: how long `operations` took, and how much they allocated.
#[derive(Debug, Clone, Copy)]
pub struct Measured {
    /// How many were done.
    pub operations: u64,
    /// In which time.
    pub time: Duration,
    /// With how many allocations.
    pub allocations: u64,
}

impl Measured {
    /// Nanoseconds an operation.
    #[allow(clippy::cast_precision_loss, reason = "figures for people")]
    pub fn nanoseconds(&self) -> f64 {
        self.time.as_nanos() as f64 / self.operations as f64
    }

    /// Allocations an operation.
    #[allow(clippy::cast_precision_loss, reason = "figures for people")]
    pub fn allocations_each(&self) -> f64 {
        self.allocations as f64 / self.operations as f64
    }
}

/// Measures `work`, which does so many operations.
pub fn measure(operations: u64, work: impl FnOnce()) -> Measured {
    let mut time = Duration::ZERO;
    let counted = allocation_counter::measure(|| {
        let start = Instant::now();
        work();
        time = start.elapsed();
    });
    Measured {
        operations,
        time,
        allocations: counted.count_total,
    }
}

/// Measures the polls of `work`, which does so many operations: not what waits between them.
pub async fn measure_future(operations: u64, work: impl Future<Output = ()>) -> Measured {
    let mut sum = Measured {
        operations,
        time: Duration::ZERO,
        allocations: 0,
    };
    let mut work = pin!(work);
    poll_fn(|context| {
        let mut polled = Poll::Pending;
        let part = measure(operations, || polled = work.as_mut().poll(context));
        sum.time += part.time;
        sum.allocations += part.allocations;
        polled
    })
    .await;
    sum
}

/// The middle one of some figures.
pub fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures.get(figures.len() / 2).copied().unwrap_or(f64::NAN)
}
