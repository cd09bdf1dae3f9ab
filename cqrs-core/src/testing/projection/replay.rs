//! The fold of the engine, on a store of its own, in each way in which it may come.

use super::shown::{beside, named};
use crate::guarded::Broken;
use crate::log::{Data, Loss, Position, RecordedEvent, read_back};
use crate::projection::{Project, Shape, Supplied, to_its_end, worker};
use crate::store::{Batch, DynStore, EventStore, Memory, Table};
use crate::testing::loss::{json, told};
use crate::testing::run::run;
use crate::testing::table::indented;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;
use std::sync::Arc;
use std::time::Duration;

/// How long one fold may take.
const DEADLINE: Duration = Duration::from_secs(30);

/// The rows that the log leads to, however it is folded; or why it does not.
pub(super) fn replayed<P>(
    log: &[RecordedEvent],
    round_trip: bool,
) -> Result<BTreeMap<String, P>, String>
where
    P: Project + PartialEq + Debug,
{
    let at_once = log.len().max(1);
    let mut rows = BTreeMap::new();
    for (key, kept) in folded::<P>(log, at_once)? {
        let row = read(&key, &kept, round_trip)?;
        rows.insert(key, row);
    }
    let ways = [
        (
            at_once,
            "folded a second time from the start",
            ["the first time", "the second time"],
            "a fold must depend on nothing but the row, the event and its `Recorded`",
        ),
        (
            1,
            "folded one event at a time, with the rows read back before each",
            ["all at once", "one at a time"],
            "what a row says must survive `Serialize` and `Deserialize`",
        ),
    ];
    for (batch, way, titles, remedy) in ways {
        let other = folded::<P>(log, batch).map_err(|why| format!("{way}: {why}"))?;
        let read = |(key, kept): (&String, &Data)| Ok((key.clone(), read(key, kept, false)?));
        let other: BTreeMap<String, P> = other.iter().map(read).collect::<Result<_, String>>()?;
        let keys: BTreeSet<&String> = rows.keys().chain(other.keys()).collect();
        for key in keys {
            let (one, other) = (rows.get(key), other.get(key));
            if one != other {
                let (what, table) = (named::<P>(key), beside(titles, one, other));
                return Err(format!("{way}, {what} is another\n\n{table}\n{remedy}"));
            }
        }
    }
    Ok(rows)
}

/// The row that was kept.
fn read<P: Project>(key: &str, kept: &Data, round_trip: bool) -> Result<P, String> {
    let what = named::<P>(key);
    let unreadable = |source| {
        let json = indented(&json(kept));
        format!("{what} cannot be read again: {source}\n\n{json}")
    };
    match read_back(P::NAME, kept, &P::ROW.stored) {
        Ok(row) => Ok(row),
        Err(Loss::Unreadable { source, .. }) => Err(unreadable(source)),
        Err(loss) if round_trip => Err(format!("{what} {}", told(&loss, "store", "a row"))),
        Err(_) => {
            let json = kept.as_bytes().unwrap_or_default();
            P::ROW.stored.read(json).map_err(unreadable)
        }
    }
}

/// The rows as they are kept, after a fold of so many events at once.
fn folded<P: Project>(
    log: &[RecordedEvent],
    batch: usize,
) -> Result<BTreeMap<String, Data>, String> {
    let batches = vec![(batch, true); log.len().div_ceil(batch)];
    match run(fold::<P>(log, &batches), DEADLINE) {
        Ok(folded) => folded,
        Err(Broken::Panicked(message)) => Err(format!("the fold panicked: {message}")),
        Err(Broken::Late) => Err(format!("the fold did not end within {DEADLINE:?}")),
    }
}

/// The rows as they are kept, after a fold in batches of those sizes, and of what is left. Where a
/// batch says so, the projection starts anew before it: it has no rows at hand, and reads them.
pub(in crate::testing) async fn fold<P: Project>(
    log: &[RecordedEvent],
    batches: &[(usize, bool)],
) -> Result<BTreeMap<String, Data>, String> {
    let store = DynStore::new(Arc::new(Memory::new()));
    let table = Table::of::<P>();
    let mut rows = BTreeMap::new();
    let (mut projection, mut rest) = (worker::<P>(), log);
    for (size, anew) in batches.iter().copied().chain([(log.len(), false)]) {
        let (events, left) = rest.split_at(size.min(rest.len()));
        rest = left;
        if events.is_empty() {
            continue;
        }
        if anew {
            projection = worker::<P>();
        }
        let step = projection.fold(events, false);
        let folded = to_its_end(&mut *projection, &store, events, step, &[]).await;
        let folded = folded.map_err(|error| error.to_string())?;
        let Supplied::Folded(folded) = folded else {
            return Err("it did not come to its end".to_owned());
        };
        if let Some(parked) = folded.parking.told().into_iter().next() {
            let row = format!("into {}", named::<P>(&parked.key));
            return Err(stuck(log, parked.at, &row, &parked.reason));
        }
        if let Some(failure) = folded.failed {
            let row = if P::Shape::ONE {
                "into the value"
            } else {
                "into any row"
            };
            return Err(stuck(log, failure.at, row, &failure.reason));
        }
        for write in folded.rows.iter().filter(|write| write.table == table) {
            match &write.row {
                Some(row) => rows.insert(write.key.clone(), row.data.clone()),
                None => rows.remove(&write.key),
            };
        }
        let batch = Batch {
            rows: folded.rows,
            ..Batch::default()
        };
        let kept = store.commit(batch).await;
        kept.map_err(|error| format!("the rows cannot be kept: {error}"))?;
    }
    Ok(rows)
}

/// Says that an event cannot be folded: by its number among those that were given, and not by its place.
fn stuck(log: &[RecordedEvent], at: Position, into: &str, reason: &str) -> String {
    let event = log.iter().find(|event| event.recorded().position == at);
    let (name, reason) = event.map_or(("", reason), |event| {
        let place = format!("{}: ", event.place());
        (event.name(), reason.trim_start_matches(&place))
    });
    format!("given event {at}, `{name}`, cannot be folded {into}: {reason}")
}
