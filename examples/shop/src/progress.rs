//! What is shown on standard error while the import runs.

use indicatif::{ProgressBar, ProgressStyle};
use shop::import::Watch;
use shop::purchases::{BadLine, Log};
use shop::report::{self, TopCustomer};
use std::fmt;
use std::io::{self, Write};

/// A progress bar, with room below it for the customers who spent most. It draws only on a
/// terminal; elsewhere the customers are a line each time.
#[derive(Clone)]
pub struct Progress {
    bar: ProgressBar,
    /// How many were recorded by an import before.
    already: u64,
}

impl Progress {
    pub fn over(log: &Log) -> Self {
        let bar = ProgressBar::new(log.purchases() as u64);
        let template = "{bar:30} {pos}/{len} purchases{prefix}, {per_sec}{msg}";
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        Self { bar, already: 0 }
    }

    /// Shows the customers who have spent most so far.
    pub fn leaders(&self, top: &[TopCustomer]) {
        if self.bar.is_hidden() {
            tell(format_args!("{}", report::leaders(top)));
        } else {
            let table = report::table(top, 1, report::width());
            self.bar.set_message(format!("\n{table}"));
        }
    }

    pub fn clear(&self) {
        self.bar.finish_and_clear();
    }
}

impl Watch for Progress {
    fn recorded(&mut self, before: bool) {
        if before {
            self.already += 1;
            self.bar
                .set_prefix(format!(" ({} were there)", self.already));
        }
        self.bar.inc(1);
    }

    fn skipped(&mut self, line: &BadLine) {
        self.bar.suspend(|| tell(format_args!("{line}")));
        self.bar.inc(1);
    }
}

/// Says something on standard error, if anyone listens.
pub fn tell(what: fmt::Arguments<'_>) {
    let _ = writeln!(io::stderr().lock(), "{what}");
}
