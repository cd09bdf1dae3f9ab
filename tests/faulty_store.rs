//! Stores that each break some promises, so that every promise is seen to be able to fail.

use cqrs_core::log::{
    CommandId, Data, EventId, Facts, Fingerprint, Keeping, LogFilter, Name, Position, Recorded,
    RecordedEvent, StoreIdentity, StreamId, Tags, Tenant, Timestamp, Version, now,
};
use cqrs_core::projection::IndexKey;
use cqrs_core::store::{
    Batch, CommandRecord, CommitError, Committed, EventStore, Expect, FactQuery, IndexRange,
    Inline, LogPage, LogQuery, Measured, QueueAck, QueueQuery, Queued, RowOrder, RowQuery,
    Snapshot, StoreError, StoredRow, StreamQuery, Table, Timer,
};
use cqrs_core::{Memory, Uuid};
use std::collections::{BTreeSet, HashMap, HashSet};
use std::future::Future;
use std::ops::Bound;
use std::sync::{Arc, Mutex, Weak};
use std::time::Duration;
use tokio::sync::Semaphore;

/// What is wrong with a store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Appends without a look at the version.
    IgnoresVersions,
    /// Looks at the version where an event is expected, and not at the event.
    IgnoresEvents,
    /// Keeps the rest of a batch whose appends conflict.
    KeepsHalfBatches,
    /// Keeps only the first append of a batch.
    KeepsOneStream,
    /// Takes an append without events for one that demands nothing.
    IgnoresEmptyAppends,
    /// Never answers who writes to more than one stream after another did.
    LocksForEver,
    /// Commits when it is polled first, not when it is called.
    BeginsWhenPolled,
    /// Forgets commands.
    ForgetsCommands,
    /// Remembers of a command its id only.
    ForgetsBodies,
    /// Remembers commands without their tenants.
    SharesCommandIds,
    /// Takes the id of a command that was refused.
    TakesIdsOfRefused,
    /// Does not look at guards.
    IgnoresGuards,
    /// Looks at the names of a guard only.
    IgnoresTagsOfGuards,
    /// Takes upper for lower case in the ids of streams.
    FoldsCase,
    /// Keeps streams without their tenants.
    IgnoresTenants,
    /// Reads JSON, and writes it again.
    RewritesJson,
    /// Sorts tags, each once.
    SortsTags,
    /// Stamps events when they are read.
    StampsWhenRead,
    /// Stamps events with a clock that goes back.
    StampsBackwards,
    /// Keeps times to the millisecond.
    RoundsTimes,
    /// Cuts off what is too much.
    CutsOff,
    /// Takes out of texts what cannot be in them.
    CleansTexts,
    /// Says of each page that it was looked through to the end that was asked for.
    LooksTooFar,
    /// Leaves out the last event of a full page.
    LosesLastOfPage,
    /// Counts versions from the start of the page.
    RestartsPages,
    /// Says of each page for a fold that it is the last.
    EndsFolds,
    /// Takes events that bear any of the tags.
    TakesAnyTag,
    /// Answers with the position before.
    AnswersBesides,
    /// Wakes nobody.
    NeverWakes,
    /// Takes projections to be folded within commits, and folds none.
    FoldsNothing,
    /// Goes on to fold projections that are gone.
    FoldsForEver,
    /// Moves checkpoints from wherever they are.
    MovesBlindly,
    /// Writes no rows where a checkpoint moves.
    LosesRows,
    /// Answers for the rows that are there only.
    OmitsAbsentRows,
    /// Orders rows by the lower case of their keys.
    OrdersByCase,
    /// Turns the whole order around for a descending one.
    TurnsTies,
    /// Orders rows by key in one direction only.
    KeysGoUpOnly,
    /// Takes what stands at the bound of a range for what stands in it.
    TakesBounds,
    /// Looks at the first of several ranges only.
    LooksAtOneRange,
    /// Has numbers of 64 bits for bounds.
    NarrowsBounds,
    /// Takes upper for lower case in the bounds of ranges.
    FoldsBounds,
    /// Fails at ranges that are the wrong way round, as maps of the standard library do.
    PanicsAtReversedRanges,
    /// Goes on after the value of a place, not after its key.
    SkipsEqualValues,
    /// Looks for the row of a place, and begins anew if it is not there.
    LooksForTheRow,
    /// Goes on after so many rows as came before.
    CountsPages,
    /// Counts all rows, whatever the ranges.
    CountsAllRows,
    /// Keeps one table of all versions.
    MixesVersions,
    /// Orders messages by id.
    OrdersById,
    /// Takes messages out when they are read.
    TakesWhenRead,
    /// Replaces messages that are put again.
    PutsAgain,
    /// Hands messages out before they are due.
    HandsOutEarly,
    /// Loses every message whose id is a multiple of 16.
    LosesMessages,
    /// Fires timers a second early.
    FiresEarly,
    /// Keeps timers that are set again beside the first.
    KeepsOldTimers,
    /// Lets everyone cancel a timer that was due.
    FiresTwice,
    /// Judges checkpoints before all else.
    JudgesInAnotherOrder,
    /// Shows nothing beyond where a batch was refused.
    StopsAtHoles,
    /// Shows the first append of a batch before the others.
    ShowsHalfBatches,
    /// Shows the events of a batch before all else of it.
    ShowsRowsLate,
    /// Reads the log over one of few connections, which is lost where the reader goes away.
    LosesConnections,
    /// Refuses an event whose id was used.
    DemandsNewIds,
    /// Forgets commands that append nothing.
    ForgetsCommandsOfRows,
    /// Shows guards only what was appended under one.
    GuardsTheGuarded,
    /// Looks at so many names of a filter only.
    CutsFilters,
    /// Keeps the first of two moves of a checkpoint.
    FirstMoveCounts,
    /// Orders rows by the beginning of a text.
    CutsIndexes,
    /// Keeps no snapshots.
    KeepsNoSnapshots,
    /// Keeps the first snapshot of a stream.
    FirstSnapshotStays,
    /// Takes a snapshot of a command that comes again for a new one.
    SnapshotsAgain,
    /// Keeps the snapshot of a batch that is refused.
    SnapshotsRefused,
    /// Counts snapshots among the bytes of a batch.
    CountsSnapshots,
    /// Keeps snapshots without their tenants.
    SharesSnapshots,
    /// Shows the events of a batch before the snapshot.
    ShowsSnapshotsLate,
}

