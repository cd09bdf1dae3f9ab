//! The rows of projections, as tables of SQL.
#![allow(missing_docs, reason = "a domain of the test alone")]

mod given;

use cqrs_core::log::{Data, Name, Tenant};
use cqrs_core::prelude::*;
use cqrs_core::projection::IndexKey;
use cqrs_core::store::{
    Batch, EventStore, IndexRange, IndexedField, RowData, RowOrder, RowPlace, RowQuery, RowWrite,
    Table,
};
use cqrs_sqlite::Sqlite;
use given::{fresh, new_file};
use rusqlite::Connection;
use std::ops::Bound;

#[commands("account", account: String)]
pub enum AccountCommand {
    Open { owner: String },
    Deposit { amount: u64 },
}

#[events("account")]
pub enum AccountEvent {
    Opened { owner: String },
    Deposited { amount: u64 },
}

#[derive(Aggregate, Default)]
#[aggregate("account", id = String)]
pub struct Account;

#[handle]
impl Account {
    fn open(&self, command: &Open) -> Opened {
        Opened {
            owner: command.owner.clone(),
        }
    }
    fn deposit(&self, command: &Deposit) -> Deposited {
        Deposited {
            amount: command.amount,
        }
    }
}

#[apply]
impl Account {
    fn opened(&mut self, _: &Opened) {}
    fn deposited(&mut self, _: &Deposited) {}
}

#[derive(Projection, Default, Serialize, Deserialize)]
#[projection("bank.balances", key = String)]
pub struct Balance {
    owner: String,
    #[index]
    amount: u64,
    #[index]
    key: Option<String>,
}

#[project]
impl Balance {
    fn opened(&mut self, event: &Opened) {
        self.owner.clone_from(&event.owner);
        self.key = Some(event.owner.to_uppercase()).filter(|key| key != "NOBODY");
    }
    fn deposited(&mut self, event: &Deposited) -> Result<(), &'static str> {
        ensure!(event.amount != 13, "13 is not folded");
        self.amount += event.amount;
        Ok(())
    }
}

/// What the `sqlite3` tool would show.
fn shown(file: &std::path::Path, sql: &str) -> Vec<String> {
    let connection = Connection::open(file).unwrap();
    let mut rows = connection.prepare(sql).unwrap();
    let columns = rows.column_count();
    let line = |row: &rusqlite::Row<'_>| {
        let values: Vec<String> = (0..columns)
            .map(|place| match row.get_ref(place).unwrap() {
                rusqlite::types::ValueRef::Null => "null".to_owned(),
                rusqlite::types::ValueRef::Integer(number) => number.to_string(),
                rusqlite::types::ValueRef::Real(number) => number.to_string(),
                rusqlite::types::ValueRef::Text(text) => String::from_utf8(text.into()).unwrap(),
                rusqlite::types::ValueRef::Blob(_) => "blob".to_owned(),
            })
            .collect();
        Ok(values.join("|"))
    };
    rows.query_map([], line)
        .unwrap()
        .map(Result::unwrap)
        .collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rows_stand_in_a_table_with_columns_that_anyone_can_read() {
    let file = new_file();
    let bus = Bus::open(Sqlite::at(&file)).await.unwrap();
    for (account, owner, amount) in [("a", "Ada", 50), ("b", "nobody", 70), ("c", "Cy", 13)] {
        let (account, owner) = (account.to_owned(), owner.to_owned());
        bus.dispatch(Open {
            account: account.clone(),
            owner,
        })
        .await
        .unwrap();
        bus.dispatch(Deposit { account, amount }).await.unwrap();
    }
    let last = bus
        .dispatch(Deposit {
            account: "a".into(),
            amount: 1,
        })
        .await
        .unwrap();
    let ada = bus.find::<Balance>(&"a".into()).after(&last).await.unwrap();
    assert_eq!(ada.unwrap().amount, 51);

    let rows = shown(
        &file,
        "SELECT key, amount, key_2, row ->> 'owner' FROM bank_balances_v1 ORDER BY amount DESC",
    );
    assert_eq!(rows, ["b|70|null|nobody", "a|51|ADA|Ada", "c|0|CY|Cy"]);
    let plan = shown(
        &file,
        "EXPLAIN QUERY PLAN SELECT key FROM bank_balances_v1 ORDER BY amount DESC LIMIT 3",
    );
    assert!(plan[0].contains("USING COVERING INDEX"), "{plan:?}");
    let parked = shown(
        &file,
        "SELECT parked_key, row ->> 'event' FROM bank_balances_parked_v1",
    );
    assert_eq!(parked, ["c|account.deposited"]);
    let log = shown(
        &file,
        "SELECT position, stream, name, data FROM cqrs_log WHERE version = 2",
    );
    assert_eq!(
        log,
        [
            r#"2|a|account.deposited|{"amount":50}"#,
            r#"4|b|account.deposited|{"amount":70}"#,
            r#"6|c|account.deposited|{"amount":13}"#
        ]
    );
    let at = shown(
        &file,
        "SELECT name, version, position FROM cqrs_projections WHERE name NOT LIKE '%~%'",
    );
    assert_eq!(at, ["bank.balances|1|7"]);
    for forbidden in [
        "UPDATE cqrs_events SET data = x''",
        "DELETE FROM cqrs_events",
    ] {
        let error = Connection::open(&file)
            .unwrap()
            .execute(forbidden, [])
            .unwrap_err();
        assert!(error.to_string().contains("never change"), "{error}");
    }
}

