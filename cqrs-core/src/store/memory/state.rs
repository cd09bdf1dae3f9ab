use super::log::{Entry, Found, MemoryLog};
use super::queue::MemoryQueue;
use super::table::MemoryTable;
use super::timers::MemoryTimers;
use crate::log::{
    CommandId, EventId, Name, Position, RecordedEvent, StreamId, Tenant, Timestamp, Version, now,
};
use crate::store::{
    Batch, CommandRecord, CommitError, Committed, Expect, IndexRange, IndexedField, Inline,
    LogPage, LogQuery, NewSnapshot, QueueQuery, Queued, RowQuery, Snapshot, StoreError, StoredRow,
    StreamQuery, Table, Timer, Within,
};
use foldhash::HashMap;
use std::sync::Weak;

/// All that the memory store keeps.
#[derive(Debug, Default)]
pub(super) struct State {
    log: MemoryLog,
    commands: HashMap<(Tenant, CommandId), CommandRecord>,
    snapshots: HashMap<StreamId, Snapshot>,
    tables: HashMap<Table, MemoryTable>,
    checkpoints: HashMap<Table, Position>,
    queues: HashMap<Name, MemoryQueue>,
    timers: MemoryTimers,
    /// What is folded within commits.
    inlines: Vec<Weak<dyn Inline>>,
}

impl State {
    /// The state of an empty store whose first event comes right after `base`.
    pub(super) fn beginning_after(base: Position) -> Self {
        Self {
            log: MemoryLog::beginning_after(base),
            ..Self::default()
        }
    }

    pub(super) fn head(&self) -> Position {
        self.log.head()
    }

    /// Judges the whole batch, then keeps the whole batch: nothing can fail in between.
    pub(super) fn commit(&mut self, batch: &mut Batch) -> Result<Committed, CommitError> {
        if let Some(before) = self.committed_before(batch)? {
            return Ok(before);
        }
        if let Some(work) = batch.tables.first() {
            return Err(work.failed(None, "the store in memory lends no transactions"));
        }
        let first = self.judge(batch)?;
        let before = self.head();
        let committed = self.keep(batch, first);
        if !self.inlines.is_empty() && self.head() > before {
            self.fold_inlines();
        }
        Ok(committed)
    }

    pub(super) fn fold_within(&mut self, inline: Weak<dyn Inline>) {
        self.inlines.push(inline);
    }

    fn fold_inlines(&mut self) {
        let mut inlines = std::mem::take(&mut self.inlines);
        inlines.retain(|inline| {
            let Some(inline) = inline.upgrade() else {
                return false;
            };
            // what is read here cannot fail
            if let Ok(mut batch) = inline.fold(&mut Now(self)) {
                self.keep_others(&mut batch);
            }
            true
        });
        self.inlines = inlines;
    }

    fn committed_before(&self, batch: &Batch) -> Result<Option<Committed>, CommitError> {
        let Some(key) = &batch.command else {
            return Ok(None);
        };
        match self.command(&key.tenant, key.id) {
            None => Ok(None),
            Some(record) if record.fingerprint == key.fingerprint => {
                Ok(Some(Committed::new(record.version, record.position, true)))
            }
            Some(_) => Err(CommitError::CommandIdReused { id: key.id }),
        }
    }