impl Fault {
    /// All faults, each with the promise that is there to convict it.
    pub const ALL: [(Self, &str); 73] = [
        (
            Self::FoldsNothing,
            "what_is_folded_within_commits_comes_with_them",
        ),
        (
            Self::FoldsForEver,
            "what_is_folded_within_commits_comes_with_them",
        ),
        (
            Self::IgnoresVersions,
            "an_append_is_kept_only_at_the_expected_version",
        ),
        (
            Self::IgnoresEvents,
            "an_append_is_kept_only_behind_the_expected_event",
        ),
        (Self::KeepsHalfBatches, "a_refused_batch_changes_nothing"),
        (Self::KeepsOneStream, "one_batch_writes_to_several_streams"),
        (
            Self::IgnoresEmptyAppends,
            "an_append_without_events_is_a_condition",
        ),
        (
            Self::LocksForEver,
            "streams_written_in_opposite_orders_go_on",
        ),
        (
            Self::BeginsWhenPolled,
            "commits_take_their_place_in_the_order_of_the_calls",
        ),
        (Self::ForgetsCommands, "a_command_has_its_effect_once"),
        (Self::ForgetsBodies, "a_command_id_names_one_command"),
        (Self::SharesCommandIds, "command_ids_are_a_tenants_own"),
        (
            Self::TakesIdsOfRefused,
            "a_refused_command_leaves_its_id_free",
        ),
        (Self::IgnoresGuards, "of_racers_under_a_guard_one_wins"),
        (Self::IgnoresTagsOfGuards, "a_guard_sees_names_and_tags"),
        (Self::FoldsCase, "streams_are_told_apart_byte_by_byte"),
        (Self::IgnoresTenants, "tenants_have_streams_of_their_own"),
        (Self::RewritesJson, "data_is_kept_byte_for_byte"),
        (Self::SortsTags, "an_event_is_read_as_it_was_written"),
        (Self::StampsWhenRead, "events_never_change"),
        (Self::StampsBackwards, "times_of_recording_follow_the_log"),
        (Self::RoundsTimes, "times_are_kept_to_the_microsecond"),
        (Self::CutsOff, "what_is_too_large_is_refused"),
        (
            Self::CleansTexts,
            "texts_that_nothing_is_kept_by_are_refused",
        ),
        (Self::LooksTooFar, "reads_take_any_number"),
        (Self::LosesLastOfPage, "pages_of_the_log_leave_nothing_out"),
        (Self::RestartsPages, "pages_of_a_stream_leave_nothing_out"),
        (Self::EndsFolds, "facts_of_a_stream_are_its_events"),
        (Self::TakesAnyTag, "filters_take_names_and_tags"),
        (
            Self::AnswersBesides,
            "positions_grow_and_are_as_acknowledged",
        ),
        (Self::NeverWakes, "whoever_waits_for_growth_is_woken"),
        (Self::MovesBlindly, "of_racers_for_a_checkpoint_one_wins"),
        (Self::LosesRows, "rows_and_checkpoint_move_together"),
        (Self::OmitsAbsentRows, "rows_are_found_by_key"),
        (Self::OrdersByCase, "rows_come_in_the_order_of_keys"),
        (Self::TurnsTies, "rows_come_in_the_order_of_an_index"),
        (Self::KeysGoUpOnly, "rows_come_in_the_order_of_keys"),
        (Self::TakesBounds, "rows_are_taken_by_ranges_of_an_index"),
        (Self::LooksAtOneRange, "rows_stand_in_all_ranges_asked_for"),
        (Self::NarrowsBounds, "rows_are_taken_by_ranges_of_an_index"),
        (Self::FoldsBounds, "rows_are_taken_by_ranges_of_an_index"),
        (
            Self::PanicsAtReversedRanges,
            "rows_are_taken_by_ranges_of_an_index",
        ),
        (Self::SkipsEqualValues, "pages_of_rows_leave_nothing_out"),
        (
            Self::LooksForTheRow,
            "pages_of_rows_go_on_while_rows_come_and_go",
        ),
        (
            Self::CountsPages,
            "pages_of_rows_go_on_while_rows_come_and_go",
        ),
        (Self::CountsAllRows, "rows_are_counted"),
        (Self::MixesVersions, "tables_are_apart"),
        (Self::OrdersById, "messages_come_in_the_order_of_the_puts"),
        (
            Self::TakesWhenRead,
            "a_message_is_there_until_it_is_acknowledged",
        ),
        (Self::PutsAgain, "a_message_is_put_once"),
        (Self::HandsOutEarly, "a_message_waits_until_it_is_due"),
        (
            Self::LosesMessages,
            "messages_that_many_put_at_once_are_all_there",
        ),
        (Self::FiresEarly, "timers_come_when_they_are_due"),
        (Self::KeepsOldTimers, "a_timer_is_replaced_and_cancelled"),
        (Self::FiresTwice, "of_racers_for_a_timer_one_wins"),
        (
            Self::JudgesInAnotherOrder,
            "the_first_that_speaks_against_a_batch_is_told",
        ),
        (Self::StopsAtHoles, "what_is_refused_hides_nothing"),
        (
            Self::ShowsHalfBatches,
            "a_batch_is_seen_whole_or_not_at_all",
        ),
        (Self::ShowsRowsLate, "a_batch_is_seen_whole_or_not_at_all"),
        (
            Self::LosesConnections,
            "futures_that_are_dropped_leave_nothing_behind",
        ),
        (Self::DemandsNewIds, "an_events_id_is_not_judged"),
        (
            Self::ForgetsCommandsOfRows,
            "a_command_without_appends_has_its_effect_once",
        ),
        (
            Self::GuardsTheGuarded,
            "a_guard_holds_against_appends_without_one",
        ),
        (Self::CutsFilters, "filters_may_be_long"),
        (
            Self::FirstMoveCounts,
            "a_checkpoint_moves_only_from_where_it_was_seen",
        ),
        (Self::CutsIndexes, "what_is_too_large_is_refused"),
        (Self::KeepsNoSnapshots, "a_snapshot_is_kept_with_its_append"),
        (
            Self::FirstSnapshotStays,
            "a_snapshot_stays_until_the_next_one",
        ),
        (Self::SnapshotsAgain, "a_snapshot_stays_until_the_next_one"),
        (Self::SnapshotsRefused, "a_refused_batch_leaves_no_snapshot"),
        (Self::CountsSnapshots, "a_snapshot_makes_no_batch_too_large"),
        (Self::SharesSnapshots, "snapshots_are_of_one_stream"),
        (
            Self::ShowsSnapshotsLate,
            "a_batch_is_seen_whole_or_not_at_all",
        ),
    ];
}

