//! Readers that follow the log while it is written: what they saw against what was acknowledged.

use super::given::{append, appends, event, log, moved, read, stream, table, tagged};
use crate::log::{EventId, LogFilter, Position, RecordedEvent, StreamId, Tag, Version};
use crate::store::{
    Batch, CommitError, Committed, EventStore, Expect, LogQuery, NewEvent, StreamQuery,
};
use std::collections::{HashMap, HashSet};
use std::fmt;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinSet;
use tokio::time::timeout;

/// How long a reader waits for the log to grow before it counts what it has not seen as skipped.
const PATIENCE: Duration = Duration::from_secs(30);

/// How often in turn a reader may be woken and find that it gets no further.
const IN_VAIN: usize = 1_000;

/// The event that the readers take for the end of the log.
const END: &str = "end";

/// No reader that follows the log misses an event, sees one twice or out of order, while many
/// write to a few streams, now and then in vain.
pub async fn no_reader_misses_an_event_of_hot_streams<S: EventStore>(store: S) {
    let check = TailCheck {
        writers: 16,
        commits: 40,
        streams: 4,
    };
    check.run(Arc::new(store)).await.assert_clean();
}

/// No reader that follows the log misses an event, sees one twice or out of order, while many
/// write to as many streams.
pub async fn no_reader_misses_an_event_of_many_streams<S: EventStore>(store: S) {
    let check = TailCheck {
        writers: 16,
        commits: 40,
        streams: 5_000,
    };
    check.run(Arc::new(store)).await.assert_clean();
}

/// Writers and readers at once: each acknowledged event goes into a ledger, which is held against
/// what the readers saw that followed the log from their checkpoints.
#[derive(Debug, Clone, Copy)]
pub struct TailCheck {
    /// How many write at once.
    pub writers: usize,
    /// How many batches each commits, of which about every tenth is to be refused.
    pub commits: usize,
    /// Over how many streams.
    pub streams: usize,
}

/// What a [`TailCheck`] came to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct TailReport {
    /// Events whose commit was acknowledged.
    pub acknowledged: usize,
    /// Batches that were refused.
    pub refused: usize,
    /// Events that the readers saw, all readers together.
    pub seen: usize,
    /// Events in the log that a reader never saw, though it went past them.
    pub skipped: usize,
    /// Events that a reader saw more than once.
    pub doubled: usize,
    /// Events that a reader saw at a position, or a version of their stream, not above the one before.
    pub disordered: usize,
    /// Acknowledged events that are not in the log, or elsewhere than their commit said.
    pub lost: usize,
    /// Events in the log that no commit acknowledged.
    pub unasked: usize,
}

impl TailReport {
    /// Whether nothing was skipped, doubled, out of order, lost or unasked for.
    pub fn is_clean(&self) -> bool {
        (
            self.skipped,
            self.doubled,
            self.disordered,
            self.lost,
            self.unasked,
        ) == (0, 0, 0, 0, 0)
    }

    /// Asserts that it [is clean](Self::is_clean), and that there was something to see.
    ///
    /// # Panics
    /// If it is not.
    pub fn assert_clean(&self) {
        assert!(
            self.is_clean() && self.acknowledged > 0 && self.refused > 0,
            "a reader that has seen a position never finds a new event at or below it, nor any twice: {self}"
        );
    }
}

impl fmt::Display for TailReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            acknowledged,
            refused,
            seen,
            skipped,
            doubled,
            disordered,
            lost,
            unasked,
        } = self;
        write!(
            f,
            "{acknowledged} events acknowledged, {refused} batches refused, {seen} events seen; \
             {skipped} skipped, {doubled} doubled, {disordered} out of order, {lost} lost, {unasked} unasked for"
        )
    }
}

impl TailCheck {
    /// Runs it on an empty store.
    pub async fn run<S: EventStore>(self, store: Arc<S>) -> TailReport {
        let mut readers = JoinSet::new();
        for reader in Reader::all() {
            readers.spawn(reader.follow(Arc::clone(&store)));
        }
        let mut writers = JoinSet::new();
        for number in 0..self.writers {
            writers.spawn(self.write(Arc::clone(&store), number));
        }
        let mut ledger = Ledger::default();
        for part in writers.join_all().await {
            ledger.acknowledged.extend(part.acknowledged);
            ledger.refused += part.refused;
        }
        let end = event(END);
        ledger
            .commit(&*store, vec![("end".to_owned(), Expect::Any, vec![end])])
            .await;
        let seen = readers.join_all().await;
        ledger.against(&log(&*store).await, &seen)
    }

    async fn write<S: EventStore>(self, store: Arc<S>, number: usize) -> Ledger {
        let mut ledger = Ledger::default();
        let mut random = Random(number as u64 + 1);
        for _ in 0..self.commits {
            let mut batch = Vec::new();
            let mut to: HashSet<u64> = HashSet::new();
            for _ in 0..=random.below(2) {
                to.insert(random.below(self.streams as u64));
            }
            for id in to {
                let id = id.to_string();
                let expect = match random.below(10) {
                    0 => Expect::Version(Version::from(u64::MAX)),
                    1..5 => Expect::Any,
                    _ => Expect::Version(version(&*store, &id).await),
                };
                let events = (0..=random.below(3))
                    .map(|_| tagged("written", &[("odd", &(random.below(2) == 1).to_string())]))
                    .collect();
                batch.push((id, expect, events));
            }
            ledger.commit(&*store, batch).await;
            for _ in 0..random.below(3) {
                tokio::task::yield_now().await;
            }
        }
        ledger
    }
}

