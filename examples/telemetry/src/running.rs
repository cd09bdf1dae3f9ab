//! `telemetry run`, `decommission`, `input`: what sensors do.

use crate::kept::{self, Farm, Kept};
use crate::live::Live;
use crate::show;
use anyhow::Context;
use clap::{Args, builder::RangedU64ValueParser, value_parser};
use std::fs::OpenOptions;
use std::io::{self, BufWriter, Write};
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};
use telemetry::domain::{Decommission, Sensor, SensorId};
use telemetry::ingest::{Desk, IngestError, Plan, ingest};
use telemetry::input::{self, Walk};
use tokio::signal::ctrl_c;
use tokio::time::{MissedTickBehavior, interval, sleep};

/// The readings that are made up.
#[derive(Args)]
struct Made {
    /// How many sensors there are.
    #[arg(long, value_name = "N", default_value = "1000")]
    sensors: NonZeroUsize,
    /// How many readings a report has.
    #[arg(long, value_name = "N", default_value = "10", value_parser = batch())]
    batch: NonZeroUsize,
    /// What the readings are made from.
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

fn batch() -> impl clap::builder::TypedValueParser<Value = NonZeroUsize> {
    use clap::builder::TypedValueParser;
    RangedU64ValueParser::<usize>::new()
        .range(1..=Sensor::MOST_READINGS as u64)
        .try_map(NonZeroUsize::try_from)
}

#[derive(Args)]
pub struct Running {
    #[command(flatten)]
    made: Made,
    /// How many clients report at once; each waits for an answer before it reports again.
    #[arg(long, value_name = "N", default_value = "64")]
    clients: NonZeroUsize,
    /// How long it runs.
    #[arg(long, value_name = "S", default_value_t = 10, value_parser = value_parser!(u64).range(1..))]
    seconds: u64,
    /// How many readings are reported in all, in place of a time.
    #[arg(long, value_name = "N", conflicts_with = "seconds")]
    readings: Option<u64>,
    /// Writes down there what is acknowledged, a line a report: sensor, first and last time, count.
    #[arg(long, value_name = "PATH")]
    ledger: Option<PathBuf>,
    #[command(flatten)]
    kept: Kept,
}

impl Running {
    pub async fn run(self) -> anyhow::Result<()> {
        let ledger = self.ledger.as_ref().map(|path| {
            let opened = OpenOptions::new().append(true).create(true).open(path);
            opened.with_context(|| format!("{} cannot be written", path.display()))
        });
        let desk = Arc::new(Desk::with(ledger.transpose()?));
        let farm = self.kept.open().await?;
        let mut live = Live::of(&desk.tally);
        let reported = self.report(&farm, &desk, &mut live).await;
        show(&live.end(&desk.tally))?;
        let closed = tokio::select! {
            closed = show_all(&farm) => closed,
            _ = ctrl_c() => Ok(()), // the next run folds the rest
        };
        farm.store().clone().close().await;
        reported.and(closed)
    }

    /// Until all is reported, the time is over, or somebody wants an end.
    async fn report(&self, farm: &Farm, desk: &Arc<Desk>, live: &mut Live) -> anyhow::Result<()> {
        let plan = Plan {
            sensors: self.made.sensors,
            clients: self.clients,
            batch: self.made.batch,
            seed: self.made.seed,
            readings: self.readings,
        };
        let mut reporting = tokio::spawn({
            let (farm, desk) = (farm.clone(), Arc::clone(desk));
            async move { ingest(&farm, plan, &desk).await }
        });
        let time = async {
            match self.readings {
                None => sleep(Duration::from_secs(self.seconds)).await,
                Some(_) => std::future::pending().await,
            }
        };
        let interrupted = ctrl_c(); // one for all of the loop: a signal between two would be lost
        tokio::pin!(time, interrupted);
        let mut seconds = interval(Duration::from_secs(1));
        seconds.set_missed_tick_behavior(MissedTickBehavior::Delay);
        seconds.tick().await; // the first comes at once
        let ended: Result<(), IngestError> = loop {
            tokio::select! {
                ended = &mut reporting => break ended?,
                () = &mut time => break { desk.stop(); reporting.await? },
                signal = &mut interrupted => { signal?; break { desk.stop(); reporting.await? } }
                _ = seconds.tick() => live.show(farm, &desk.tally).await?,
            }
        };
        Ok(ended?)
    }
}

/// Closes the bus, once the read models show all.
async fn show_all(farm: &Farm) -> anyhow::Result<()> {
    let began = Instant::now();
    farm.close().await?;
    show(&format!(
        "read models: all shown {:.1} s later",
        began.elapsed().as_secs_f64()
    ))
}

#[derive(Args)]
pub struct Retiring {
    /// The sensor: `wt-0042`.
    sensor: SensorId,
    #[command(flatten)]
    kept: Kept,
}

impl Retiring {
    pub async fn run(self) -> anyhow::Result<()> {
        let farm = self.kept.open_to_ask().await?;
        let sensor = self.sensor.clone();
        let retired = farm.dispatch(Decommission { sensor }).await;
        kept::close(&farm).await?;
        retired.with_context(|| format!("sensor `{}` stays as it is", self.sensor))?;
        show(&format!("{} is out of service", self.sensor))
    }
}

#[derive(Args)]
pub struct Input {
    #[command(flatten)]
    made: Made,
    /// How many readings in all.
    #[arg(long, value_name = "N")]
    readings: u64,
}

impl Input {
    /// A line a reading: sensor, time, mm/s; sensor by sensor.
    pub fn run(self) -> anyhow::Result<()> {
        let Made {
            sensors,
            batch,
            seed,
        } = self.made;
        let mut out = BufWriter::new(io::stdout().lock());
        let shares = input::shares(self.readings, sensors.get(), batch.get());
        for (number, share) in shares.into_iter().enumerate() {
            let sensor = input::sensor(number);
            let share = usize::try_from(share)?;
            for reading in Walk::of(seed, number).take(share) {
                writeln!(out, "{sensor} {} {}", reading.at, reading.speed)?;
            }
        }
        Ok(out.flush()?)
    }
}