/// The memory store with one fault.
#[derive(Clone)]
pub struct Faulty {
    inner: Memory,
    fault: Fault,
    /// How many rows came up to the row of a key, itself counted, when it was read last.
    passed: Arc<Mutex<HashMap<String, usize>>>,
    /// Where a batch was refused first.
    hole: Arc<Mutex<Option<Position>>>,
    /// The ids of events, and the positions of those that were appended under a guard.
    known: Arc<Mutex<(HashSet<EventId>, HashSet<Position>)>>,
    connections: Arc<Semaphore>,
    /// Where the fault is in how snapshots are kept, these are.
    snapshots: Arc<Mutex<HashMap<StreamId, Snapshot>>>,
}

impl Faulty {
    pub fn new(fault: Fault) -> Self {
        Self {
            inner: Memory::new(),
            fault,
            passed: Arc::default(),
            hole: Arc::default(),
            known: Arc::default(),
            connections: Arc::new(Semaphore::new(16)),
            snapshots: Arc::default(),
        }
    }

    fn is(&self, fault: Fault) -> bool {
        self.fault == fault
    }

    fn stream_id(&self, stream: &StreamId) -> StreamId {
        let made = |tenant, id: &str| StreamId::new(tenant, stream.category(), id).unwrap();
        match self.fault {
            Fault::FoldsCase => made(stream.tenant().clone(), &stream.id().to_lowercase()),
            Fault::IgnoresTenants => made(Tenant::default(), stream.id()),
            _ => stream.clone(),
        }
    }

