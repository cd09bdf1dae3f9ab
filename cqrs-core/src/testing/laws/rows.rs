use super::asked::says_the_same;
use super::law::{Breach, Law};
use crate::guarded::Broken;
use crate::log::{Data, RecordedEvent};
use crate::projection::{Project, Projection};
use crate::testing::loss::json;
use crate::testing::projection::{fold, named};
use crate::testing::run::Runner;
use crate::testing::table::{Table, lines};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// How long one fold may take.
const DEADLINE: Duration = Duration::from_secs(30);

type Rows = BTreeMap<String, Data>;

/// A projection whose rows are held against the laws.
#[derive(Debug, Clone, Copy)]
pub(super) struct Folding(Hold);

/// So many events at once; and whether the projection starts anew before them.
pub(super) type Batch = (usize, bool);

type Hold = fn(&[RecordedEvent], &[Batch], &Runner) -> Result<(), Breach>;

impl Folding {
    pub(super) fn of<P: Project>() -> Self {
        Self(hold::<P>)
    }

    /// Folds the log in several ways, all of which must lead to the same rows.
    pub(super) fn hold(
        self,
        log: &[RecordedEvent],
        batches: &[Batch],
        runner: &Runner,
    ) -> Result<(), Breach> {
        (self.0)(log, batches, runner)
    }
}

fn hold<P: Project>(
    log: &[RecordedEvent],
    batches: &[Batch],
    runner: &Runner,
) -> Result<(), Breach> {
    let whole = folded::<P>(log, &[], runner)?;
    let each: Vec<Batch> = vec![(1, true); log.len()];
    let sizes: Vec<String> = batches.iter().map(|batch| told(*batch)).collect();
    let ways: [(&[Batch], String, &'static str); 3] = [
        (
            &[],
            "a second time from the start".to_owned(),
            "the second time",
        ),
        (&each, "one event at a time".to_owned(), "one at a time"),
        (
            batches,
            format!("in batches of {}, and the rest", sizes.join(", ")),
            "in batches",
        ),
    ];
    for (batches, way, title) in ways {
        let other = folded::<P>(log, batches, runner)?;
        let keys: BTreeSet<&String> = whole.keys().chain(other.keys()).collect();
        for key in keys {
            let rows = [whole.get(key), other.get(key)];
            let alike = match rows {
                [Some(one), Some(other)] => says_the_same(one, other),
                _ => false,
            };
            if !alike {
                let [one, other] = rows.map(|row| row.map_or_else(|| lines("(no row)"), json));
                let mut table = Table::new("all at once", title);
                table.block(one, other);
                let seen = format!(
                    "`{}`, folded {way}: {} is another\n\n{table}",
                    P::NAME,
                    named::<P>(key)
                );
                return Err(Breach::new(Law::AnyBatches, seen));
            }
        }
    }
    Ok(())
}

fn told((size, anew): Batch) -> String {
    let read = if anew { " (rows read back)" } else { "" };
    format!("{size}{read}")
}

fn folded<P: Project>(
    log: &[RecordedEvent],
    batches: &[Batch],
    runner: &Runner,
) -> Result<Rows, Breach> {
    let why = match runner.run(fold::<P>(log, batches), DEADLINE) {
        Ok(Ok(rows)) => return Ok(rows),
        Ok(Err(why)) => why,
        Err(Broken::Panicked(message)) => format!("the fold panicked: {message}"),
        Err(Broken::Late) => format!("the fold did not end within {DEADLINE:?}"),
    };
    let seen = format!("`{}`: {why}", <P as Projection>::NAME);
    Err(Breach::new(Law::EventsFold, seen))
}
