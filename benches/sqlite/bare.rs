//! A plain loop: one thread takes what is there, writes it in one transaction, and answers.

use cqrs_benches::{Deposited, Opened};
use rusqlite::{Connection, params};
use std::path::Path;
use std::sync::mpsc;
use std::time::{SystemTime, UNIX_EPOCH};
use tokio::sync::oneshot;

/// One event to write.
struct Event {
    /// The account, where it begins a stream.
    begins: Option<u64>,
    stream: i64,
    version: i64,
    id: [u8; 16],
    data: Vec<u8>,
    answer: oneshot::Sender<i64>,
}

pub struct Bare(mpsc::Sender<Event>);

impl Bare {
    pub fn open(file: &Path) -> rusqlite::Result<Self> {
        let connection = Connection::open(file)?;
        connection.execute_batch(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -32768;
             INSERT OR IGNORE INTO cqrs_categories VALUES (1, '', 'account');
             INSERT OR IGNORE INTO cqrs_kinds VALUES (1, 'account.opened', 1), (2, 'account.deposited', 1)",
        )?;
        let (events, taken) = mpsc::channel();
        std::thread::spawn(move || run(&connection, &taken).expect("it writes"));
        Ok(Self(events))
    }

    pub async fn begin(&self, account: u64, data: Vec<u8>) -> i64 {
        self.write(Some(account), 0, 1, data).await
    }

    pub async fn append(&self, stream: i64, version: i64, data: Vec<u8>) {
        self.write(None, stream, version, data).await;
    }

    async fn write(&self, begins: Option<u64>, stream: i64, version: i64, data: Vec<u8>) -> i64 {
        let (answer, answered) = oneshot::channel();
        let id = cqrs_core::log::EventId::generate().as_uuid().into_bytes();
        let event = Event {
            begins,
            stream,
            version,
            id,
            data,
            answer,
        };
        self.0.send(event).expect("the thread runs");
        answered.await.expect("it is written")
    }
}

fn run(connection: &Connection, events: &mpsc::Receiver<Event>) -> rusqlite::Result<()> {
    let mut begin = connection.prepare("BEGIN IMMEDIATE")?;
    let mut commit = connection.prepare("COMMIT")?;
    let mut stream = connection.prepare("INSERT INTO cqrs_streams VALUES (?, 1, ?)")?;
    let mut event = connection
        .prepare("INSERT INTO cqrs_events VALUES (?, ?, ?, ?, ?, NULL, ?, 1, NULL, NULL, ?)")?;
    let (mut position, mut streams) = (0_i64, 0_i64);
    let mut answers = Vec::new();
    while let Ok(first) = events.recv() {
        begin.execute([])?;
        let now = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        let now = i64::try_from(now.as_micros()).unwrap_or(i64::MAX);
        let mut next = Some(first);
        while let Some(mut it) = next {
            if let Some(account) = it.begins {
                streams += 1;
                it.stream = streams;
                stream.execute(params![streams, account.to_string()])?;
            }
            position += 1;
            let kind = if it.begins.is_some() { 1 } else { 2 };
            event.execute(params![
                position, it.stream, it.version, kind, now, it.id, it.data
            ])?;
            answers.push((it.answer, it.stream));
            next = (answers.len() < 512)
                .then(|| events.try_recv().ok())
                .flatten();
        }
        commit.execute([])?;
        for (answer, stream) in answers.drain(..) {
            answer.send(stream).ok();
        }
    }
    Ok(())
}

/// Reads and folds the events of the one stream, and tells the balance: the limit of a replay on one
/// thread, as one would write it by hand for this one fold.
///
/// Of the eleven columns that an event has it reads the kind and the data, by the same index; the data
/// is borrowed from `SQLite`'s own page, decoded into the same types, and folded on the spot. The kinds
/// are known to it by their numbers. It goes without the events' places in the log, ids, times,
/// commands, tags and metadata; it makes no pages, so it reads in one transaction, however long that
/// takes; and it does not say which event it could not decode.
pub fn replay(connection: &Connection) -> Result<u64, Box<dyn std::error::Error>> {
    let mut events = connection
        .prepare("SELECT kind, data FROM cqrs_events WHERE stream = 1 ORDER BY version")?;
    let mut rows = events.query([])?;
    let (mut open, mut balance) = (false, 0);
    while let Some(row) = rows.next()? {
        let data = row.get_ref(1)?.as_blob()?;
        if row.get::<_, i64>(0)? == 1 {
            serde_json::from_slice::<Opened>(data)?;
            open = true;
        } else {
            balance = serde_json::from_slice::<Deposited>(data)?.balance;
        }
    }
    assert!(open, "it was opened first");
    Ok(balance)
}