    fn table(&self, table: &Table) -> Table {
        let mut table = table.clone();
        if self.is(Fault::MixesVersions) {
            table.version = 1;
        }
        table
    }

    /// The batch as the store takes it in.
    async fn taken(&self, mut batch: Batch) -> Batch {
        self.take_appends(&mut batch);
        match self.fault {
            Fault::ForgetsCommands => batch.command = None,
            Fault::ForgetsBodies | Fault::SharesCommandIds => {
                if let Some(key) = &mut batch.command {
                    if self.is(Fault::ForgetsBodies) {
                        key.fingerprint = Fingerprint::of("", 0, b"");
                    } else {
                        key.tenant = Tenant::default();
                    }
                }
            }
            Fault::IgnoresGuards => batch.guards.clear(),
            Fault::IgnoresTagsOfGuards => {
                for guard in &mut batch.guards {
                    guard.filter.tags.clear();
                }
            }
            Fault::MovesBlindly => {
                for moved in &mut batch.checkpoints {
                    moved.from = self.inner.checkpoint(&moved.table).await.unwrap();
                }
            }
            Fault::LosesRows if !batch.checkpoints.is_empty() => batch.rows.clear(),
            Fault::MixesVersions => {
                for write in &mut batch.rows {
                    write.table.version = 1;
                }
                for moved in &mut batch.checkpoints {
                    moved.table.version = 1;
                }
            }
            Fault::CleansTexts => {
                for write in &mut batch.rows {
                    write.key.retain(|character| !character.is_control());
                }
            }
            Fault::PutsAgain => {
                let again = batch.puts.iter().map(|put| QueueAck {
                    queue: put.queue.clone(),
                    id: put.id,
                });
                batch.acks.extend(again.collect::<Vec<_>>());
            }
            Fault::LosesMessages => batch.puts.retain(|put| put.id.as_u128() % 16 != 0),
            Fault::KeepsOldTimers => {
                for (number, timer) in batch.timers.iter_mut().enumerate() {
                    timer.id = format!("{}-{number}-{}", timer.id, Uuid::now_v7());
                }
            }
            Fault::FiresTwice => {
                for cancel in &mut batch.cancels {
                    cancel.seen = None;
                }
            }
            Fault::ForgetsCommandsOfRows if batch.appends.is_empty() => batch.command = None,
            Fault::CutsFilters => {
                for guard in &mut batch.guards {
                    cut(&mut guard.filter);
                }
            }
            Fault::FirstMoveCounts => {
                let mut moved = HashSet::new();
                batch
                    .checkpoints
                    .retain(|checkpoint| moved.insert(checkpoint.table.clone()));
            }
            Fault::CutsIndexes => {
                let rows = batch.rows.iter_mut().filter_map(|write| write.row.as_mut());
                for value in rows.flat_map(|row| &mut row.index) {
                    if let IndexKey::Text(text) = value
                        && text.len() == 1_024
                    {
                        text.truncate(1_000);
                    }
                }
            }
            _ => {}
        }
        batch
    }

