//! `telemetry history SENSOR`, `alarms`: what the log holds, by sensor, by event and by time.

use crate::kept::{self, Farm, Kept};
use crate::show;
use anyhow::{bail, ensure};
use clap::Args;
use cqrs_core::log::LogFilter;
use cqrs_core::message::{EventSet, EventType};
use cqrs_core::prelude::*;
use cqrs_core::store::LogQuery;
use cqrs_core::{Position, RecordedEvent, Version};
use telemetry::domain::{AlarmCleared, AlarmRaised, Reading, Sensor, SensorEvent, SensorId, Speed};

/// How many events are read at a time.
const PAGE: usize = 1_000;

/// A time in which things happened.
#[derive(Args)]
struct Span {
    /// Only what happened then or later.
    #[arg(long, value_name = "TIME")]
    since: Option<Timestamp>,
    /// Only what happened then or earlier.
    #[arg(long, value_name = "TIME")]
    until: Option<Timestamp>,
}

impl Span {
    fn holds(&self, time: Timestamp) -> bool {
        self.since.is_none_or(|since| since <= time) && self.until.is_none_or(|until| time <= until)
    }
}

#[derive(Args)]
pub struct Story {
    /// The sensor: `wt-0042`.
    sensor: SensorId,
    #[command(flatten)]
    span: Span,
    /// Only events of that name: `sensor.alarm_raised`, or without the `sensor.`.
    #[arg(long, value_name = "NAME", value_parser = event_name)]
    event: Option<String>,
    #[command(flatten)]
    kept: Kept,
}

impl Story {
    pub async fn run(self) -> anyhow::Result<()> {
        let farm = self.kept.open_log().await?;
        let shown = self.show(&farm).await;
        kept::close(&farm).await?;
        shown
    }

    async fn show(&self, farm: &Farm) -> anyhow::Result<()> {
        let filter = match &self.event {
            Some(name) => LogFilter::names([name.clone()]),
            None => LogFilter::all(),
        };
        let mut after = Version::ZERO;
        loop {
            let page = farm
                .history::<Sensor>(&self.sensor)
                .after(after)
                .limit(PAGE)
                .await?;
            let Some(last) = page.last() else {
                let unknown = after == Version::ZERO;
                ensure!(!unknown, "there is no sensor `{}`", self.sensor);
                return Ok(());
            };
            after = last.recorded().version;
            for event in page.iter().filter(|event| filter.takes(event)) {
                if self.span.holds(event.recorded().occurred_at) {
                    show(&format!(
                        "{:>6}  {}",
                        event.recorded().version,
                        told(event)?
                    ))?;
                }
            }
        }
    }
}

#[derive(Args)]
pub struct Alarms {
    #[command(flatten)]
    span: Span,
    #[command(flatten)]
    kept: Kept,
}

impl Alarms {
    pub async fn run(self) -> anyhow::Result<()> {
        let farm = self.kept.open_log().await?;
        let shown = self.show(&farm).await;
        kept::close(&farm).await?;
        shown
    }

    async fn show(&self, farm: &Farm) -> anyhow::Result<()> {
        let filter = LogFilter::names([AlarmRaised::NAME, AlarmCleared::NAME]);
        let head = farm.store().head().await?;
        let mut after = Position::ZERO;
        while after < head {
            let page = LogQuery {
                after,
                through: Some(head),
                filter: filter.clone(),
                limit: PAGE,
            };
            let page = farm.store().log(page).await?;
            for event in &page.events {
                if self.span.holds(event.recorded().occurred_at) {
                    show(&format!(
                        "{}  {}",
                        event.recorded().stream.id(),
                        told(event)?
                    ))?;
                }
            }
            after = page.through;
        }
        Ok(())
    }
}

/// The time, the name, and what there is to tell.
fn told(event: &RecordedEvent) -> anyhow::Result<String> {
    let details = match event.decode_any::<SensorEvent>()? {
        SensorEvent::Commissioned(it) => {
            format!(
                "alarm above {} mm/s, {} times in a row",
                it.limit, it.patience
            )
        }
        SensorEvent::Measured(it) => several(&it.readings),
        SensorEvent::Faulted(it) => several(&it.readings),
        SensorEvent::AlarmRaised(it) => one(it.by),
        SensorEvent::AlarmCleared(it) => one(it.by),
        SensorEvent::Decommissioned(it) if it.alarm => "with an alarm".to_owned(),
        SensorEvent::Decommissioned(_) => String::new(),
    };
    let (occurred, name) = (event.recorded().occurred_at, event.name());
    Ok(format!("{:<24} {name:<22} {details}", occurred.to_string())
        .trim_end()
        .to_owned())
}

fn one(reading: Reading) -> String {
    format!("at {} with {} mm/s", reading.at, reading.speed)
}

fn several(readings: &[Reading]) -> String {
    let speeds = || readings.iter().map(|reading| reading.speed);
    let (min, max): (Option<Speed>, Option<Speed>) = (speeds().min(), speeds().max());
    let (min, max) = (min.unwrap_or_default(), max.unwrap_or_default());
    format!("{} readings, {min} to {max} mm/s", readings.len())
}

/// The stored name of an event of a sensor.
fn event_name(text: &str) -> anyhow::Result<String> {
    let names = || SensorEvent::EVENTS.iter().flat_map(EventType::names);
    match names().find(|name| *name == text || name.strip_prefix("sensor.") == Some(text)) {
        Some(name) => Ok(name.to_owned()),
        None => bail!(
            "a sensor has no such event, but {}",
            names().collect::<Vec<_>>().join(", ")
        ),
    }
}
