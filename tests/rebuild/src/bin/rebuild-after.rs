//! The later program, to be killed: it folds the sales anew, in dozens, and looks at them all the
//! while. It ends once it sees the new rows, and fails where it ever sees anything but the rows of
//! before, whole, or the new ones, whole.
//!
//! `rebuild-after STORE TIMES`

use cqrs_core::prelude::*;
use cqrs_rebuild::Sold;
use cqrs_sqlite::Sqlite;
use serde::{Deserialize, Serialize};

#[derive(Projection, Default, Serialize, Deserialize)]
#[projection("sales", key = String, version = 2)]
struct Sales {
    #[index]
    pieces: u64,
}

#[project]
impl Sales {
    fn sold(&mut self, event: &Sold) {
        self.pieces += 12 * event.pieces;
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let [store, times] = [1, 2].map(|place| std::env::args().nth(place).unwrap());
    let times: u64 = times.parse()?;
    let bus = Bus::open(Sqlite::at(store)).await?;
    let (old, new) = (times, 12 * times);
    loop {
        let mut seen = Vec::new();
        for till in ["a", "b"] {
            let row = bus.find::<Sales>(&till.to_owned()).await?;
            seen.push(row.unwrap_or_default().pieces);
        }
        if seen == [new, new] {
            return Ok(());
        }
        // between the two reads it may have been switched
        if seen != [old, old] && seen != [old, new] {
            return Err(format!("neither the rows of before nor the new ones: {seen:?}").into());
        }
    }
}
