//! `shop import FILE`: records a purchase log as orders, then shows who bought most and what each month brought.
//! `shop report`, `shop history CUSTOMER` and `shop as-of DATE CUSTOMER` ask what an import recorded.
//! `shop catalogue` and `shop explain NAME`: what the shop is made of.

mod asking;
mod importing;
mod kept;
mod progress;

use anyhow::Context;
use asking::{AsOf, Reporting, Story};
use clap::{Parser, Subcommand};
use importing::Importing;
use progress::tell;
use shop::describe::{self, Form};
use shop::import::ImportError;
use shop::report;
use std::io::{self, Write};
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
    Import(Importing),
    /// Reports again on all that was imported.
    Report(Reporting),
    /// Shows what happened to a customer.
    History(Story),
    /// Shows what a customer had bought by the end of a day.
    AsOf(AsOf),
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
        Task::Import(importing) => importing.run().await?,
        Task::Report(reporting) => reporting.run().await?,
        Task::History(story) => story.run().await?,
        Task::AsOf(as_of) => as_of.run().await?,
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
