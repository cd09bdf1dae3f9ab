//! What the child sent and was answered, held against what is in the file.

use crate::load::{self, State, counted};
use crate::tally;
use cqrs_core::log::{LogFilter, Position, StreamId, Version};
use cqrs_core::store::{EventStore, FactQuery, LogQuery, StreamQuery};
use cqrs_sqlite::Sqlite;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// One step: a task and its count.
pub type Step = (usize, u64);

/// What a ledger tells.
#[derive(Debug, Default)]
pub struct Ledger {
    pub ready: bool,
    pub sent: BTreeSet<Step>,
    pub kept: BTreeMap<Step, u64>,
    /// Answered with a failure, so it must not be there.
    pub failed: BTreeSet<Step>,
    /// Answered with an unknown outcome.
    pub unknown: BTreeSet<Step>,
}

impl Ledger {
    pub fn read(file: &Path) -> Self {
        let mut ledger = Self::default();
        let text = std::fs::read_to_string(file).unwrap_or_default();
        for line in text.lines() {
            let mut words = line.split(' ');
            let kind = words.next().unwrap();
            if kind == "ready" {
                ledger.ready = true;
                continue;
            }
            let numbers: Vec<u64> = words.map(|word| word.parse().unwrap()).collect();
            let step = (usize::try_from(numbers[0]).unwrap(), numbers[1]);
            match kind {
                "sent" => drop(ledger.sent.insert(step)),
                "kept" => drop(ledger.kept.insert(step, numbers[2])),
                "failed" => drop(ledger.failed.insert(step)),
                "unknown" => drop(ledger.unknown.insert(step)),
                other => panic!("{other}"),
            }
        }
        ledger
    }

    /// What was sent, and never answered.
    pub fn in_flight(&self) -> usize {
        let answered = |step: &&Step| {
            self.kept.contains_key(step)
                || self.failed.contains(step)
                || self.unknown.contains(step)
        };
        self.sent.len() - self.sent.iter().filter(answered).count()
    }
}

/// What is known of the log so far.
#[derive(Debug)]
pub struct Seen {
    tasks: usize,
    head: Position,
    /// The count of each task, as its events say.
    counts: Vec<u64>,
    /// And what they add up to.
    states: Vec<State>,
    versions: BTreeMap<StreamId, u64>,
    positions: BTreeMap<Step, u64>,
}

impl Seen {
    pub fn nothing(tasks: usize) -> Self {
        Self {
            tasks,
            head: Position::ZERO,
            counts: vec![0; tasks],
            states: vec![State::default(); tasks],
            versions: BTreeMap::new(),
            positions: BTreeMap::new(),
        }
    }

    /// Holds what came since against the ledgers of whoever wrote it.
    pub async fn hold(&mut self, store: &Sqlite, ledgers: &[Ledger]) {
        loop {
            let query = LogQuery {
                after: self.head,
                through: None,
                filter: LogFilter::all(),
                limit: 10_000,
            };
            let page = store.log(query).await.unwrap();
            if page.events.is_empty() {
                break;
            }
            for event in &page.events {
                let recorded = event.recorded();
                let version = self.versions.entry(recorded.stream.clone()).or_default();
                *version += 1;
                assert_eq!(
                    recorded.version.get(),
                    *version,
                    "versions have no gaps: {recorded:?}"
                );
                let (task, count): Step =
                    serde_json::from_slice(event.data().as_bytes().unwrap()).unwrap();
                if recorded.stream.id() == "all" {
                    self.positions
                        .insert((task, count), recorded.position.get());
                    continue;
                }
                self.counts[task] += 1;
                self.states[task].apply(count);
                assert_eq!(
                    count, self.counts[task],
                    "each step has its effect once: task {task}"
                );
                let sent = ledgers.iter().any(|it| it.sent.contains(&(task, count)));
                assert!(sent, "step {count} of task {task} was never sent");
            }
            self.head = page.through;
        }
        let rows = counted(store, self.tasks).await;
        assert_eq!(rows, self.counts, "rows move together with the events");
        self.hold_tally(store).await;
        for task in 0..self.tasks {
            self.hold_snapshot(store, task).await;
        }
        for ledger in ledgers {
            for (step, position) in &ledger.kept {
                assert_eq!(
                    self.positions.get(step),
                    Some(position),
                    "{step:?} was acknowledged"
                );
            }
            for step in &ledger.failed {
                let (task, count) = *step;
                assert!(
                    self.counts[task] < count,
                    "{step:?} was refused, and is there"
                );
            }
        }
    }
    /// What is folded within the commits is there with them: no event too few, nor one too many.
    async fn hold_tally(&self, store: &Sqlite) {
        let streams = self.versions.keys();
        let keys: Vec<String> = streams.map(|stream| stream.id().to_owned()).collect();
        let (counts, checkpoint) = tally::read(store, &keys).await;
        assert_eq!(checkpoint, self.head, "its checkpoint is at the head");
        let versions: Vec<u64> = self.versions.values().copied().collect();
        assert_eq!(counts, versions, "and its rows are as of there");
    }

    /// The last snapshot that a task sent along is there, of an event that is; and what comes behind it leads from it to
    /// where all events lead.
    async fn hold_snapshot(&self, store: &Sqlite, task: usize) {
        let stream = load::stream(task);
        let found = store.snapshot(&stream).await.unwrap();
        let due = self.counts[task] / load::SNAPSHOT_EVERY * load::SNAPSHOT_EVERY;
        let version = found.as_ref().map_or(0, |found| found.version.get());
        assert_eq!(version, due, "a snapshot goes with its append: task {task}");
        let Some(found) = found else { return };
        let of = store.stream(StreamQuery {
            stream: stream.clone(),
            after: Version::from(version - 1),
            limit: 1,
        });
        let of = of.await.unwrap();
        let of = of[0].recorded();
        assert_eq!((of.version, of.id), (found.version, found.event));
        assert_eq!(
            (found.fingerprint, found.checksum),
            (load::FINGERPRINT, due)
        );
        let mut state: State = serde_json::from_slice(found.data.as_bytes().unwrap()).unwrap();
        let behind = store.facts(FactQuery {
            stream,
            after: found.version,
            limit: 1_000,
            events: &[],
            envelopes: false,
        });
        let behind = behind.await.unwrap();
        assert!(!behind.more(), "there is a snapshot every few events");
        for fact in behind.iter() {
            let (_, count): Step = serde_json::from_slice(fact.data().unwrap()).unwrap();
            state.apply(count);
        }
        assert_eq!(state, self.states[task], "it is what all events lead to");
    }
}