    /// Judges the batch, and answers with the stream of its first append, which mostly is the only one.
    fn judge(&self, batch: &Batch) -> Result<Option<Found>, CommitError> {
        let mut room = self.log.room();
        let mut first = None;
        for append in &batch.appends {
            let found = self.log.find(&append.stream);
            let actual = self.log.version(found);
            if let Some(expected) = append.expect.version()
                && expected != actual
            {
                return Err(CommitError::Conflict {
                    stream: append.stream.clone(),
                    expected,
                    actual,
                });
            }
            if let Expect::Event { version, id } = append.expect
                && self.log.last(found) != Some(id)
            {
                return Err(CommitError::OtherEvent {
                    stream: append.stream.clone(),
                    version,
                });
            }
            // no stream has more events than there are positions, so its versions last as long
            room = room
                .checked_sub(append.events.len() as u64)
                .ok_or_else(|| CommitError::Exhausted {
                    stream: append.stream.clone(),
                })?;
            first.get_or_insert(found);
        }
        for guard in &batch.guards {
            if let Some(event) = self
                .log
                .between(guard.after, self.head(), &guard.filter)
                .next()
            {
                return Err(CommitError::Guarded {
                    at: event.position(),
                });
            }
        }
        for checkpoint in &batch.checkpoints {
            let actual = self.checkpoint(&checkpoint.table);
            if actual != checkpoint.from {
                return Err(CommitError::CheckpointMoved {
                    table: checkpoint.table.clone(),
                    expected: checkpoint.from,
                    actual,
                });
            }
        }
        for cancel in &batch.cancels {
            if cancel.seen.is_some() && cancel.seen != self.timers.place(&cancel.owner, &cancel.id)
            {
                return Err(CommitError::TimerChanged {
                    owner: cancel.owner.clone(),
                    id: cancel.id.clone(),
                });
            }
        }
        Ok(first)
    }

    fn keep(&mut self, batch: &mut Batch, mut found: Option<Found>) -> Committed {
        let recorded_at = self.clock();
        let mut first = None;
        for append in &mut batch.appends {
            let stream = found
                .take()
                .unwrap_or_else(|| self.log.find(&append.stream));
            let last = match append.snapshot {
                None => None,
                Some(_) => append.events.last().map(|event| event.id),
            };
            let version = self.log.append(stream, append, recorded_at);
            if let Some(last) = last
                && let Some(snapshot) = append.snapshot.take()
            {
                self.keep_snapshot(append.stream.clone(), version, last, *snapshot);
            }
            first.get_or_insert(version);
        }
        if !batch.only_appends() {
            self.keep_others(batch);
        }
        let committed = Committed::new(first.unwrap_or_default(), self.head(), false);
        if let Some(key) = batch.command.take() {
            self.commands.insert(
                (key.tenant, key.id),
                CommandRecord {
                    fingerprint: key.fingerprint,
                    version: committed.version,
                    position: committed.position,
                },
            );
        }
        committed
    }

    #[cold]
    fn keep_snapshot(
        &mut self,
        of: StreamId,
        version: Version,
        event: EventId,
        snapshot: NewSnapshot,
    ) {
        let NewSnapshot {
            fingerprint,
            checksum,
            data,
        } = snapshot;
        let snapshot = Snapshot {
            version,
            event,
            fingerprint,
            checksum,
            data,
        };
        self.snapshots.insert(of, snapshot);
    }

    /// Keeps what is not appended.
    fn keep_others(&mut self, batch: &mut Batch) {
        for write in batch.rows.drain(..) {
            self.tables
                .entry(write.table)
                .or_default()
                .write(&write.key, write.row);
        }
        for checkpoint in batch.checkpoints.drain(..) {
            self.checkpoints.insert(checkpoint.table, checkpoint.to);
        }
        for ack in batch.acks.drain(..) {
            if let Some(queue) = self.queues.get_mut(&ack.queue) {
                queue.acknowledge(ack.id);
            }
        }
        for put in batch.puts.drain(..) {
            self.queues.entry(put.queue.clone()).or_default().put(put);
        }
        for cancel in batch.cancels.drain(..) {
            self.timers.cancel(cancel.owner, cancel.id);
        }
        for timer in batch.timers.drain(..) {
            self.timers.set(timer);
        }
    }

    /// The time of recording, which follows the log's order even where the system's clock goes back.
    fn clock(&self) -> Timestamp {
        now().max(self.log.latest())
    }

    pub(super) fn stream(&self, query: &StreamQuery) -> Vec<RecordedEvent> {
        self.log
            .of_stream(&query.stream, query.after)
            .take(query.limit)
            .map(Entry::event)
            .collect()
    }

    pub(super) fn snapshot(&self, stream: &StreamId) -> Option<Snapshot> {
        self.snapshots.get(stream).cloned()
    }