fn table(name: &str) -> Table {
    Table {
        projection: Name::from(name),
        version: 1,
    }
}

fn row(table: &Table, key: &str, index: Vec<IndexKey>) -> RowWrite {
    RowWrite {
        table: table.clone(),
        key: key.to_owned(),
        row: Some(RowData {
            data: Data::from_bytes(*b"{}"),
            index,
        }),
    }
}

async fn write(store: &Sqlite, rows: Vec<RowWrite>) {
    let mut batch = Batch::default();
    batch.rows = rows;
    store.commit(batch).await.unwrap();
}

async fn keys(store: &Sqlite, query: RowQuery) -> Vec<String> {
    let rows = store.rows(query).await.unwrap();
    rows.into_iter().map(|row| row.key).collect()
}

/// Numbers that are too long for a column, and booleans among numbers, keep their order.
#[tokio::test]
async fn a_column_that_comes_to_hold_anything_keeps_its_order() {
    let store = fresh().await;
    let of = table("odd");
    let by = |descending| {
        RowQuery::all(
            of.clone(),
            RowOrder::Index {
                place: 0,
                descending,
            },
        )
    };
    write(
        &store,
        vec![
            row(&of, "b", vec![IndexKey::Int(5)]),
            row(&of, "none", vec![]),
        ],
    )
    .await;
    write(
        &store,
        vec![row(&of, "c", vec![IndexKey::Int(i128::from(i64::MAX))])],
    )
    .await;
    assert_eq!(keys(&store, by(false)).await, ["b", "c"]);
    write(&store, vec![row(&of, "d", vec![IndexKey::Int(i128::MAX)])]).await;
    write(&store, vec![row(&of, "a", vec![IndexKey::Bool(true)])]).await;
    write(
        &store,
        vec![row(&of, "e", vec![IndexKey::Text(String::new())])],
    )
    .await;
    write(&store, vec![row(&of, "0", vec![IndexKey::Null])]).await;
    assert_eq!(
        keys(&store, by(false)).await,
        ["0", "a", "b", "c", "d", "e"]
    );
    assert_eq!(keys(&store, by(true)).await, ["e", "d", "c", "b", "a", "0"]);
    let mut some = by(true);
    some.within = vec![IndexRange {
        place: 0,
        lower: Bound::Excluded(IndexKey::Bool(true)),
        upper: Bound::Excluded(IndexKey::Int(i128::MAX)),
    }];
    some.after = Some(RowPlace {
        value: IndexKey::Int(6),
        key: String::new(),
    });
    assert_eq!(keys(&store, some).await, ["b"]);
}

