use super::queue::MemoryQueue;
use super::table::MemoryTable;
use super::timers::MemoryTimers;
use crate::log::{
    Codec, CommandId, Name, Position, Recorded, RecordedEvent, StreamId, Tenant, Timestamp,
    Version, now,
};
use crate::store::{
    Append, Batch, CommandRecord, CommitError, Committed, Expect, IndexRange, LogPage, LogQuery,
    QueueQuery, Queued, RowQuery, StoredRow, StreamQuery, Table, Timer,
};
use foldhash::HashMap;

/// All that the memory store keeps. The event at position `p` is `log[p - base - 1]`.
#[derive(Debug, Default)]
pub(super) struct State {
    base: u64,
    log: Vec<RecordedEvent>,
    /// The places in `log` of each stream's events, by version.
    streams: HashMap<StreamId, Vec<usize>>,
    commands: HashMap<(Tenant, CommandId), CommandRecord>,
    tables: HashMap<Table, MemoryTable>,
    checkpoints: HashMap<Table, Position>,
    queues: HashMap<Name, MemoryQueue>,
    timers: MemoryTimers,
}

impl State {
    /// The state of an empty store whose first event comes right after `base`.
    pub(super) fn beginning_after(base: Position) -> Self {
        Self {
            base: base.get(),
            ..Self::default()
        }
    }

    pub(super) fn head(&self) -> Position {
        self.log
            .last()
            .map_or(Position::ZERO, |event| event.recorded().position)
    }

    /// Judges the whole batch, then keeps the whole batch: nothing can fail in between.
    pub(super) fn commit(&mut self, batch: Batch) -> Result<Committed, CommitError> {
        if let Some(before) = self.committed_before(&batch)? {
            return Ok(before);
        }
        self.judge(&batch)?;
        Ok(self.keep(batch))
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

    fn judge(&self, batch: &Batch) -> Result<(), CommitError> {
        let mut last = self.base + self.log.len() as u64;
        for append in &batch.appends {
            let actual = self.version(&append.stream);
            if let Expect::Version(expected) = append.expect
                && expected != actual
            {
                return Err(CommitError::Conflict {
                    stream: append.stream.clone(),
                    expected,
                    actual,
                });
            }
            // no stream has more events than there are positions, so its versions last as long
            last = last
                .checked_add(append.events.len() as u64)
                .ok_or_else(|| CommitError::Exhausted {
                    stream: append.stream.clone(),
                })?;
        }
        for guard in &batch.guards {
            let forbidden = self
                .after(guard.after)
                .iter()
                .find(|event| guard.filter.takes(event));
            if let Some(event) = forbidden {
                return Err(CommitError::Guarded {
                    at: event.recorded().position,
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
        Ok(())
    }

    fn keep(&mut self, batch: Batch) -> Committed {
        let recorded_at = self.clock();
        let mut first = None;
        for append in batch.appends {
            let version = self.append(append, recorded_at);
            first.get_or_insert(version);
        }
        for write in batch.rows {
            self.tables
                .entry(write.table)
                .or_default()
                .write(write.key, write.row);
        }
        for checkpoint in batch.checkpoints {
            self.checkpoints.insert(checkpoint.table, checkpoint.to);
        }
        for ack in batch.acks {
            if let Some(queue) = self.queues.get_mut(&ack.queue) {
                queue.acknowledge(ack.id);
            }
        }
        for put in batch.puts {
            self.queues.entry(put.queue.clone()).or_default().put(put);
        }
        for cancel in batch.cancels {
            self.timers.cancel(cancel.owner, cancel.id);
        }
        for timer in batch.timers {
            self.timers.set(timer);
        }
        let committed = Committed::new(first.unwrap_or_default(), self.head(), false);
        if let Some(key) = batch.command {
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

    fn append(&mut self, append: Append, recorded_at: Timestamp) -> Version {
        let Append {
            stream,
            events,
            occurred_at,
            metadata,
            ..
        } = append;
        if events.is_empty() {
            return self.version(&stream);
        }
        let places = self.streams.entry(stream.clone()).or_default();
        for event in events {
            places.push(self.log.len());
            let recorded = Recorded {
                position: Position::from(self.base + self.log.len() as u64 + 1),
                stream: stream.clone(),
                version: Version::from(places.len() as u64),
                id: event.id,
                name: event.name,
                schema: event.schema,
                codec: Codec::Json,
                tags: event.tags,
                recorded_at,
                occurred_at: occurred_at.unwrap_or(recorded_at),
                metadata: metadata.clone(),
                hash: None,
            };
            self.log.push(RecordedEvent::new(recorded, event.data));
        }
        Version::from(places.len() as u64)
    }

    /// The time of recording, which follows the log's order even where the system's clock goes back.
    fn clock(&self) -> Timestamp {
        let now = now();
        self.log
            .last()
            .map_or(now, |last| now.max(last.recorded().recorded_at))
    }

    fn version(&self, stream: &StreamId) -> Version {
        Version::from(self.streams.get(stream).map_or(0, Vec::len) as u64)
    }

    /// The events after `position`.
    fn after(&self, position: Position) -> &[RecordedEvent] {
        let known = position.get().saturating_sub(self.base);
        self.log.get(index(known)..).unwrap_or_default()
    }

    pub(super) fn stream(&self, query: &StreamQuery) -> Vec<RecordedEvent> {
        let places = self
            .streams
            .get(&query.stream)
            .map_or(&[][..], Vec::as_slice);
        let places = places.get(index(query.after.get())..).unwrap_or_default();
        places
            .iter()
            .take(query.limit)
            .map(|&place| self.log[place].clone())
            .collect()
    }

    pub(super) fn log(&self, query: &LogQuery) -> LogPage {
        let end = query
            .through
            .map_or(self.head(), |through| through.min(self.head()));
        let mut page = LogPage {
            events: Vec::new(),
            through: query.after.max(end),
        };
        for event in self.after(query.after) {
            let position = event.recorded().position;
            if position > end {
                break;
            }
            if query.filter.takes(event) {
                if page.events.len() == query.limit {
                    // the page is full: it ends before this event
                    page.through = Position::from(position.get() - 1);
                    break;
                }
                page.events.push(event.clone());
            }
        }
        page
    }

    pub(super) fn command(&self, tenant: &Tenant, id: CommandId) -> Option<CommandRecord> {
        self.commands.get(&(tenant.clone(), id)).copied()
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

/// A number of events as an index; past the end of what memory can hold, the end.
fn index(number: u64) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::log::{Data, EventId, Metadata, Tags};
    use crate::store::NewEvent;
    use std::time::Duration;

    fn batch() -> Batch {
        let event = NewEvent {
            id: EventId::generate(),
            name: Name::from_static("e"),
            schema: 1,
            data: Data::from_bytes(*b"{}"),
            tags: Tags::default(),
        };
        Batch {
            appends: vec![Append {
                stream: StreamId::new(Tenant::default(), "test", "a").unwrap(),
                expect: Expect::Any,
                events: vec![event],
                occurred_at: None,
                metadata: Metadata::of(CommandId::generate()),
            }],
            ..Batch::default()
        }
    }

    #[test]
    fn a_clock_that_goes_back_does_not_turn_the_order_of_the_log() {
        let mut state = State::default();
        state.commit(batch()).unwrap();
        let later = now() + Duration::from_hours(1);
        let mut recorded = state.log[0].recorded().clone();
        recorded.recorded_at = later;
        state.log[0] = RecordedEvent::new(recorded, state.log[0].data().clone());
        state.commit(batch()).unwrap();
        assert_eq!(state.log[1].recorded().recorded_at, later);
    }
}