    /// What the store answers where it does not commit the batch as it is.
    async fn beside(&self, batch: &Batch) -> Option<Result<Committed, CommitError>> {
        match self.fault {
            Fault::JudgesInAnotherOrder => {
                for moved in &batch.checkpoints {
                    let actual = self.inner.checkpoint(&moved.table).await.unwrap();
                    if actual != moved.from {
                        return Some(Err(CommitError::CheckpointMoved {
                            table: moved.table.clone(),
                            expected: moved.from,
                            actual,
                        }));
                    }
                }
            }
            Fault::StopsAtHoles => {
                let committed = self.inner.commit(batch.clone()).await;
                if committed.is_err() {
                    let head = self.inner.head().await.unwrap();
                    self.hole.lock().unwrap().get_or_insert(head);
                }
                return Some(committed);
            }
            Fault::ShowsHalfBatches if batch.appends.len() > 1 => {
                let (mut first, mut others) = (batch.clone(), Batch::default());
                others.appends = first.appends.drain(1..).collect();
                if let Err(error) = self.inner.commit(first).await {
                    return Some(Err(error));
                }
                for _ in 0..3 {
                    tokio::task::yield_now().await;
                }
                return Some(self.inner.commit(others).await);
            }
            Fault::ShowsRowsLate if !batch.appends.is_empty() => {
                let (mut appends, mut others) = (Batch::default(), batch.clone());
                appends.appends = std::mem::take(&mut others.appends);
                if let Err(error) = self.inner.commit(appends).await {
                    return Some(Err(error));
                }
                for _ in 0..3 {
                    tokio::task::yield_now().await;
                }
                return Some(self.inner.commit(others).await);
            }
            Fault::CountsSnapshots => {
                let events = batch.appends.iter().flat_map(|append| &append.events);
                let snapshots = batch.appends.iter().filter_map(|it| it.snapshot.as_ref());
                let all = events
                    .map(|event| &event.data)
                    .chain(snapshots.map(|snapshot| &snapshot.data));
                let size = all.filter_map(Data::as_bytes).map(<[u8]>::len).sum();
                let measured = Measured::Batch;
                if size > measured.limit() {
                    return Some(Err(CommitError::TooLarge { measured, size }));
                }
            }
            Fault::DemandsNewIds => {
                let events = batch.appends.iter().flat_map(|append| &append.events);
                let ids = &mut self.known.lock().unwrap().0;
                let new: Vec<EventId> = events.map(|event| event.id).collect();
                if new.iter().any(|id| ids.contains(id)) || !all_differ(&new) {
                    return Some(Err(StoreError::Closed.into()));
                }
                ids.extend(new);
            }
            Fault::GuardsTheGuarded => {
                let mut committed = self.inner.commit(batch.clone()).await;
                if let Err(CommitError::Guarded { at }) = committed
                    && !self.known.lock().unwrap().1.contains(&at)
                {
                    let mut unguarded = batch.clone();
                    unguarded.guards.clear();
                    committed = self.inner.commit(unguarded).await;
                }
                if let Ok(committed) = &committed
                    && !batch.guards.is_empty()
                {
                    self.known.lock().unwrap().1.insert(committed.position);
                }
                return Some(committed);
            }
            _ => {}
        }
        None
    }

    fn stream_of_snapshot(&self, stream: &StreamId) -> StreamId {
        let tenant = match self.fault {
            Fault::SharesSnapshots => Tenant::default(),
            _ => stream.tenant().clone(),
        };
        StreamId::new(tenant, stream.category(), stream.id()).unwrap()
    }

    /// Keeps the snapshots of a batch itself.
    async fn keep_snapshots(&self, batch: &Batch, committed: &Result<Committed, CommitError>) {
        let kept = match committed {
            Ok(committed) => !committed.repeated || self.is(Fault::SnapshotsAgain),
            Err(_) => self.is(Fault::SnapshotsRefused),
        };
        if self.is(Fault::ShowsSnapshotsLate) {
            for _ in 0..3 {
                tokio::task::yield_now().await;
            }
        }
        for append in batch.appends.iter().filter(|_| kept) {
            let (Some(new), Some(last)) = (&append.snapshot, append.events.last()) else {
                continue;
            };
            let query = StreamQuery {
                stream: append.stream.clone(),
                after: Version::ZERO,
                limit: usize::MAX,
            };
            let events = self.inner.stream(query).await.unwrap();
            let snapshot = Snapshot {
                version: Version::from(events.len() as u64),
                event: last.id,
                fingerprint: new.fingerprint,
                checksum: new.checksum,
                data: new.data.clone(),
            };
            let of = self.stream_of_snapshot(&append.stream);
            let mut kept = self.snapshots.lock().unwrap();
            if !self.is(Fault::FirstSnapshotStays) || !kept.contains_key(&of) {
                kept.insert(of, snapshot);
            }
        }
    }

