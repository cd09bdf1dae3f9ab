//! The child: many tasks, each of which counts in events, rows, snapshots and commands at once.

use crate::tally;

use cqrs_core::log::{
    CommandId, Data, EventId, Fingerprint, Metadata, Name, StreamId, Tags, Tenant,
};
use cqrs_core::projection::IndexKey;
use cqrs_core::store::{
    Append, Batch, CommandKey, CommitError, EventStore, Expect, NewEvent, NewSnapshot, RowData,
    RowWrite, Table,
};
use cqrs_sqlite::Sqlite;
use std::fs::File;
use std::io::Write;
use std::sync::Arc;

/// Every so many steps of a task carry a snapshot of its stream.
pub const SNAPSHOT_EVERY: u64 = 3;

/// The digest of a fold that there never was.
pub const FINGERPRINT: u64 = 7;

/// What the events of a task add up to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct State {
    pub events: u64,
    pub sum: u64,
}

impl State {
    pub fn apply(&mut self, count: u64) {
        self.events += 1;
        self.sum += count;
    }

    /// That after the step to `count`, as the task has it in mind.
    fn at(count: u64) -> Self {
        Self {
            events: count,
            sum: count * (count + 1) / 2,
        }
    }
}

/// The stream of a task.
pub fn stream(task: usize) -> StreamId {
    StreamId::new(Tenant::default(), "task", task.to_string()).unwrap()
}

/// Where a task's count is kept as a row.
pub fn counts() -> Table {
    Table {
        projection: Name::from_static("counts"),
        version: 1,
    }
}

/// The batch by which a task counts on to `count`: an event in its own stream, mostly without a snapshot, and
/// one in a stream of all, its row, its command.
pub fn step(task: usize, count: u64) -> Batch {
    let command = CommandId::derived([format!("{task}"), format!("{count}")]);
    let event = |stream: StreamId| Append {
        stream,
        expect: Expect::Any,
        events: [NewEvent {
            id: EventId::generate(),
            name: Name::from_static("counted"),
            schema: 1,
            data: Data::from_bytes(format!("[{task},{count}]").into_bytes()),
            tags: Tags::default(),
        }]
        .into_iter()
        .collect(),
        occurred_at: None,
        metadata: Metadata::of(command),
        snapshot: None,
    };
    let mut batch = Batch::default();
    batch.command = Some(CommandKey {
        tenant: Tenant::default(),
        id: command,
        fingerprint: Fingerprint::of("count", 1, b""),
    });
    let mut own = event(stream(task));
    own.snapshot = count
        .is_multiple_of(SNAPSHOT_EVERY)
        .then(|| Box::new(snapshot(count)));
    let all = StreamId::new(Tenant::default(), "task", "all").unwrap();
    batch.appends = [own, event(all)].into_iter().collect();
    batch.rows = vec![RowWrite {
        table: counts(),
        key: task.to_string(),
        row: Some(RowData {
            data: Data::from_bytes(count.to_string().into_bytes()),
            index: vec![IndexKey::Int(i128::from(count))],
        }),
    }];
    batch
}

fn snapshot(count: u64) -> NewSnapshot {
    NewSnapshot {
        fingerprint: FINGERPRINT,
        checksum: count,
        data: Data::from_bytes(serde_json::to_vec(&State::at(count)).unwrap()),
    }
}

/// The count of each task, as its row says.
pub async fn counted(store: &Sqlite, tasks: usize) -> Vec<u64> {
    let keys: Vec<String> = (0..tasks).map(|task| task.to_string()).collect();
    let rows = store.rows_of(&counts(), &keys).await.unwrap();
    let count = |row: Option<cqrs_core::store::StoredRow>| {
        row.map_or(0, |row| {
            let text = std::str::from_utf8(row.data.as_bytes().unwrap()).unwrap();
            text.parse().unwrap()
        })
    };
    rows.into_iter().map(count).collect()
}

/// FILE LEDGER TASKS STEPS: each task counts on from where its row stands, `STEPS` times, and writes to the ledger what it
/// sends and what it is answered.
pub fn run(arguments: &[String]) {
    let [file, ledger, tasks, steps] = arguments else {
        panic!("{arguments:?}");
    };
    let (tasks, steps): (usize, u64) = (tasks.parse().unwrap(), steps.parse().unwrap());
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let (store, _tally) = tally::opened(file).await;
        let ledger = Arc::new(
            File::options()
                .append(true)
                .create(true)
                .open(ledger)
                .unwrap(),
        );
        let counted = counted(&store, tasks).await;
        note(&ledger, "ready");
        let mut all = Vec::new();
        for (task, from) in counted.into_iter().enumerate() {
            all.push(tokio::spawn(count(
                store.clone(),
                Arc::clone(&ledger),
                task,
                from,
                steps,
            )));
        }
        for task in all {
            task.await.unwrap();
        }
        store.close().await;
    });
}

async fn count(store: Sqlite, ledger: Arc<File>, task: usize, from: u64, steps: u64) {
    for count in from + 1..=from + steps {
        note(&ledger, &format!("sent {task} {count}"));
        let mut answer = store.commit(step(task, count)).await;
        let unknown = matches!(answer, Err(CommitError::OutcomeUnknown { .. }));
        if unknown {
            note(&ledger, &format!("unknown {task} {count}"));
            answer = store.commit(step(task, count)).await; // the same command again has no second effect
        }
        match answer {
            Ok(committed) => {
                let position = committed.position;
                note(&ledger, &format!("kept {task} {count} {position}"));
            }
            Err(_) if unknown => return,
            Err(_) => {
                note(&ledger, &format!("failed {task} {count}"));
                return;
            }
        }
    }
}

/// One write, so that it is there whole or not at all, whoever is killed.
fn note(mut ledger: &File, line: &str) {
    ledger.write_all(format!("{line}\n").as_bytes()).unwrap();
}
