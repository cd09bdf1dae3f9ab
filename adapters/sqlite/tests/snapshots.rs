//! Snapshots in a file: they spare reads, go with their batch, and decide nothing whatever became of them.

mod given;

use cqrs_core::prelude::*;
use cqrs_sqlite::Sqlite;
use given::new_file;
use rusqlite::Connection;
use rusqlite::types::Value;
use std::path::Path;

#[commands("counter", counter: String)]
enum CounterCommand {
    Count { by: u64 },
}

#[events("counter")]
enum CounterEvent {
    Counted { by: u64 },
}

#[derive(Aggregate, Debug, Default, PartialEq, Serialize, Deserialize)]
#[aggregate("counter", id = String, snapshot_every = 10)]
struct Counter {
    total: u64,
    name: String,
}

#[handle]
impl Counter {
    fn count(&self, command: &Count) -> Counted {
        let by = command.by;
        Counted { by }
    }
}

#[apply]
impl Counter {
    fn counted(&mut self, event: &Counted) {
        self.total += event.by;
        self.name = format!("{} counted", self.total);
    }
}

async fn count(bus: &Bus<Sqlite>, times: u64) {
    for _ in 0..times {
        let counter = "a".to_owned();
        bus.dispatch(Count { counter, by: 1 }).await.unwrap();
    }
}

/// What a new process loads, and whether that is what all events lead to.
async fn total(file: &Path) -> u64 {
    let bus = Bus::open(Sqlite::at(file)).await.unwrap();
    let loaded = bus.load::<Counter>(&"a".to_owned()).await.unwrap();
    assert_eq!(loaded.state.name, format!("{} counted", loaded.state.total));
    assert_eq!(loaded.version.get(), loaded.state.total);
    loaded.state.total
}

/// A closed file with a counter of 25.
async fn at_25() -> std::path::PathBuf {
    let file = new_file();
    let store = Sqlite::at(&file).open().await.unwrap();
    let bus = Bus::open(store.clone()).await.unwrap();
    count(&bus, 25).await;
    drop(bus);
    store.close().await;
    file
}

const COLUMNS: [&str; 6] = [
    "stream",
    "version",
    "event",
    "fingerprint",
    "checksum",
    "state",
];

fn column(connection: &Connection, column: &str) -> Value {
    let sql = format!("SELECT {column} FROM cqrs_snapshots");
    connection.query_row(&sql, [], |row| row.get(0)).unwrap()
}

fn set(connection: &Connection, column: &str, value: &Value) {
    let sql = format!("UPDATE cqrs_snapshots SET {column} = ?");
    assert_eq!(connection.execute(&sql, [value]).unwrap(), 1);
}

/// The value with each of its bits turned, one at a time.
fn decayed(value: &Value) -> Vec<Value> {
    let turned = |bytes: &[u8]| -> Vec<Vec<u8>> {
        let bits = 0..bytes.len() * 8;
        bits.map(|bit| {
            let mut bytes = bytes.to_vec();
            bytes[bit / 8] ^= 1 << (bit % 8);
            bytes
        })
        .collect()
    };
    match value {
        Value::Integer(number) => (0..64)
            .map(|bit| Value::Integer(number ^ (1 << bit)))
            .collect(),
        Value::Blob(bytes) => turned(bytes).into_iter().map(Value::Blob).collect(),
        Value::Text(text) => turned(text.as_bytes())
            .into_iter()
            .map(|bytes| match String::from_utf8(bytes) {
                Ok(text) => Value::Text(text),
                Err(no_text) => Value::Blob(no_text.into_bytes()),
            })
            .collect(),
        other => panic!("{other:?} is in a snapshot"),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_snapshot_can_be_looked_at_and_is_read_by_the_next_process() {
    let file = at_25().await;
    let connection = Connection::open(&file).unwrap();
    assert_eq!(column(&connection, "version"), Value::Integer(20));
    assert_eq!(
        column(&connection, "state"),
        Value::Text(r#"{"total":20,"name":"20 counted"}"#.to_owned())
    );
    // whoever looks at the events that are in it finds none
    connection
        .execute_batch(
            "DROP TRIGGER cqrs_events_never_change;
             UPDATE cqrs_events SET data = x'00' WHERE version < 20",
        )
        .unwrap();
    connection.close().unwrap();
    assert_eq!(total(&file).await, 25);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_snapshot_of_which_a_bit_turned_is_none() {
    let file = at_25().await;
    let store = Sqlite::at(&file).open().await.unwrap();
    let bus = Bus::open(store).await.unwrap();
    let connection = Connection::open(&file).unwrap();
    let mut tried = 0;
    for name in COLUMNS {
        let sound = column(&connection, name);
        for value in decayed(&sound) {
            set(&connection, name, &value);
            let loaded = bus.load::<Counter>(&"a".to_owned()).await.unwrap();
            assert_eq!(loaded.state.total, 25, "{name}: {value:?}");
            assert_eq!(loaded.state.name, "25 counted", "{name}: {value:?}");
            tried += 1;
        }
        set(&connection, name, &sound);
    }
    assert_eq!(tried, 4 * 64 + (16 + 32) * 8);
    for state in [Value::Null, Value::Real(1.0), Value::Integer(1)] {
        let sql = "UPDATE cqrs_snapshots SET state = ?";
        if connection.execute(sql, [&state]).is_ok() {
            let loaded = bus.load::<Counter>(&"a".to_owned()).await.unwrap();
            assert_eq!(loaded.state.total, 25, "{state:?}");
        }
    }
    set(&connection, "event", &Value::Blob(vec![1, 2, 3]));
    let loaded = bus.load::<Counter>(&"a".to_owned()).await.unwrap();
    assert_eq!(loaded.state.total, 25);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_snapshot_that_cannot_be_read_is_replaced() {
    let file = at_25().await;
    let connection = Connection::open(&file).unwrap();
    set(&connection, "state", &Value::Text("{}".to_owned()));
    set(&connection, "version", &Value::Integer(i64::MAX));
    let bus = Bus::open(Sqlite::at(&file)).await.unwrap();
    count(&bus, 1).await;
    assert_eq!(column(&connection, "version"), Value::Integer(26));
    drop(bus);
    assert_eq!(total(&file).await, 26);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn processes_that_share_a_file_share_the_snapshots() {
    let file = new_file();
    let one = Bus::open(Sqlite::at(&file)).await.unwrap();
    let other = Bus::open(Sqlite::at(&file)).await.unwrap();
    for round in 1..=10 {
        count(&one, 1).await;
        count(&other, 2).await;
        assert_eq!(total(&file).await, round * 3);
    }
    let connection = Connection::open(&file).unwrap();
    assert_eq!(column(&connection, "version"), Value::Integer(30));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_backup_has_the_snapshots_of_its_log() {
    let file = at_25().await;
    let store = Sqlite::at(&file).open().await.unwrap();
    let backup = new_file();
    store.backup_to(&backup).await.unwrap();
    let bus = Bus::open(store).await.unwrap();
    count(&bus, 10).await;
    let connection = Connection::open(&backup).unwrap();
    assert_eq!(column(&connection, "version"), Value::Integer(20));
    assert_eq!(total(&backup).await, 25);
    assert_eq!(total(&file).await, 35);
}