/// Fields that are named otherwise, in another order, or more of them, keep the values by place.
#[tokio::test]
async fn columns_are_named_as_the_fields_are() {
    let store = fresh().await;
    let of = table("named");
    let columns = || {
        shown(
            store.path(),
            "SELECT name FROM pragma_table_info('named_v1') WHERE name NOT IN ('key', 'row', 'fields')",
        )
    };
    write(
        &store,
        vec![row(&of, "a", vec![IndexKey::Int(1), IndexKey::Int(2)])],
    )
    .await;
    assert_eq!(columns(), ["index_0", "index_1"]);
    for (names, expected) in [
        (&["one", "two"][..], &["one", "two"][..]),
        (&["two", "one"], &["two", "one"]),
        (&["two", "one", "Row"], &["two", "one", "row_2"]),
        (&["two", "one", "Row"], &["two", "one", "row_2"]),
    ] {
        let fields: Vec<_> = names.iter().copied().map(IndexedField::new).collect();
        store.declare_fields(&of, &fields).await.unwrap();
        assert_eq!(columns(), expected);
        let query = RowQuery {
            within: vec![IndexRange::exactly(1, IndexKey::Int(2))],
            ..RowQuery::all(
                of.clone(),
                RowOrder::Index {
                    place: 0,
                    descending: false,
                },
            )
        };
        assert_eq!(keys(&store, query).await, ["a"]);
    }
}

/// A field that is read within another has an index over both, for as long as it is declared so.
#[tokio::test]
async fn fields_within_others_have_indexes_over_both() {
    let store = fresh().await;
    let of = table("items");
    let within = |place: Option<usize>| {
        let due = IndexedField::new("due");
        let due = place.map_or(due, |place| due.within(place));
        [IndexedField::new("list"), IndexedField::new("text"), due]
    };
    let compound = || {
        shown(
            store.path(),
            "SELECT name FROM pragma_index_info('cqrs_rows_1_2_within') ORDER BY seqno",
        )
    };
    store.declare_fields(&of, &within(Some(0))).await.unwrap();
    let item = |list: i128, due: i128| {
        let index = vec![
            IndexKey::Int(list),
            IndexKey::Text("same".to_owned()),
            IndexKey::Int(due),
        ];
        row(&of, &format!("{list}-{due}"), index)
    };
    let items = (0..20).map(|number| item(number % 2, 100 - number));
    write(&store, items.collect()).await;
    assert_eq!(compound(), ["list", "due", "key"]);
    let mut query = RowQuery::all(
        of.clone(),
        RowOrder::Index {
            place: 2,
            descending: false,
        },
    );
    query.within = vec![IndexRange::exactly(0, IndexKey::Int(1))];
    query.limit = Some(2);
    assert_eq!(keys(&store, query.clone()).await, ["1-81", "1-83"]);
    for (place, expected) in [
        (Some(1), &["text", "due", "key"][..]),
        (None, &[]),
        (Some(0), &["list", "due", "key"]),
    ] {
        store.declare_fields(&of, &within(place)).await.unwrap();
        assert_eq!(compound(), expected);
        assert_eq!(keys(&store, query.clone()).await, ["1-81", "1-83"]);
    }
    assert_eq!(store.check().await.unwrap(), Vec::<String>::new());
}

/// Names that would be SQL, and tables that are there already, harm nothing.
#[tokio::test]
async fn names_are_never_taken_for_sql() {
    let store = fresh().await;
    Connection::open(store.path())
        .unwrap()
        .execute_batch("CREATE TABLE mine_v1 (text TEXT); INSERT INTO mine_v1 VALUES ('kept')")
        .unwrap();
    let names = [
        "'; DROP TABLE cqrs_events; --",
        "\"; DROP TABLE cqrs_events; --",
        "cqrs_events",
        "sqlite_schema",
        "mine",
        "Mine",
        "MINE",
        "%_*?",
        "🦀",
        &"x".repeat(512),
        "x--",
    ];
    for name in names {
        let of = table(name);
        store
            .declare_fields(&of, &[IndexedField::new("\"); DROP TABLE cqrs_events; --")])
            .await
            .unwrap();
        write(
            &store,
            vec![row(&of, name, vec![IndexKey::Text(name.to_owned())])],
        )
        .await;
    }
    for name in names {
        let mut query = RowQuery::all(
            table(name),
            RowOrder::Index {
                place: 0,
                descending: true,
            },
        );
        query.within = vec![IndexRange::exactly(0, IndexKey::Text(name.to_owned()))];
        assert_eq!(keys(&store, query).await, [name]);
    }
    assert_eq!(shown(store.path(), "SELECT text FROM mine_v1"), ["kept"]);
    assert_eq!(store.check().await.unwrap(), Vec::<String>::new());
    let unknown = store
        .command(&Tenant::default(), CommandId::generate())
        .await;
    assert_eq!(unknown.unwrap(), None);
}
