//! The answer to a query, again and again.

use super::{Bus, Follows, ReadOptions, Source};
use crate::aggregate::Resources;
use crate::message::Answered;
use crate::projection::{QueryError, ReadError, ReadModel};
use crate::store::EventStore;
use std::fmt;
use std::future::poll_fn;
use std::task::Poll;
use tokio::sync::watch::Receiver;

impl<S: EventStore, R: Resources> Bus<S, R> {
    /// Asks `query` now, and again whenever rows that it reads have changed: a live view.
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
    /// # #[derive(Projection, Default, Serialize, Deserialize)]
    /// # pub struct Holdings { total: u64 }
    /// # #[project]
    /// # impl Holdings { fn deposited(&mut self, event: &Deposited) { self.total += event.amount } }
    /// # #[derive(Query)]
    /// # pub struct Total;
    /// # #[answer]
    /// # impl Holdings { fn total(&self, _: &Total) -> u64 { self.total } }
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let bus = Bus::open(Memory::new()).await?;
    /// let mut total = bus.watch(Total)?;
    /// assert_eq!(total.next().await?, 0);
    ///
    /// bus.dispatch(Deposit { account: "a".into(), amount: 7 }).await?;
    /// assert_eq!(total.next().await?, 7); // as soon as the projection shows it
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`ReadError::NotRunning`] when the projection does not run on this bus, which alone would
    /// tell that its rows have changed.
    pub fn watch<Q>(&self, query: Q) -> Result<Watch<Q, S, R>, ReadError>
    where
        Q: Answered<R, By: ReadModel<Source: Follows>>,
    {
        let reads = <<Q::By as ReadModel>::Source as Source>::READS;
        let changes = reads
            .iter()
            .map(|projection| self.core.engine.changes(projection))
            .collect::<Result<_, _>>()?;
        Ok(Watch {
            bus: self.clone(),
            query,
            changes,
            due: true,
        })
    }
}

/// A query that is asked again whenever its rows have changed.
///
/// Whoever asks slowly sees the last answer, not every one: nothing piles up.
#[must_use = "nothing is asked until `next` is called"]
pub struct Watch<Q, S, R = ()> {
    bus: Bus<S, R>,
    query: Q,
    changes: Vec<Receiver<u64>>,
    /// Whether rows have changed since the last answer.
    due: bool,
}

impl<Q, S, R> Watch<Q, S, R>
where
    Q: Answered<R, By: ReadModel<Source: Follows>>,
    S: EventStore,
    R: Resources,
{
    /// The answer: at once the first time, then when rows have changed since the last one. A call
    /// that is cancelled loses nothing.
    ///
    /// # Errors
    /// As [`Bus::query`]; [`ReadError::Stopped`] once the projection has stopped, and
    /// [`ReadError::Closed`] when the bus is closed.
    pub async fn next(&mut self) -> Result<Q::Value, QueryError<Q::Error>> {
        while !self.due {
            self.changed().await?;
        }
        for changes in &mut self.changes {
            changes.mark_unchanged();
        }
        let options = ReadOptions::default();
        let source = self.bus.opened(options).await?;
        let answer = self.query.answer(&source, &self.bus.resources).await;
        self.due = false;
        answer
    }

    /// The next answer that is another one than `than`.
    ///
    /// # Errors
    /// As [`next`](Self::next).
    pub async fn next_other(&mut self, than: &Q::Value) -> Result<Q::Value, QueryError<Q::Error>>
    where
        Q::Value: PartialEq,
    {
        loop {
            let answer = self.next().await?;
            if answer != *than {
                return Ok(answer);
            }
        }
    }

    /// Waits until rows of one of the projections have changed.
    async fn changed(&mut self) -> Result<(), ReadError> {
        let changes = self.changes.iter_mut();
        let mut each: Vec<_> = changes.map(|changes| Box::pin(changes.changed())).collect();
        let any = poll_fn(|context| {
            let polled = each.iter_mut().map(|one| one.as_mut().poll(context));
            polled.fold(
                Poll::Pending,
                |any, one| {
                    if any.is_ready() { any } else { one }
                },
            )
        });
        any.await.map_err(|_| ReadError::Closed)?;
        drop(each);
        self.due = true;
        Ok(())
    }
}

impl<Q, S, R> fmt::Debug for Watch<Q, S, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Watch<{}>", std::any::type_name::<Q>())
    }
}