    fn take_appends(&self, batch: &mut Batch) {
        match self.fault {
            Fault::KeepsOneStream => batch.appends.truncate(1),
            Fault::IgnoresEmptyAppends => batch.appends.retain(|append| !append.events.is_empty()),
            Fault::CutsOff => {
                for append in &mut batch.appends {
                    append.events.truncate(1_000);
                }
            }
            _ => {}
        }
        for append in &mut batch.appends {
            append.stream = self.stream_id(&append.stream);
            if self.is(Fault::IgnoresVersions) {
                append.expect = Expect::Any;
            }
            if self.is(Fault::IgnoresEvents)
                && let Some(version) = append.expect.version()
            {
                append.expect = Expect::Version(version);
            }
            if self.is(Fault::RoundsTimes) {
                append.occurred_at = append
                    .occurred_at
                    .and_then(|at| Timestamp::from_millisecond(at.as_millisecond()).ok());
            }
            for event in &mut append.events {
                if self.is(Fault::SortsTags) {
                    let mut tags = event.tags.as_slice().to_vec();
                    tags.sort();
                    tags.dedup();
                    event.tags = Tags::from_iter(tags);
                }
                if self.is(Fault::RewritesJson) {
                    let value = event.data.as_bytes().map(serde_json::from_slice);
                    if let Some(Ok::<serde_json::Value, _>(value)) = value {
                        event.data = Data::from_bytes(serde_json::to_vec(&value).unwrap());
                    }
                }
            }
        }
    }

    /// The ranges as the store looks at them.
    fn take_ranges(&self, within: &mut Vec<IndexRange>) {
        if self.is(Fault::LooksAtOneRange) {
            within.truncate(1);
        }
        for range in within {
            if self.is(Fault::PanicsAtReversedRanges) {
                let index = BTreeSet::from([IndexKey::Null]);
                let _ = index.range((range.lower.clone(), range.upper.clone()));
            }
            for bound in [&mut range.lower, &mut range.upper] {
                match (self.fault, &mut *bound) {
                    (Fault::TakesBounds, Bound::Excluded(value)) => {
                        *bound = Bound::Included(value.clone());
                    }
                    (
                        Fault::NarrowsBounds,
                        Bound::Included(IndexKey::Int(number))
                        | Bound::Excluded(IndexKey::Int(number)),
                    ) => *number = (*number).clamp(i64::MIN.into(), i64::MAX.into()),
                    (
                        Fault::FoldsBounds,
                        Bound::Included(IndexKey::Text(text))
                        | Bound::Excluded(IndexKey::Text(text)),
                    ) => *text = text.to_lowercase(),
                    _ => {}
                }
            }
        }
    }

    /// The place after which the store goes on, as it looks at it; and how many rows it passes over.
    async fn take_place(&self, query: &mut RowQuery) -> Result<usize, StoreError> {
        let Some(after) = &query.after else {
            return Ok(0);
        };
        match (self.fault, query.order) {
            (Fault::SkipsEqualValues, RowOrder::Index { place, descending }) => {
                let beyond = Bound::Excluded(after.value.clone());
                let mut range = IndexRange::all(place);
                if descending {
                    range.upper = beyond;
                } else {
                    range.lower = beyond;
                }
                query.within.push(range);
                query.after = None;
            }
            (Fault::LooksForTheRow, _) => {
                let key = std::slice::from_ref(&after.key);
                if self.inner.rows_of(&query.table, key).await?[0].is_none() {
                    query.after = None;
                }
            }
            (Fault::CountsPages, _) => {
                let passed = self.passed.lock().unwrap().get(&after.key).copied();
                if let Some(passed) = passed {
                    query.after = None;
                    query.limit = query.limit.map(|limit| limit + passed);
                    return Ok(passed);
                }
            }
            _ => {}
        }
        Ok(0)
    }

    /// The events as the store shows them.
    fn shown(&self, events: Vec<RecordedEvent>) -> Vec<RecordedEvent> {
        let show = |event: RecordedEvent| {
            let mut recorded: Recorded = event.recorded().clone();
            match self.fault {
                Fault::StampsWhenRead => recorded.recorded_at = now(),
                Fault::StampsBackwards => {
                    let back = Duration::from_micros(recorded.position.get() * 1_000);
                    recorded.recorded_at -= back;
                }
                _ => {}
            }
            RecordedEvent::new(recorded, event.data().clone())
        };
        events.into_iter().map(show).collect()
    }
}

