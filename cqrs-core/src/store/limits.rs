//! What a batch may hold: the same limits, checked in the same way, for every store.

use super::{Append, Batch, CommitError, NewEvent, NewSnapshot, QueuePut, RowWrite, TimerSet};
use crate::id::{self, IdError};
use crate::log::{Data, MAX_EVENT_BYTES, Metadata, microsecond, whole_microsecond};
use crate::projection::IndexKey;
use std::collections::HashSet;
use std::fmt;

/// The most events that one batch may append: 1 000.
pub const MAX_BATCH_EVENTS: usize = 1_000;

/// The most bytes of events, messages and timers, all that stands about them included, that one
/// batch may hold: 8 MiB. The rows of a projection do not count: they are as many as its events
/// changed. Nor do snapshots, which decide nothing.
pub const MAX_BATCH_BYTES: usize = 8 << 20;

/// The most bytes of text that the metadata of one append may hold: 64 KiB.
pub const MAX_METADATA_BYTES: usize = 64 << 10;

/// The most bytes of text that the value of an indexed field may have: 1 KiB. Indexes of databases
/// take no more than a few of such beside each other.
pub const MAX_INDEX_BYTES: usize = 1 << 10;

/// What of a batch is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Measured {
    /// The bytes of one event's data, at most [`MAX_EVENT_BYTES`].
    Event,
    /// The number of events, at most [`MAX_BATCH_EVENTS`].
    Events,
    /// The bytes of the whole batch, at most [`MAX_BATCH_BYTES`].
    Batch,
    /// The bytes of an append's metadata, at most [`MAX_METADATA_BYTES`].
    Metadata,
    /// The bytes of one row, at most [`MAX_EVENT_BYTES`].
    Row,
    /// The bytes of the value of one indexed field, at most [`MAX_INDEX_BYTES`].
    Index,
    /// The bytes of one message's body, at most [`MAX_EVENT_BYTES`].
    Message,
    /// The bytes of one timer's body, at most [`MAX_EVENT_BYTES`].
    Timer,
    /// The bytes of one snapshot, at most [`MAX_EVENT_BYTES`].
    Snapshot,
}

impl Measured {
    /// The most that is allowed.
    pub const fn limit(self) -> usize {
        match self {
            Self::Event | Self::Row | Self::Message | Self::Timer | Self::Snapshot => {
                MAX_EVENT_BYTES
            }
            Self::Events => MAX_BATCH_EVENTS,
            Self::Batch => MAX_BATCH_BYTES,
            Self::Metadata => MAX_METADATA_BYTES,
            Self::Index => MAX_INDEX_BYTES,
        }
    }

    fn check(self, size: usize) -> Result<usize, CommitError> {
        if size > self.limit() {
            return Err(CommitError::TooLarge {
                measured: self,
                size,
            });
        }
        Ok(size)
    }
}

impl fmt::Display for Measured {
    /// What it is, up to its size.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Event => "the bytes of an event are",
            Self::Events => "the events of a batch are",
            Self::Batch => "the bytes of a batch are",
            Self::Metadata => "the bytes of an append's metadata are",
            Self::Row => "the bytes of a row are",
            Self::Index => "the bytes of an indexed value are",
            Self::Message => "the bytes of a message are",
            Self::Timer => "the bytes of a timer are",
            Self::Snapshot => "the bytes of a snapshot are",
        })
    }
}

impl Batch {
    /// Makes the batch one that may be kept: checks it against the limits, and takes its times to
    /// the microsecond. Every store does so before all else, so that all refuse alike.
    ///
    /// # Errors
    /// [`CommitError::StreamTwice`], [`CommitError::TooLarge`], or [`CommitError::Text`] for a text
    /// that something is kept by and that does not follow the rule of ids: except that values of
    /// tags, keys of rows and keys of messages may be empty.
    pub fn prepare(&mut self) -> Result<(), CommitError> {
        streams_differ(&self.appends)?;
        let mut whole = prepare_appends(&mut self.appends)?;
        if !self.only_appends() {
            whole += prepare_messages(&mut self.puts)? + prepare_timers(&mut self.timers)?;
            check_rows(&self.rows)?;
            for checkpoint in &self.checkpoints {
                id::check("projection", &checkpoint.table.projection)?;
            }
        }
        Measured::Batch.check(whole)?;
        Ok(())
    }
}

