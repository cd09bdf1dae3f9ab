//! Clients that send commands until the time is over.

use crate::{Attempt, Bank, Error, Failure, Line, Work};
use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use tokio::task::JoinSet;

/// How many deposits an account gets before its client takes the next one.
pub const DEPOSITS: u64 = 10;

/// Whose accounts they are.
#[derive(Clone, Copy)]
pub(crate) enum Accounts {
    /// Each client opens an account, deposits, and takes the next one.
    Own,
    /// All deposit 1 to the same one.
    One,
}

/// What a client did.
#[derive(Default)]
struct Done {
    latencies: Vec<Duration>,
    /// How many times commands were decided, those that were not accepted in time too.
    tries: u64,
    /// The account that it had last, and what that is to hold by its commands.
    account: u64,
    balance: u64,
}

/// Warms up for a quarter of the time, measures, and compares what is held with what was acknowledged.
pub(crate) async fn measure<B: Bank>(
    bank: &Arc<B>,
    accounts: Accounts,
    work: &Work,
) -> Result<Line, Error> {
    let numbers = Arc::new(AtomicU64::new(1));
    round(bank, accounts, &numbers, work.clients, work.time / 4).await?;
    let begun = Instant::now();
    let done = round(bank, accounts, &numbers, work.clients, work.time).await?;
    let time = begun.elapsed();
    holds(&**bank, accounts, &done).await?;

    let tries = done.iter().map(|it| it.tries).sum();
    let latencies = done.into_iter().flat_map(|it| it.latencies).collect();
    Ok(Line::of_commands::<B>(work, latencies, tries, time))
}

async fn round<B: Bank>(
    bank: &Arc<B>,
    accounts: Accounts,
    numbers: &Arc<AtomicU64>,
    clients: usize,
    time: Duration,
) -> Result<Vec<Done>, Error> {
    let until = Instant::now() + time;
    let mut tasks = JoinSet::new();
    let shared = numbers.fetch_add(1, Ordering::Relaxed);
    if let Accounts::One = accounts {
        let mut opened = Done::default();
        opened.send(until, || bank.begin(shared)).await?;
    }
    for _ in 0..clients {
        let bank = Arc::clone(bank);
        match accounts {
            Accounts::Own => tasks.spawn(own(bank, Arc::clone(numbers), until)),
            Accounts::One => tasks.spawn(one(bank, shared, until)),
        };
    }
    let mut done = Vec::new();
    while let Some(client) = tasks.join_next().await {
        done.push(client??);
    }
    Ok(done)
}

async fn own<B: Bank>(
    bank: Arc<B>,
    numbers: Arc<AtomicU64>,
    until: Instant,
) -> Result<Done, Error> {
    let mut done = Done::default();
    loop {
        let account = numbers.fetch_add(1, Ordering::Relaxed);
        if !done.send(until, || bank.begin(account)).await? {
            return Ok(done);
        }
        (done.account, done.balance) = (account, 0);
        for amount in 1..=DEPOSITS {
            if !done.send(until, || bank.deposit(account, amount)).await? {
                return Ok(done);
            }
            done.balance += amount;
        }
    }
}

async fn one<B: Bank>(bank: Arc<B>, account: u64, until: Instant) -> Result<Done, Error> {
    let mut done = Done {
        account,
        ..Done::default()
    };
    while done.send(until, || bank.deposit(account, 1)).await? {
        done.balance += 1;
    }
    Ok(done)
}

impl Done {
    /// Sends a command until it is accepted, or the time is over: then false.
    async fn send<F>(&mut self, until: Instant, attempt: impl Fn() -> F) -> Result<bool, Error>
    where
        F: Future<Output = Attempt>,
    {
        let sent = Instant::now();
        while Instant::now() < until {
            match attempt().await {
                Ok(tries) => {
                    self.tries += tries;
                    self.latencies.push(sent.elapsed());
                    return Ok(true);
                }
                Err(Failure::Conflict(tries)) => {
                    self.tries += tries;
                    tokio::task::yield_now().await;
                }
                Err(Failure::Other(error)) => return Err(error),
            }
        }
        Ok(false)
    }
}

/// Nobody is faster by losing what it acknowledged.
async fn holds<B: Bank>(bank: &B, accounts: Accounts, done: &[Done]) -> Result<(), Error> {
    let expected: Vec<(u64, u64)> = match accounts {
        Accounts::Own => done.iter().map(|it| (it.account, it.balance)).collect(),
        Accounts::One => {
            let sum = done.iter().map(|it| it.balance).sum();
            done.iter().map(|it| (it.account, sum)).take(1).collect()
        }
    };
    for (account, balance) in expected.into_iter().filter(|(account, _)| *account > 0) {
        let held = bank.load(account).await?;
        if held != balance {
            let wrong = format!("account {account} holds {held}, {balance} was acknowledged");
            return Err(wrong.into());
        }
    }
    Ok(())
}
