use std::env;
use std::io::{IsTerminal, stdout};
use std::ops::RangeInclusive;

/// The columns of an output that is no terminal.
pub const PLAIN: usize = 80;

/// The widths of terminals that a report is fit for.
const USEFUL: RangeInclusive<usize> = 40..=200;

/// The columns that standard output has: those of the terminal as `COLUMNS` says, [`PLAIN`] if it is piped.
pub fn width() -> usize {
    let columns = env::var("COLUMNS").ok().filter(|_| stdout().is_terminal());
    fit(columns.as_deref())
}

fn fit(columns: Option<&str>) -> usize {
    columns
        .and_then(|columns| columns.trim().parse().ok())
        .map_or(PLAIN, |columns: usize| {
            columns.clamp(*USEFUL.start(), *USEFUL.end())
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_terminal_is_used_within_reason() {
        for (columns, width) in [
            (None, 80),
            (Some(""), 80),
            (Some("wide"), 80),
            (Some("-1"), 80),
            (Some("120"), 120),
            (Some("1"), 40),
            (Some("9999"), 200),
        ] {
            assert_eq!(fit(columns), width, "{columns:?}");
        }
    }
}