fn cut(filter: &mut LogFilter) {
    if let Some(names) = &mut filter.names {
        names.truncate(999);
    }
}

fn all_differ(ids: &[EventId]) -> bool {
    ids.iter().collect::<HashSet<_>>().len() == ids.len()
}

impl EventStore for Faulty {
    fn keeping(&self) -> Keeping {
        self.inner.keeping()
    }

    fn commit(
        &self,
        batch: Batch,
    ) -> impl Future<Output = Result<Committed, CommitError>> + Send + use<> {
        let store = self.clone();
        let work = async move {
            if store.is(Fault::LocksForEver) && batch.appends.len() > 1 && batch.rows.is_empty() {
                let ids = batch.appends.iter().map(|append| append.stream.id());
                if !ids.is_sorted() {
                    return std::future::pending().await;
                }
            }
            let batch = store.taken(batch).await;
            let mut committed = match store.beside(&batch).await {
                Some(committed) => committed,
                None => store.inner.commit(batch.clone()).await,
            };
            store.keep_snapshots(&batch, &committed).await;
            match (store.fault, &committed) {
                (Fault::KeepsHalfBatches, Err(CommitError::Conflict { .. })) => {
                    let mut rest = batch;
                    rest.appends.clear();
                    let _ = store.inner.commit(rest).await;
                }
                (Fault::TakesIdsOfRefused, Err(CommitError::Conflict { .. })) => {
                    let mut id = Batch::default();
                    id.command = batch.command;
                    let _ = store.inner.commit(id).await;
                }
                _ => {}
            }
            if let (Fault::AnswersBesides, Ok(committed)) = (store.fault, &mut committed) {
                committed.position = Position::from(committed.position.get().saturating_sub(1));
            }
            committed
        };
        let mut work = Box::pin(work);
        let mut early = None;
        if !self.is(Fault::BeginsWhenPolled) {
            let mut context = std::task::Context::from_waker(std::task::Waker::noop());
            if let std::task::Poll::Ready(output) = work.as_mut().poll(&mut context) {
                early = Some(output);
            }
        }
        async move {
            match early {
                Some(output) => output,
                None => work.await,
            }
        }
    }

    async fn stream(&self, mut query: StreamQuery) -> Result<Vec<RecordedEvent>, StoreError> {
        query.stream = self.stream_id(&query.stream);
        if self.is(Fault::RestartsPages) && query.limit < 1_000 && query.after > Version::from(4) {
            query.after = Version::from(query.after.get() - 1);
        }
        Ok(self.shown(self.inner.stream(query).await?))
    }

    async fn snapshot(&self, stream: &StreamId) -> Result<Option<Snapshot>, StoreError> {
        match self.fault {
            Fault::KeepsNoSnapshots => Ok(None),
            Fault::FirstSnapshotStays
            | Fault::SnapshotsAgain
            | Fault::SnapshotsRefused
            | Fault::SharesSnapshots
            | Fault::ShowsSnapshotsLate => {
                let kept = self.snapshots.lock().unwrap();
                Ok(kept.get(&self.stream_of_snapshot(stream)).cloned())
            }
            _ => self.inner.snapshot(&self.stream_id(stream)).await,
        }
    }

    async fn facts(&self, query: FactQuery) -> Result<Facts, StoreError> {
        let limit = query.limit;
        let query = StreamQuery {
            stream: query.stream,
            after: query.after,
            limit,
        };
        let events = self.stream(query).await?;
        let more = events.len() == limit && !self.is(Fault::EndsFolds);
        Ok(Facts::new(None, events, more))
    }

    async fn log(&self, query: LogQuery) -> Result<LogPage, StoreError> {
        let limit = query.limit;
        let mut asked = query.clone();
        if self.is(Fault::TakesAnyTag) && asked.filter.tags.len() > 1 {
            asked.filter.tags.truncate(1);
        }
        if self.is(Fault::CutsFilters) {
            cut(&mut asked.filter);
        }
        if let (Fault::StopsAtHoles, Some(hole)) = (self.fault, *self.hole.lock().unwrap()) {
            asked.through = Some(asked.through.map_or(hole, |through| through.min(hole)));
        }
        if self.is(Fault::LosesConnections) {
            self.connections.acquire().await.unwrap().forget();
            tokio::task::yield_now().await;
            self.connections.add_permits(1);
        }
        let mut page = self.inner.log(asked).await?;
        if self.is(Fault::LosesLastOfPage) && limit > 1 && page.events.len() == limit {
            page.events.pop();
        }
        if let (Fault::LooksTooFar, Some(through)) = (self.fault, query.through) {
            page.through = through;
        }
        page.events = self.shown(page.events);
        Ok(page)
    }