/// Prepares appends, and says how many bytes they are.
#[inline]
fn prepare_appends(appends: &mut [Append]) -> Result<usize, CommitError> {
    Measured::Events.check(appends.iter().map(|append| append.events.len()).sum())?;
    let mut whole = 0;
    for append in appends {
        whole += Measured::Metadata.check(of_metadata(&append.metadata))?;
        for event in &append.events {
            Measured::Event.check(of_data(&event.data))?;
            whole += of_event(event);
            if !event.name.is_sound() {
                id::check("event", &event.name)?;
            }
            for tag in event.tags.as_slice() {
                id::check("tag", &tag.name)?;
                empty_or_id(&tag.name, &tag.value)?;
            }
        }
        if let Some(snapshot) = &append.snapshot {
            check_snapshot(snapshot)?; // few appends have one
        }
        append.occurred_at = append.occurred_at.map(microsecond);
    }
    Ok(whole)
}

#[cold]
fn check_snapshot(snapshot: &NewSnapshot) -> Result<usize, CommitError> {
    Measured::Snapshot.check(of_data(&snapshot.data))
}

fn prepare_messages(puts: &mut [QueuePut]) -> Result<usize, CommitError> {
    let mut whole = 0;
    for put in puts {
        whole += Measured::Message.check(of_data(&put.body))? + put.queue.len() + put.key.len();
        id::check("queue", &put.queue)?;
        empty_or_id(&put.queue, &put.key)?;
        put.due = put.due.map(whole_microsecond);
    }
    Ok(whole)
}

fn prepare_timers(timers: &mut [TimerSet]) -> Result<usize, CommitError> {
    let mut whole = 0;
    for timer in timers {
        whole += Measured::Timer.check(of_data(&timer.body))? + timer.owner.len() + timer.id.len();
        id::check("timer", &timer.owner)?;
        id::check(&timer.owner, &timer.id)?;
        timer.due = whole_microsecond(timer.due);
    }
    Ok(whole)
}

fn check_rows(rows: &[RowWrite]) -> Result<(), CommitError> {
    for write in rows {
        if let Some(row) = &write.row {
            Measured::Row.check(of_data(&row.data))?;
            check_index(&row.index)?;
        }
        id::check("projection", &write.table.projection)?;
        empty_or_id(&write.table.projection, &write.key)?;
    }
    Ok(())
}

/// Checks the values of a row's indexed fields.
pub(crate) fn check_index(index: &[IndexKey]) -> Result<(), CommitError> {
    for value in index {
        if let IndexKey::Text(text) = value {
            Measured::Index.check(text.len())?;
        }
    }
    Ok(())
}

#[inline]
fn streams_differ(appends: &[Append]) -> Result<(), CommitError> {
    if appends.len() < 2 {
        return Ok(());
    }
    let mut seen = HashSet::with_capacity(appends.len());
    match appends.iter().find(|append| !seen.insert(&append.stream)) {
        None => Ok(()),
        Some(twice) => Err(CommitError::StreamTwice {
            stream: twice.stream.clone(),
        }),
    }
}

fn of_data(data: &Data) -> usize {
    data.as_bytes().map_or(0, <[u8]>::len)
}

fn of_event(event: &NewEvent) -> usize {
    let tags = event.tags.as_slice().iter();
    of_data(&event.data)
        + event.name.len()
        + tags
            .map(|tag| tag.name.len() + tag.value.len())
            .sum::<usize>()
}

fn of_metadata(metadata: &Metadata) -> usize {
    let text = |text: &Option<std::sync::Arc<str>>| text.as_deref().map_or(0, str::len);
    let custom = metadata.custom.iter().flat_map(|custom| custom.iter());
    text(&metadata.actor)
        + text(&metadata.trace)
        + custom
            .map(|(name, value)| name.len() + value.len())
            .sum::<usize>()
}

fn empty_or_id(of: &str, text: &str) -> Result<(), IdError> {
    if text.is_empty() {
        return Ok(());
    }
    id::check(of, text)
}
