//! The earlier program: sells so many pieces, one at a time, at each of two tills, and folds that.
//!
//! `rebuild-before STORE TIMES GATE`; the last sale of each till is behind the gate.

use cqrs_core::prelude::*;
use cqrs_rebuild::{Sell, Sold, Till};
use cqrs_sqlite::{Sqlite, SqliteError, Transaction};
use serde::{Deserialize, Serialize};

#[derive(Projection, Default, Serialize, Deserialize)]
#[projection("sales", key = String)]
struct Sales {
    #[index]
    pieces: u64,
}

#[project]
impl Sales {
    fn sold(&mut self, event: &Sold) {
        self.pieces += event.pieces;
    }
}

#[derive(Projection, Default, Serialize, Deserialize)]
#[projection("receipts", key = String)]
struct Receipts {
    count: u64,
}

#[project]
impl Receipts {
    fn sold(&mut self, _: &Sold) {
        self.count += 1;
    }
}

#[derive(Projection)]
#[projection("counted", tables = Transaction)]
struct Counted;

#[project]
impl Counted {
    fn tables(tables: &Transaction) -> Result<(), SqliteError> {
        tables.execute_batch("CREATE TABLE counted (till TEXT, pieces INTEGER)")
    }
    fn sold(tables: &Transaction, event: &Sold, till: &String) -> Result<(), SqliteError> {
        let note = "INSERT INTO counted VALUES (?, ?)";
        tables.execute(note, (till, event.pieces))?;
        Ok(())
    }
}

#[derive(Projection, Default, Serialize, Deserialize)]
#[projection("pieces", key = String)]
struct Pieces {
    pieces: u64,
}

#[project]
impl Pieces {
    fn sold(&mut self, event: &Sold) {
        self.pieces += event.pieces;
    }
}

#[derive(Projection, Default, Serialize, Deserialize)]
#[projection("shares", key = String)]
struct Shares {
    of: u64,
}

#[project]
impl Shares {
    fn sold(&mut self, event: &Sold) {
        self.of += event.pieces;
    }
}

#[derive(Event, Clone, Serialize, Deserialize)]
#[event("till.noted", record = Till)]
struct Noted {
    text: String,
}

#[derive(Projection, Default, Serialize, Deserialize)]
#[projection("notes", key = String)]
struct Notes {
    texts: Vec<String>,
}

#[project]
impl Notes {
    fn noted(&mut self, event: &Noted) {
        self.texts.push(event.text.clone());
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let [store, times, gate] = [1, 2, 3].map(|place| std::env::args().nth(place).unwrap());
    let bus = Bus::open(Sqlite::at(store)).await?;
    for time in 1..=times.parse::<u64>()? {
        for till in ["a", "b"] {
            let gate = if time == 1 {
                gate.clone()
            } else {
                String::new()
            };
            let till = till.to_owned();
            bus.dispatch(Sell {
                till,
                pieces: 1,
                gate,
            })
            .await?;
        }
    }
    bus.caught_up().await?;
    let sales = bus
        .find::<Sales>(&"a".to_owned())
        .await?
        .unwrap_or_default();
    let receipts = bus
        .find::<Receipts>(&"a".to_owned())
        .await?
        .unwrap_or_default();
    println!("{} {}", sales.pieces, receipts.count);
    bus.close().await?;
    bus.store().clone().close().await;
    Ok(())
}
