//! The limit of the disk and of `SQLite`: the states in maps, decided under a lock, and one thread that
//! takes what is there, writes it in one transaction, and answers.

use cqrs_core::log::EventId;
use peers_harness::{Attempt, Bank, Error};
use peers_ours::{Deposited, Opened};
use rusqlite::{Connection, params};
use serde::Serialize;
use std::collections::HashMap;
use std::path::Path;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError, mpsc};
use std::time::{SystemTime, UNIX_EPOCH};
use tokio::sync::oneshot;

/// How many events are committed together at most.
const BATCH: usize = 512;

/// How many maps hold the states, so that clients of different accounts rarely meet.
const MAPS: usize = 256;

/// What an event needs, and the index that loads a stream and judges its versions.
const TABLES: &str = "
    CREATE TABLE streams (stream INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE) STRICT;
    CREATE TABLE events (
        position INTEGER PRIMARY KEY,
        stream INTEGER NOT NULL,
        version INTEGER NOT NULL,
        kind INTEGER NOT NULL,
        recorded_at INTEGER NOT NULL,
        id BLOB NOT NULL,
        data BLOB NOT NULL
    ) STRICT;
    CREATE UNIQUE INDEX events_of_stream ON events (stream, version)";
const OPENED: i64 = 1;
const DEPOSITED: i64 = 2;

struct Bare {
    accounts: Vec<Mutex<HashMap<u64, Account>>>,
    streams: AtomicI64,
    /// To the thread that writes: those of an account in the order of their decisions.
    events: mpsc::Sender<Event>,
    /// Beside the one that writes.
    reader: Mutex<Connection>,
}

struct Account {
    stream: i64,
    version: i64,
    balance: u64,
}

struct Event {
    /// The account, where it begins a stream.
    begins: Option<u64>,
    stream: i64,
    version: i64,
    id: [u8; 16],
    data: Vec<u8>,
    answer: oneshot::Sender<()>,
}

impl Bank for Bare {
    const NAME: &'static str = "bare rusqlite";

    async fn open(directory: &Path) -> Result<Self, Error> {
        let path = directory.join("bank.db");
        let connection = connect(&path)?;
        connection.execute_batch(TABLES)?;
        let (events, taken) = mpsc::channel();
        std::thread::spawn(move || write(&connection, &taken).expect("it writes"));
        Ok(Self {
            accounts: (0..MAPS).map(|_| Mutex::default()).collect(),
            streams: AtomicI64::new(1),
            events,
            reader: Mutex::new(connect(&path)?),
        })
    }

    async fn begin(&self, account: u64) -> Attempt {
        self.decide(account, |accounts| {
            let stream = self.streams.fetch_add(1, Ordering::Relaxed);
            let (version, balance) = (1, 0);
            let begun = Account {
                stream,
                version,
                balance,
            };
            assert!(accounts.insert(account, begun).is_none(), "it is new");
            let owner = "Ada".to_owned();
            (Some(account), stream, version, json(&Opened { owner }))
        })
        .await
    }

    async fn deposit(&self, account: u64, amount: u64) -> Attempt {
        self.decide(account, |accounts| {
            let it = accounts.get_mut(&account).expect("it is open");
            it.version += 1;
            it.balance += amount;
            let balance = it.balance;
            let data = json(&Deposited { amount, balance });
            (None, it.stream, it.version, data)
        })
        .await
    }

    async fn fill(&self, account: u64, events: u64) -> Result<(), Error> {
        let connection = locked(&self.reader);
        connection.execute_batch("BEGIN")?;
        connection.execute(BEGIN, params![1, account.to_string()])?;
        let owner = "Ada".to_owned();
        insert(&connection, 1, OPENED, &json(&Opened { owner }))?;
        for balance in 1..events {
            let data = json(&Deposited { amount: 1, balance });
            insert(&connection, balance + 1, DEPOSITED, &data)?;
        }
        Ok(connection.execute_batch("COMMIT")?)
    }

