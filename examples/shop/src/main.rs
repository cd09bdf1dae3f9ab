//! `shop import FILE`: records a purchase log as orders, then shows who bought most and what each month brought.
//! `shop catalogue` and `shop explain NAME`: what the shop is made of.

use anyhow::Context;
use clap::{Parser, Subcommand};
use cqrs_core::prelude::*;
use indicatif::{ProgressBar, ProgressStyle};
use shop::describe::{self, Form};
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
    /// Shows what the shop is made of: its commands, events, queries, aggregates and projections.
    Catalogue {
        /// As JSON, for programs.
        #[arg(long, conflicts_with = "mermaid")]
        json: bool,
        /// As a Mermaid diagram, for Markdown.
        #[arg(long)]
        mermaid: bool,
    },
    /// Tells of a command who handles it, what may happen, and who projects that; of all else the like.
    Explain {
        /// The stored name of a command, event, query, aggregate or projection: `customer.place_order`.
        name: String,
    },
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(Arguments::parse().task).await {
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

async fn run(task: Task) -> anyhow::Result<()> {
    let shown = match task {
        Task::Import {
            file,
            json,
            skip_bad_lines,
        } => {
            let bad_lines = if skip_bad_lines {
                BadLines::Skip
            } else {
                BadLines::Stop
            };
            imported(file, json, bad_lines).await?
        }
        Task::Catalogue { json: true, .. } => describe::catalogue(Form::Json)?,
        Task::Catalogue { mermaid: true, .. } => describe::catalogue(Form::Mermaid)?,
        Task::Catalogue { .. } => describe::catalogue(Form::Words)?,
        Task::Explain { name } => describe::explain(&name)?,
    };
    match writeln!(io::stdout().lock(), "{}", shown.trim_end()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()), // the reader has seen enough
        written => written.context("the report cannot be written"),
    }
}

/// Imports the log, and reports.
async fn imported(file: PathBuf, json: bool, bad_lines: BadLines) -> anyhow::Result<String> {
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
    if json {
        Ok(summary.json()?)
    } else {
        full(&bus, &imported, &summary).await
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