    async fn head(&self) -> Result<Position, StoreError> {
        self.inner.head().await
    }

    async fn grown(&self, position: Position) -> Result<(), StoreError> {
        if self.is(Fault::NeverWakes) && self.inner.head().await? <= position {
            return std::future::pending().await;
        }
        self.inner.grown(position).await
    }

    async fn command(
        &self,
        tenant: &Tenant,
        id: CommandId,
    ) -> Result<Option<CommandRecord>, StoreError> {
        let tenant = match self.fault {
            Fault::SharesCommandIds => &Tenant::default(),
            _ => tenant,
        };
        self.inner.command(tenant, id).await
    }

    async fn rows_of(
        &self,
        table: &Table,
        keys: &[String],
    ) -> Result<Vec<Option<StoredRow>>, StoreError> {
        let mut rows = self.inner.rows_of(&self.table(table), keys).await?;
        if self.is(Fault::OmitsAbsentRows) {
            rows.retain(Option::is_some);
        }
        Ok(rows)
    }

    async fn rows(&self, mut query: RowQuery) -> Result<Vec<StoredRow>, StoreError> {
        query.table = self.table(&query.table);
        self.take_ranges(&mut query.within);
        let passed = self.take_place(&mut query).await?;
        let turned = self.is(Fault::TurnsTies) && query.order.is_descending();
        match (self.fault, &mut query.order) {
            (Fault::TurnsTies, RowOrder::Index { descending, .. })
            | (Fault::KeysGoUpOnly, RowOrder::Key { descending }) => *descending = false,
            _ => {}
        }
        let by_index = matches!(query.order, RowOrder::Index { .. });
        let mut rows = self.inner.rows(query).await?;
        rows.drain(..passed.min(rows.len()));
        if turned && by_index {
            rows.reverse();
        }
        if self.is(Fault::OrdersByCase) && !by_index {
            rows.sort_by_key(|row| row.key.to_lowercase());
        }
        if self.is(Fault::CountsPages) {
            let keys = rows.iter().map(|row| row.key.clone());
            let counted = keys.zip(passed + 1..);
            self.passed.lock().unwrap().extend(counted);
        }
        Ok(rows)
    }

    async fn count(&self, table: &Table, within: &[IndexRange]) -> Result<u64, StoreError> {
        let mut within = within.to_vec();
        self.take_ranges(&mut within);
        if self.is(Fault::CountsAllRows) {
            within.clear();
        }
        self.inner.count(&self.table(table), &within).await
    }

    async fn checkpoint(&self, table: &Table) -> Result<Position, StoreError> {
        self.inner.checkpoint(&self.table(table)).await
    }

    async fn queued(&self, mut query: QueueQuery) -> Result<Vec<Queued>, StoreError> {
        if self.is(Fault::HandsOutEarly) {
            query.at = Timestamp::MAX;
        }
        let queue: Name = query.queue.clone();
        let mut messages = self.inner.queued(query).await?;
        if self.is(Fault::OrdersById) {
            messages.sort_by_key(|message| message.id);
        }
        if self.is(Fault::TakesWhenRead) {
            let mut taken = Batch::default();
            taken.acks = messages
                .iter()
                .map(|message| QueueAck {
                    queue: queue.clone(),
                    id: message.id,
                })
                .collect();
            let _ = self.inner.commit(taken).await;
        }
        Ok(messages)
    }

    async fn timers_due(&self, at: Timestamp, limit: usize) -> Result<Vec<Timer>, StoreError> {
        let at = match self.fault {
            Fault::FiresEarly => at.checked_add(Duration::from_secs(1)).unwrap_or(at),
            _ => at,
        };
        self.inner.timers_due(at, limit).await
    }

    fn fold_within(&self, inline: Weak<dyn Inline>) -> bool {
        if self.is(Fault::FoldsNothing) {
            return true;
        }
        if self.is(Fault::FoldsForEver) {
            std::mem::forget(inline.upgrade());
        }
        self.inner.fold_within(inline)
    }

    fn identity(&self) -> StoreIdentity {
        self.inner.identity()
    }
}