async fn version(store: &impl EventStore, id: &str) -> Version {
    let mut version = Version::ZERO;
    loop {
        let query = StreamQuery {
            stream: stream(id),
            after: version,
            limit: 1_000,
        };
        match read(store.stream(query).await).last() {
            Some(last) => version = last.recorded().version,
            None => return version,
        }
    }
}

/// What was acknowledged, and where it is to stand.
#[derive(Default)]
struct Ledger {
    acknowledged: HashMap<EventId, Option<Committed>>,
    refused: usize,
}

impl Ledger {
    async fn commit(
        &mut self,
        store: &impl EventStore,
        batch: Vec<(String, Expect, Vec<NewEvent>)>,
    ) {
        let ids: Vec<EventId> = batch
            .iter()
            .flat_map(|(_, _, events)| events.iter().map(|event| event.id))
            .collect();
        let appended = batch
            .into_iter()
            .map(|(id, expect, events)| append(&id, expect, events));
        match store.commit(appends(appended)).await {
            Ok(committed) => {
                let last = ids.last().copied();
                self.acknowledged.extend(
                    ids.into_iter()
                        .map(|id| (id, (Some(id) == last).then_some(committed))),
                );
            }
            Err(CommitError::Conflict { .. }) => self.refused += 1,
            Err(error) => panic!("an append is kept or conflicts, but: {error:?}"),
        }
    }

    /// Holds the log and what was seen of it against the ledger.
    fn against(&self, log: &[RecordedEvent], readers: &[Reader]) -> TailReport {
        let mut report = TailReport {
            acknowledged: self.acknowledged.len(),
            refused: self.refused,
            ..TailReport::default()
        };
        let positions: HashMap<EventId, Position> = log
            .iter()
            .map(|event| (event.recorded().id, event.recorded().position))
            .collect();
        for (id, committed) in &self.acknowledged {
            let position = positions.get(id);
            let stands = committed.map_or(position.is_some(), |committed| {
                position == Some(&committed.position)
            });
            report.lost += usize::from(!stands);
        }
        let asked = |event: &&RecordedEvent| self.acknowledged.contains_key(&event.recorded().id);
        report.unasked = log.len() - log.iter().filter(asked).count();
        for reader in readers {
            reader.report(log, &mut report);
        }
        report
    }
}

/// One that follows the log.
#[derive(Default)]
struct Reader {
    filter: LogFilter,
    /// How many events it reads at once.
    limit: usize,
    /// Whether it keeps its checkpoint in the store, and reads it from there each time.
    keeps: bool,
    seen: Vec<(EventId, Position, StreamId, Version)>,
}

impl Reader {
    /// One that reads all, a checkpoint kept in the store; one that reads all in small pages; one
    /// that reads some.
    fn all() -> [Self; 3] {
        let all = Self {
            limit: 100,
            ..Self::default()
        };
        let odd = LogFilter::all().tagged(Tag::new("odd", "true"));
        [
            Self { keeps: true, ..all },
            Self {
                limit: 3,
                ..Self::default()
            },
            Self {
                filter: odd,
                limit: 7,
                ..Self::default()
            },
        ]
    }

    /// Follows the log until its end is seen, or nothing comes any more.
    async fn follow<S: EventStore>(mut self, store: Arc<S>) -> Self {
        let table = table("tail");
        let mut checkpoint = Position::ZERO;
        let mut end = Position::from(u64::MAX);
        let mut in_vain = 0;
        while checkpoint < end {
            if let Ok(grown) = timeout(PATIENCE, store.grown(checkpoint)).await {
                read(grown);
            } else {
                return self;
            }
            let query = LogQuery {
                after: checkpoint,
                through: None,
                filter: self.filter.clone(),
                limit: self.limit,
            };
            let page = read(store.log(query).await);
            in_vain = if page.through > checkpoint {
                0
            } else {
                in_vain + 1
            };
            if in_vain == IN_VAIN {
                return self;
            }
            self.seen.extend(page.events.iter().map(|event| {
                let recorded = event.recorded();
                (
                    recorded.id,
                    recorded.position,
                    recorded.stream.clone(),
                    recorded.version,
                )
            }));
            if self.keeps {
                let batch = Batch {
                    checkpoints: vec![moved(&table, checkpoint.get(), page.through.get())],
                    ..Batch::default()
                };
                super::given::commit(&*store, batch).await;
                checkpoint = read(store.checkpoint(&table).await);
            } else {
                checkpoint = page.through;
            }
            if let Some(last) = last_event(&*store).await {
                end = last;
            }
        }
        self
    }

    fn report(&self, log: &[RecordedEvent], report: &mut TailReport) {
        let mut ids = HashSet::new();
        let mut position = Position::ZERO;
        let mut versions: HashMap<&StreamId, Version> = HashMap::new();
        for (id, at, stream, version) in &self.seen {
            report.seen += 1;
            report.doubled += usize::from(!ids.insert(*id));
            let before = versions.insert(stream, *version);
            let ordered = *at > position && before.is_none_or(|before| before < *version);
            report.disordered += usize::from(!ordered);
            position = *at;
        }
        report.skipped += log
            .iter()
            .filter(|event| self.filter.takes(event) && !ids.contains(&event.recorded().id))
            .count();
    }
}

/// The position of the event that ends the log, once it is there.
async fn last_event(store: &impl EventStore) -> Option<Position> {
    let query = StreamQuery {
        stream: stream("end"),
        after: Version::ZERO,
        limit: 1,
    };
    let events = read(store.stream(query).await);
    events.first().map(|event| event.recorded().position)
}

/// Numbers without an order that anyone relies on, the same ones each time.
struct Random(u64);

impl Random {
    fn below(&mut self, end: u64) -> u64 {
        // Marsaglia's xorshift
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % end
    }
}
