//! The memory store: for tests, examples, and what need not last.

mod chunks;
mod kinds;
mod log;
mod queue;
mod state;
mod sync;
mod table;
mod timers;

use super::{
    Batch, CommandRecord, CommitError, Committed, EventStore, IndexRange, IndexedField, Inline,
    LogPage, LogQuery, QueueQuery, Queued, RowQuery, Snapshot, StoreError, StoredRow, StreamQuery,
    Table, Timer,
};
use crate::log::{
    CommandId, Keeping, Position, RecordedEvent, StoreIdentity, StreamId, Tenant, Timestamp,
};
use state::State;
use std::fmt;
use std::future::{Future, ready};
use std::sync::{Arc, PoisonError, Weak};
use sync::{AtomicUsize, Notify, Ordering, RwLock, RwLockReadGuard};
use uuid::Uuid;

/// A store in memory. It encodes events as durable stores do, so that it answers as they would;
/// [`Memory::typed`] does not.
///
/// A clone is another handle on the same store: what a test opens again after it closed a bus.
///
/// It holds 4 294 967 295 events, if there is memory for them; a batch beyond that is refused with
/// [`CommitError::Exhausted`].
#[derive(Clone)]
pub struct Memory(Arc<Shared>);

struct Shared {
    identity: StoreIdentity,
    keeping: Keeping,
    state: RwLock<State>,
    /// Tells whoever waits that the log has grown.
    growth: Notify,
    /// How many wait.
    waiting: AtomicUsize,
}

impl Memory {
    /// An empty store that keeps encoded events.
    pub fn new() -> Self {
        Self::keeping(Keeping::Encoded, Position::ZERO)
    }

    /// An empty store that keeps the typed events themselves: faster, and blind to whatever is
    /// wrong with their encoding, an id in a field that can name nothing among it.
    pub fn typed() -> Self {
        Self::keeping(Keeping::Typed, Position::ZERO)
    }

    /// An empty store that keeps encoded events and whose first one comes right after `position`:
    /// positions are not counts of events, and a test that begins elsewhere than at 1 shows who
    /// takes them for that.
    pub fn beginning_after(position: Position) -> Self {
        Self::keeping(Keeping::Encoded, position)
    }

    fn keeping(keeping: Keeping, base: Position) -> Self {
        Self(Arc::new(Shared {
            identity: StoreIdentity {
                id: Uuid::now_v7(),
                epoch: 0,
            },
            keeping,
            state: RwLock::new(State::beginning_after(base)),
            growth: Notify::new(),
            waiting: AtomicUsize::new(0),
        }))
    }

    /// Reads the state. A panic elsewhere cannot have left it half changed: a batch is judged
    /// whole before it is kept.
    fn state(&self) -> RwLockReadGuard<'_, State> {
        self.0.state.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn commit_now(&self, mut batch: Batch) -> Result<Committed, CommitError> {
        batch.prepare()?;
        let mut state = self.0.state.write().unwrap_or_else(PoisonError::into_inner);
        let before = state.head();
        let committed = state.commit(&mut batch);
        let grown = state.head() > before;
        drop(state);
        if grown && self.0.waiting.load(Ordering::SeqCst) != 0 {
            self.0.growth.notify_waiters();
        }
        committed
    }
}

impl Default for Memory {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Memory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "Memory({}, head {})",
            self.0.identity,
            self.state().head()
        )
    }
}

/// One that waits for the log to grow.
///
/// It is counted before it looks at the state, and a commit looks for it after it has changed the
/// state; both hold the state's lock in between, so one of them sees the other.
struct Waiting<'a>(&'a AtomicUsize);

impl<'a> Waiting<'a> {
    fn on(waiting: &'a AtomicUsize) -> Self {
        waiting.fetch_add(1, Ordering::SeqCst);
        Self(waiting)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

impl EventStore for Memory {
    fn keeping(&self) -> Keeping {
        self.0.keeping
    }

    fn commit(
        &self,
        batch: Batch,
    ) -> impl Future<Output = Result<Committed, CommitError>> + Send + use<> {
        ready(self.commit_now(batch))
    }

    async fn stream(&self, query: StreamQuery) -> Result<Vec<RecordedEvent>, StoreError> {
        Ok(self.state().stream(&query))
    }

    async fn snapshot(&self, stream: &StreamId) -> Result<Option<Snapshot>, StoreError> {
        Ok(self.state().snapshot(stream))
    }

    async fn log(&self, query: LogQuery) -> Result<LogPage, StoreError> {
        Ok(self.state().log(&query))
    }

    async fn head(&self) -> Result<Position, StoreError> {
        Ok(self.state().head())
    }

    async fn grown(&self, position: Position) -> Result<(), StoreError> {
        let _waiting = Waiting::on(&self.0.waiting);
        loop {
            let growth = self.0.growth.notified();
            tokio::pin!(growth);
            growth.as_mut().enable(); // before the look, so that no growth falls in between
            if self.state().head() > position {
                return Ok(());
            }
            growth.await;
        }
    }

    async fn command(
        &self,
        tenant: &Tenant,
        id: CommandId,
    ) -> Result<Option<CommandRecord>, StoreError> {
        Ok(self.state().command(tenant, id))
    }

    async fn rows_of(
        &self,
        table: &Table,
        keys: &[String],
    ) -> Result<Vec<Option<StoredRow>>, StoreError> {
        Ok(self.state().rows_of(table, keys))
    }

    async fn rows(&self, query: RowQuery) -> Result<Vec<StoredRow>, StoreError> {
        Ok(self.state().rows(&query))
    }

    async fn count(&self, table: &Table, within: &[IndexRange]) -> Result<u64, StoreError> {
        Ok(self.state().count(table, within))
    }

    async fn checkpoint(&self, table: &Table) -> Result<Position, StoreError> {
        Ok(self.state().checkpoint(table))
    }

    async fn declare_fields(
        &self,
        table: &Table,
        fields: &[IndexedField],
    ) -> Result<(), StoreError> {
        let mut state = self.0.state.write().unwrap_or_else(PoisonError::into_inner);
        state.declare_fields(table, fields);
        Ok(())
    }

    async fn queued(&self, query: QueueQuery) -> Result<Vec<Queued>, StoreError> {
        Ok(self.state().queued(&query))
    }

    async fn timers_due(&self, at: Timestamp, limit: usize) -> Result<Vec<Timer>, StoreError> {
        Ok(self.state().timers_due(at, limit))
    }

    fn fold_within(&self, inline: Weak<dyn Inline>) -> bool {
        let mut state = self.0.state.write().unwrap_or_else(PoisonError::into_inner);
        state.fold_within(inline);
        true
    }

    fn identity(&self) -> StoreIdentity {
        self.0.identity
    }
}

#[cfg(all(test, not(shuttle)))]
mod tests {
    use super::*;
    use std::task::{Context, Waker};

    #[test]
    fn who_gives_up_waiting_is_counted_no_more() {
        let store = Memory::new();
        let counted = || store.0.waiting.load(Ordering::SeqCst);
        let mut waiting = Box::pin(store.grown(Position::ZERO));
        let polled = waiting
            .as_mut()
            .poll(&mut Context::from_waker(Waker::noop()));
        assert!(polled.is_pending());
        assert_eq!(counted(), 1);
        drop(waiting);
        assert_eq!(counted(), 0);
    }
}
