//! `shop import FILE`: records a purchase log as orders, then shows who bought most and what each month brought.

use anyhow::Context;
use clap::{Parser, Subcommand};
use cqrs_core::prelude::*;
use indicatif::{ProgressBar, ProgressStyle};
use shop::domain::{RevenueByMonth, TopCustomers, Totals};
use shop::import::{BadLines, ImportError, Imported, Watch, import};
use shop::purchases::{BadLine, Log};
use shop::report::{self, MonthRevenue, Summary, TopCustomer};
use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

/// A shop that sells CDs.
#[derive(Parser)]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Records every purchase of a log as an order, and reports.
    Import {
        /// The purchase log: CDNOW's sample or full file.
        file: PathBuf,
        /// Prints the totals as one line of JSON.
        #[arg(long)]
        json: bool,
        /// Reports lines that are no purchases, and goes on.
        #[arg(long)]
        skip_bad_lines: bool,
    },
}

#[tokio::main]
async fn main() -> ExitCode {
    let Task::Import {
        file,
        json,
        skip_bad_lines,
    } = Arguments::parse().task;
    let bad_lines = if skip_bad_lines {
        BadLines::Skip
    } else {
        BadLines::Stop
    };
    match run(file, json, bad_lines).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tell(format_args!("{error:#}"));
            if let Some(ImportError::BadLine { before, .. }) = error.downcast_ref() {
                tell(format_args!("{}", report::stopped(before.purchases)));
            }
            ExitCode::FAILURE
        }
    }
}

async fn run(file: PathBuf, json: bool, bad_lines: BadLines) -> anyhow::Result<()> {
    let log = Log::read(&file)?;
    let bus = Bus::open(Memory::new()).await?;
    let mut progress = Progress::over(&log);
    let imported = import(&bus, &log, bad_lines, &mut progress).await;
    progress.bar.finish_and_clear();
    let imported = imported?;
    if imported.skipped > 0 {
        tell(format_args!("{}", report::skipped(imported.skipped)));
    }
    let summary = summary(&bus, &imported).await?;
    let shown = if json {
        summary.json()?
    } else {
        full(&bus, &imported, &summary).await?
    };
    match writeln!(io::stdout().lock(), "{}", shown.trim_end()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()), // the reader has seen enough
        written => written.context("the report cannot be written"),
    }
}

/// The totals and the customers who spent most.
async fn summary(bus: &Bus<Memory>, imported: &Imported) -> anyhow::Result<Summary> {
    let Some(last) = &imported.last else {
        return Ok(Summary::default());
    };
    let totals = bus.query(Totals).after(last).await?;
    let top = bus.query(TopCustomers { limit: 10 }).after(last).await?;
    Ok(Summary {
        orders: totals.orders,
        customers: totals.customers,
        items: totals.items,
        revenue: totals.revenue,
        first: totals.first,
        last: totals.last,
        top: top
            .into_iter()
            .map(|row| TopCustomer {
                customer: row.key.to_string(),
                orders: row.orders,
                items: row.items,
                spent: row.spent,
            })
            .collect(),
    })
}

/// The totals in words, the top customers as a table, the months as bars.
async fn full(bus: &Bus<Memory>, imported: &Imported, summary: &Summary) -> anyhow::Result<String> {
    let months = match &imported.last {
        Some(last) => bus.query(RevenueByMonth).after(last).await?,
        None => Vec::new(),
    };
    let months: Vec<MonthRevenue> = months
        .into_iter()
        .map(|(month, revenue)| MonthRevenue {
            month: month.to_string(),
            revenue,
        })
        .collect();
    let width = report::width();
    let (table, chart) = (
        report::table(&summary.top, width),
        report::chart(&months, width),
    );
    Ok(format!(
        "{summary}\n\nTop customers\n{}\n\nRevenue by month\n{chart}",
        table.trim_end()
    ))
}

/// The progress bar; it draws only on a terminal.
struct Progress {
    bar: ProgressBar,
}

impl Progress {
    fn over(log: &Log) -> Self {
        let bar = ProgressBar::new(log.purchases() as u64);
        if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos}/{len} purchases, {per_sec}")
        {
            bar.set_style(style);
        }
        Self { bar }
    }
}

impl Watch for Progress {
    fn recorded(&mut self) {
        self.bar.inc(1);
    }

    fn skipped(&mut self, line: &BadLine) {
        self.bar.suspend(|| tell(format_args!("{line}")));
        self.bar.inc(1);
    }
}

/// Says something on standard error, if anyone listens.
fn tell(what: std::fmt::Arguments<'_>) {
    let _ = writeln!(io::stderr().lock(), "{what}");
}
