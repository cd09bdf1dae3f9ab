//! How the events that wait for a parked key are kept: as rows of a table beside the projection's,
//! one for each event and key, written in the commit that passes the event by.

use crate::log::{CommandId, Data, EncodeError, Position, Stored};
use crate::projection::IndexKey;
use crate::projection::parking::{Parked, Parking, Waiting};
use crate::store::{
    IndexedField, MAX_INDEX_BYTES, RowData, RowOrder, RowQuery, RowWrite, StoreError, StoredRow,
    Table,
};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use uuid::Uuid;

/// One event that waits for one key.
#[derive(Serialize, Deserialize)]
struct Kept {
    position: u64,
    key: String,
    event: String,
    command: Uuid,
    /// Why it cannot be folded, for the first of its key.
    reason: Option<String>,
    /// Of the first of its key, the version, where whoever parked it did not know that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    newer: Option<u32>,
}

/// How it is written and read again.
const STORED: Stored<Kept> = Stored::of();

/// Where they are kept. No projection can be named so.
pub(super) fn table(of: &Table) -> Table {
    Table {
        projection: format!("{}~parked", of.projection).into(),
        version: of.version,
    }
}

/// Of a longer key, in bytes, the beginning is kept: no row has one, so none is ever asked for by it, and what
/// waits must be kept whatever the key.
const LONGEST_KEY: usize = 64 << 10;

/// What is indexed of them: the key that is parked, or the beginning of one that is longer than an index takes.
pub(super) const FIELDS: &[IndexedField] = &[IndexedField::new("parked_key")];

/// The row of an event that waits.
pub(super) fn write(
    of: &Table,
    at: Position,
    key: &Arc<str>,
    parking: &Parking,
) -> Option<RowWrite> {
    let waiting = parking.waiting(at, key)?;
    let parked = parking.get(key).filter(|parked| parked.at == at);
    let kept = Kept {
        position: at.get(),
        key: beginning(key, LONGEST_KEY).to_owned(),
        event: waiting.event.clone(),
        command: waiting.command.into(),
        reason: parked.map(|parked| parked.reason.to_string()),
        newer: parked.and_then(|parked| parked.newer),
    };
    let data = Data::encode("a parked event", &kept, &STORED);
    // texts and a number: they encode, unless the reason is beyond all measure
    let data = data.or_else(|_: EncodeError| {
        let reason = Some("it is too long to be kept".to_owned());
        Data::encode("a parked event", &Kept { reason, ..kept }, &STORED)
    });
    Some(RowWrite {
        table: table(of),
        key: row_key(at, key),
        row: Some(RowData {
            data: data.ok()?,
            index: vec![indexed(key)],
        }),
    })
}

/// Takes away the row of an event that waits no more.
pub(super) fn delete(of: &Table, at: Position, key: &Arc<str>) -> RowWrite {
    RowWrite {
        table: table(of),
        key: row_key(at, key),
        row: None,
    }
}

/// The rows of all that wait, by position.
pub(super) fn all(of: &Table) -> RowQuery {
    RowQuery::all(table(of), RowOrder::Key { descending: false })
}

/// Reads all that wait.
pub(super) fn read(of: &Table, rows: &[StoredRow]) -> Result<Parking, StoreError> {
    let mut parking = Parking::default();
    for row in rows {
        let kept = read_one(of, row)?;
        let (at, key): (_, Arc<str>) = (Position::from(kept.position), kept.key.into());
        if parking.get(&key).is_none() {
            let parked = Parked {
                at,
                event: kept.event.clone(),
                reason: kept
                    .reason
                    .unwrap_or_else(|| "an earlier event of its key could not be folded".to_owned())
                    .into(),
                newer: kept.newer,
            };
            parking.park(&key, parked);
        }
        let command = CommandId::from(kept.command);
        let event = kept.event;
        parking.wait(at, &key, Waiting { event, command });
    }
    Ok(parking)
}

fn read_one(of: &Table, row: &StoredRow) -> Result<Kept, StoreError> {
    serde_json::from_slice(row.data.as_bytes().unwrap_or_default()).map_err(|source| {
        StoreError::Backend {
            doing: "reading the events that wait for parked keys",
            source: format!("row `{}` of `{}`: {source}", row.key, of.projection).into(),
        }
    })
}

fn indexed(key: &str) -> IndexKey {
    IndexKey::Text(beginning(key, MAX_INDEX_BYTES).to_owned())
}

/// The first bytes of a text, at most so many.
fn beginning(text: &str, bytes: usize) -> &str {
    &text[..text.floor_char_boundary(bytes)]
}

/// In the order of positions. A key may be longer than a row's may be, or no text for one, so a
/// digest stands for it.
fn row_key(at: Position, key: &str) -> String {
    let key = beginning(key, LONGEST_KEY);
    let digest = Uuid::new_v5(&Uuid::NAMESPACE_OID, key.as_bytes());
    format!("{:020}.{}", at.get(), digest.simple())
}

#[cfg(test)]
mod tests {
    use super::super::samples::{Sums, added};
    use super::*;
    use crate::store::Measured;

    #[test]
    fn an_event_waits_however_long_it_takes_to_say_why() {
        let (key, event, of): (Arc<str>, _, _) =
            ("7".into(), added(3, 7, 1.0), Table::of::<Sums>());
        let at = event.recorded().position;
        let parked = Parked {
            at,
            event: "sum.added".to_owned(),
            reason: "x".repeat(Measured::Row.limit() + 1).into(),
            newer: Some(2),
        };
        let mut parking = Parking::default();
        parking.park(&key, parked);
        parking.wait(at, &key, Waiting::of(&event));
        let write = write(&of, at, &key, &parking).unwrap();
        let (key, data) = (write.key, write.row.unwrap().data);
        let parking = read(&of, &[StoredRow { key, data }]).unwrap();
        let parked = parking.get("7").unwrap();
        assert_eq!(&*parked.reason, "it is too long to be kept");
        assert_eq!((parked.at, parked.newer), (at, Some(2)));
    }
}
