//! `telemetry run`: reports made-up readings through the bus, and shows how fast.
//! `telemetry report`, `minutes SENSOR`, `history SENSOR` and `alarms` ask what was recorded.

mod asking;
mod kept;
mod live;
mod past;
mod running;

use anyhow::Context;
use asking::{Minutes, Reporting};
use clap::{Parser, Subcommand};
use past::{Alarms, Story};
use running::{Input, Retiring, Running};
use std::io::{self, Write};
use std::process::ExitCode;

/// A wind farm, whose sensors report many readings a second.
#[derive(Parser)]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Reports readings of many sensors, and shows how fast they are taken.
    Run(Running),
    /// Takes a sensor out of service, for good.
    Decommission(Retiring),
    /// Shows what happened to a sensor.
    History(Story),
    /// Shows the alarms of all sensors.
    Alarms(Alarms),
    /// Shows the fleet, the sensors with the most alarms and the worst minutes.
    Report(Reporting),
    /// Shows what a sensor measured, minute by minute.
    Minutes(Minutes),
    /// Prints the readings that a run into a new store reports, a line each, and records nothing.
    Input(Input),
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(Arguments::parse().task).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) if is_broken_pipe(&error) => ExitCode::SUCCESS, // the reader has seen enough
        Err(error) => {
            let _ = writeln!(io::stderr().lock(), "{error:#}"); // if anyone listens
            ExitCode::FAILURE
        }
    }
}

async fn run(task: Task) -> anyhow::Result<()> {
    match task {
        Task::Run(running) => running.run().await,
        Task::Decommission(retiring) => retiring.run().await,
        Task::History(story) => story.run().await,
        Task::Alarms(alarms) => alarms.run().await,
        Task::Report(reporting) => reporting.run().await,
        Task::Minutes(minutes) => minutes.run().await,
        Task::Input(input) => input.run(),
    }
}

/// Prints a text and ends the line.
fn show(text: &str) -> anyhow::Result<()> {
    writeln!(io::stdout().lock(), "{text}").context("standard output cannot be written")
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    let cause = error.root_cause().downcast_ref::<io::Error>();
    cause.is_some_and(|cause| cause.kind() == io::ErrorKind::BrokenPipe)
}
