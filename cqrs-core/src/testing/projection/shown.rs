use super::fail;
use crate::log::Data;
use crate::projection::{KeyedProjection, Project, Projection, Shape};
use crate::testing::loss::json;
use crate::testing::table::{Table, indented, lines};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{self, Debug};

/// The second phase: what happened was folded, and leads to these rows.
#[derive(Debug)]
pub struct Shown<P> {
    rows: BTreeMap<String, P>,
    /// The keys that were looked at.
    expected: BTreeSet<String>,
}

impl<P: Project + PartialEq + Debug> Shown<P> {
    pub(super) fn new(rows: BTreeMap<String, P>) -> Self {
        Self {
            rows,
            expected: BTreeSet::new(),
        }
    }

    /// Expects that value.
    #[track_caller]
    pub(super) fn is(self, expected: &P) {
        let got = self
            .rows
            .into_values()
            .next()
            .unwrap_or_else(P::ROW.initial);
        if got != *expected {
            let table = beside(["expected", "got"], Some(expected), Some(&got));
            fail::<P>(format_args!(
                "the value is not what `.shows_value(..)` expects\n\n{table}"
            ))
        }
    }
}

#[expect(
    clippy::return_self_not_must_use,
    reason = "a fixture may end with any expectation"
)]
impl<P: KeyedProjection + PartialEq + Debug> Shown<P> {
    /// Expects that row under that key.
    ///
    /// # Panics
    /// When there is another, or none.
    #[track_caller]
    #[expect(
        clippy::needless_pass_by_value,
        reason = "an expectation reads as the value that it is"
    )]
    pub fn shows(mut self, key: &P::Key, row: P) -> Self {
        let key = key.to_string();
        let got = self.rows.get(&key);
        if got != Some(&row) {
            let table = beside(["expected", "got"], Some(&row), got);
            if got.is_some() {
                fail::<P>(format_args!(
                    "the row `{key}` is not what `.shows(..)` expects\n\n{table}"
                ))
            }
            let there = self.there();
            fail::<P>(format_args!(
                "the row `{key}`, which `.shows(..)` expects, is missing\n\n{table}\n{there}"
            ))
        }
        self.expected.insert(key);
        self
    }

    /// Expects no row under that key.
    ///
    /// # Panics
    /// When there is one.
    #[track_caller]
    pub fn shows_nothing(mut self, key: &P::Key) -> Self {
        let key = key.to_string();
        if let Some(row) = self.rows.get(&key) {
            let row = indented(&shown(row));
            fail::<P>(format_args!(
                "there is a row `{key}`, where `.shows_nothing(..)` expects none\n\n{row}"
            ))
        }
        self.expected.insert(key);
        self
    }

    /// Expects no row but those that were expected before.
    ///
    /// # Panics
    /// When there is one.
    #[track_caller]
    pub fn and_nothing_else(self) {
        let further = self
            .rows
            .iter()
            .filter(|(key, _)| !self.expected.contains(*key));
        let listed: Vec<String> = further
            .flat_map(|(key, row)| {
                let fields = shown(row).into_iter().map(|line| format!("  {line}"));
                std::iter::once(format!("`{key}`")).chain(fields)
            })
            .collect();
        if !listed.is_empty() {
            let listed = indented(&listed);
            fail::<P>(format_args!(
                "`.and_nothing_else()` expects no further row\n\n{listed}"
            ))
        }
    }

    /// Which rows there are.
    fn there(&self) -> impl fmt::Display {
        let keys: Vec<String> = self.rows.keys().map(|key| format!("`{key}`")).collect();
        fmt::from_fn(move |f| match &keys[..] {
            [] => f.write_str("there are no rows"),
            keys => write!(f, "the rows that there are: {}", keys.join(", ")),
        })
    }
}

/// What the row of that key is called.
pub(in crate::testing) fn named<P: Projection>(key: &str) -> String {
    if P::Shape::ONE {
        "the value".to_owned()
    } else {
        format!("the row `{key}`")
    }
}

/// Both beside each other: as JSON, or, where that shows no difference, as they are.
pub(super) fn beside<P: Projection + Debug>(
    titles: [&'static str; 2],
    left: Option<&P>,
    right: Option<&P>,
) -> Table {
    let [left_title, right_title] = titles;
    let mut table = Table::new(left_title, right_title);
    let both = |show: fn(&P) -> Vec<String>| {
        [left, right].map(|row| row.map_or_else(|| lines("(no row)"), show))
    };
    let [mut one, mut other] = both(shown);
    if one == other {
        [one, other] = both(debugged);
    }
    table.block(one, other);
    table
}

/// The row as it is kept, or as it is where it cannot be kept.
fn shown<P: Projection + Debug>(row: &P) -> Vec<String> {
    Data::encode(P::NAME, row, &P::ROW.stored).map_or_else(|_| debugged(row), |data| json(&data))
}

fn debugged<P: Debug>(row: &P) -> Vec<String> {
    lines(&format!("{row:#?}"))
}