    pub(super) fn log(&self, query: &LogQuery) -> LogPage {
        let end = query
            .through
            .map_or(self.head(), |through| through.min(self.head()));
        let mut page = LogPage {
            events: Vec::new(),
            through: query.after.max(end),
        };
        for entry in self.log.between(query.after, end, &query.filter) {
            if page.events.len() == query.limit {
                // the page is full: it ends before this event
                page.through = Position::from(entry.position().get() - 1);
                break;
            }
            page.events.push(entry.event());
        }
        page
    }

    pub(super) fn command(&self, tenant: &Tenant, id: CommandId) -> Option<CommandRecord> {
        self.commands.get(&(tenant.clone(), id)).copied()
    }

    pub(super) fn declare_fields(&mut self, table: &Table, fields: &[IndexedField]) {
        let table = self.tables.entry(table.clone()).or_default();
        table.declare(fields);
    }

    pub(super) fn rows_of(&self, table: &Table, keys: &[String]) -> Vec<Option<StoredRow>> {
        let table = self.tables.get(table);
        keys.iter()
            .map(|key| table.and_then(|table| table.row(key)))
            .collect()
    }

    pub(super) fn rows(&self, query: &RowQuery) -> Vec<StoredRow> {
        self.tables
            .get(&query.table)
            .map_or_else(Vec::new, |table| table.rows(query))
    }

    pub(super) fn count(&self, table: &Table, within: &[IndexRange]) -> u64 {
        self.tables
            .get(table)
            .map_or(0, |table| table.count(within))
    }

    pub(super) fn checkpoint(&self, table: &Table) -> Position {
        self.checkpoints.get(table).copied().unwrap_or_default()
    }

    pub(super) fn queued(&self, query: &QueueQuery) -> Vec<Queued> {
        self.queues
            .get(&query.queue)
            .map_or_else(Vec::new, |queue| queue.page(query))
    }

    pub(super) fn timers_due(&self, at: Timestamp, limit: usize) -> Vec<Timer> {
        self.timers.due(at, limit)
    }
}

/// The state as it is in the middle of a commit.
struct Now<'a>(&'a State);

impl Within for Now<'_> {
    fn head(&mut self) -> Result<Position, StoreError> {
        Ok(self.0.head())
    }

    fn log(&mut self, query: &LogQuery) -> Result<LogPage, StoreError> {
        Ok(self.0.log(query))
    }

    fn rows_of(
        &mut self,
        table: &Table,
        keys: &[String],
    ) -> Result<Vec<Option<StoredRow>>, StoreError> {
        Ok(self.0.rows_of(table, keys))
    }

    fn rows(&mut self, query: &RowQuery) -> Result<Vec<StoredRow>, StoreError> {
        Ok(self.0.rows(query))
    }

    fn checkpoint(&mut self, table: &Table) -> Result<Position, StoreError> {
        Ok(self.0.checkpoint(table))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::log::{Data, Metadata, Tags};
    use crate::store::{Append, NewEvent};
    use std::time::Duration;

    fn append() -> Append {
        let event = NewEvent {
            id: EventId::generate(),
            name: Name::from_static("e"),
            schema: 1,
            data: Data::from_bytes(*b"{}"),
            tags: Tags::default(),
        };
        Append {
            stream: StreamId::new(Tenant::default(), "test", "a").unwrap(),
            expect: Expect::Any,
            events: [event].into_iter().collect(),
            occurred_at: None,
            metadata: Metadata::of(CommandId::generate()),
            snapshot: None,
        }
    }

    #[test]
    fn a_clock_that_goes_back_does_not_turn_the_order_of_the_log() {
        let mut state = State::default();
        let mut ahead = append();
        let stream = state.log.find(&ahead.stream);
        let later = now() + Duration::from_hours(1);
        state.log.append(stream, &mut ahead, later);
        state.commit(&mut Batch::of_append(None, append())).unwrap();
        let events = state.stream(&StreamQuery {
            stream: ahead.stream,
            after: Version::ZERO,
            limit: 9,
        });
        let times: Vec<_> = events.iter().map(|it| it.recorded().recorded_at).collect();
        assert_eq!(times, [later, later]);
    }
}
