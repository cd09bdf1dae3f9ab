//! The log, followed by whoever wants to see its events.

use super::Bus;
use crate::aggregate::Resources;
use crate::log::{LogFilter, Position, RecordedEvent};
use crate::store::{EventStore, LogQuery, StoreError};
use std::collections::VecDeque;
use std::sync::Arc;

/// How many events are read ahead.
const AHEAD: usize = 256;

impl<S: EventStore, R: Resources> Bus<S, R> {
    /// Follows the log: the events that the filter takes, from the beginning, or from wherever
    /// [`after`](Subscription::after) says; first those that are there, then each as it comes.
    ///
    /// Events come in the order of the log, none twice, none left out. They are read as they are
    /// asked for, a page ahead: a slow reader holds nobody up, and nothing piles up for it.
    ///
    /// ```standalone_crate
    /// # use cqrs_core::prelude::*;
    /// # #[commands("account", account: String)]
    /// # pub enum AccountCommand { Deposit { amount: u64 } }
    /// # #[events("account")]
    /// # pub enum AccountEvent { Deposited { amount: u64 } }
    /// # #[derive(Aggregate, Default)]
    /// # #[aggregate("account", id = String)]
    /// # pub struct Account;
    /// # #[handle]
    /// # impl Account {
    /// #     fn deposit(&self, command: &Deposit) -> Deposited { Deposited { amount: command.amount } }
    /// # }
    /// # #[apply]
    /// # impl Account { fn deposited(&mut self, _: &Deposited) {} }
    /// use cqrs_core::log::LogFilter;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let bus = Bus::open(Memory::new()).await?;
    /// # bus.dispatch(Deposit { account: "a".into(), amount: 7 }).await?;
    /// let mut deposits = bus.subscribe(LogFilter::names(["account.deposited"]));
    /// let event = deposits.next().await?;
    /// println!("{} at {}", event.decode::<Deposited>()?.amount, event.recorded().recorded_at);
    /// # assert_eq!(deposits.position(), event.recorded().position);
    /// # Ok(())
    /// # }
    /// ```
    pub fn subscribe(&self, filter: LogFilter) -> Subscription<S> {
        Subscription {
            store: Arc::clone(&self.store),
            filter,
            ahead: VecDeque::new(),
            read: Position::ZERO,
            given: Position::ZERO,
        }
    }
}

/// A place in the log, going on: [`next`](Self::next) gives the next event.
#[derive(Debug)]
#[must_use = "nothing is read until `next` is called"]
pub struct Subscription<S> {
    store: Arc<S>,
    filter: LogFilter,
    ahead: VecDeque<RecordedEvent>,
    /// Up to here the log is read.
    read: Position,
    /// Up to here it is given out.
    given: Position,
}

impl<S: EventStore> Subscription<S> {
    /// Only events after this position: where an earlier subscription [stood](Self::position).
    pub fn after(mut self, position: Position) -> Self {
        self.ahead.clear();
        self.read = position;
        self.given = position;
        self
    }

    /// The next event; waits for it, if it is not there yet. A call that is cancelled loses none.
    ///
    /// # Errors
    /// When the store cannot be read. The subscription stands where it stood: ask again.
    pub async fn next(&mut self) -> Result<RecordedEvent, StoreError> {
        loop {
            if let Some(event) = self.ahead.pop_front() {
                self.given = event.recorded().position;
                return Ok(event);
            }
            self.store.grown(self.read).await?;
            let query = LogQuery {
                after: self.read,
                through: None,
                filter: self.filter.clone(),
                limit: AHEAD,
            };
            let page = self.store.log(query).await?;
            self.given = self.read;
            self.read = page.through;
            self.ahead = page.events.into();
        }
    }

    /// Up to where everything that the filter takes was given out: to go on from after a restart.
    pub fn position(&self) -> Position {
        if self.ahead.is_empty() {
            return self.read;
        }
        self.given
    }
}