    async fn load(&self, account: u64) -> Result<u64, Error> {
        let connection = locked(&self.reader);
        let mut events = connection.prepare_cached(
            "SELECT kind, data FROM events
             WHERE stream = (SELECT stream FROM streams WHERE id = ?) ORDER BY version",
        )?;
        let mut rows = events.query([account.to_string()])?;
        let (mut open, mut balance) = (false, 0);
        while let Some(row) = rows.next()? {
            let data = row.get_ref(1)?.as_blob()?;
            if row.get::<_, i64>(0)? == OPENED {
                serde_json::from_slice::<Opened>(data)?;
                open = true;
            } else {
                balance += serde_json::from_slice::<Deposited>(data)?.amount;
            }
        }
        assert!(open, "it was opened first");
        Ok(balance)
    }
}

impl Bare {
    async fn decide(
        &self,
        account: u64,
        decide: impl FnOnce(&mut HashMap<u64, Account>) -> (Option<u64>, i64, i64, Vec<u8>),
    ) -> Attempt {
        let (answer, answered) = oneshot::channel();
        let id = EventId::generate().as_uuid().into_bytes();
        {
            let map = usize::try_from(account).expect("it is small") % MAPS;
            let mut accounts = locked(&self.accounts[map]);
            let (begins, stream, version, data) = decide(&mut accounts);
            let event = Event {
                begins,
                stream,
                version,
                id,
                data,
                answer,
            };
            self.events.send(event).expect("the thread runs");
        }
        answered.await.expect("it is written");
        Ok(1)
    }
}

const BEGIN: &str = "INSERT INTO streams VALUES (?, ?)";
const APPEND: &str = "INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?)";

fn connect(path: &Path) -> rusqlite::Result<Connection> {
    let connection = Connection::open(path)?;
    connection.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -32768",
    )?;
    Ok(connection)
}

fn write(connection: &Connection, events: &mpsc::Receiver<Event>) -> rusqlite::Result<()> {
    let mut begin = connection.prepare("BEGIN IMMEDIATE")?;
    let mut commit = connection.prepare("COMMIT")?;
    let mut stream = connection.prepare(BEGIN)?;
    let mut append = connection.prepare(APPEND)?;
    let mut position = 0_i64;
    let mut answers = Vec::new();
    while let Ok(first) = events.recv() {
        begin.execute([])?;
        let now = now();
        let mut next = Some(first);
        while let Some(it) = next {
            if let Some(account) = it.begins {
                stream.execute(params![it.stream, account.to_string()])?;
            }
            position += 1;
            let kind = it.begins.map_or(DEPOSITED, |_| OPENED);
            append.execute(params![
                position, it.stream, it.version, kind, now, it.id, it.data
            ])?;
            answers.push(it.answer);
            next = (answers.len() < BATCH)
                .then(|| events.try_recv().ok())
                .flatten();
        }
        commit.execute([])?;
        for answer in answers.drain(..) {
            answer.send(()).ok();
        }
    }
    Ok(())
}

/// Inserts an event of the first stream, whose versions are the positions.
fn insert(connection: &Connection, version: u64, kind: i64, data: &[u8]) -> rusqlite::Result<()> {
    let version = i64::try_from(version).expect("it is small");
    let id = EventId::generate().as_uuid().into_bytes();
    connection.prepare_cached(APPEND)?.execute(params![
        version,
        1,
        version,
        kind,
        now(),
        id,
        data
    ])?;
    Ok(())
}

fn locked<T>(it: &Mutex<T>) -> MutexGuard<'_, T> {
    it.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Microseconds since 1970.
fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    i64::try_from(since.unwrap_or_default().as_micros()).unwrap_or(i64::MAX)
}

fn json(event: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(event).expect("it encodes")
}

fn main() -> Result<(), Error> {
    peers_harness::run::<Bare>()
}
