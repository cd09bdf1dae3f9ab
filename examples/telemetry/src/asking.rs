//! `telemetry report`, `minutes SENSOR`: what the read models show.

use crate::kept::{self, Farm, Kept};
use crate::show;
use clap::Args;
use cqrs_core::Timestamp;
use cqrs_core::prelude::Row;
use serde_json::json;
use std::fmt::Write;
use telemetry::domain::{
    FleetNow, MinutesOf, MostAlarms, SensorId, SensorMinutes, Speed, WorstMinutes,
};

#[derive(Args)]
pub struct Reporting {
    #[command(flatten)]
    kept: Kept,
    /// How many sensors and minutes are named.
    #[arg(long, value_name = "N", default_value_t = 5)]
    top: usize,
    /// Prints it as one line of JSON.
    #[arg(long)]
    json: bool,
}

impl Reporting {
    pub async fn run(self) -> anyhow::Result<()> {
        let farm = self.kept.open_to_ask().await?;
        let shown = self.shown(&farm).await;
        kept::close(&farm).await?;
        show(&shown?)
    }

    async fn shown(&self, farm: &Farm) -> anyhow::Result<String> {
        let fleet = farm.query(FleetNow).await?;
        let most = farm.query(MostAlarms { limit: self.top }).await?;
        let worst = farm.query(WorstMinutes { limit: self.top }).await?;
        if self.json {
            let most = most.iter().map(|row| json!([row.key, row.alarms]));
            let worst = worst.iter().map(|row| json!([row.key, row.worst]));
            let most: Vec<_> = most.collect();
            let worst: Vec<_> = worst.collect();
            return Ok(json!({"fleet": fleet, "most_alarms": most, "worst": worst}).to_string());
        }
        let mut shown = format!(
            "sensors in service {}, readings {}, faults {}, alarms {}, of which now {}\n\
             least {}, mean {}, greatest {} mm/s\n\nmost alarms\n",
            fleet.in_service,
            fleet.speeds.count,
            fleet.faults,
            fleet.alarms,
            fleet.alarms_now,
            fleet.speeds.min,
            fleet.speeds.mean().unwrap_or_default(),
            fleet.speeds.max,
        );
        for row in &most {
            let now = row.alarm_since.map(|since| format!(", now since {since}"));
            writeln!(
                shown,
                "  {}  {}{}",
                row.key,
                row.alarms,
                now.unwrap_or_default()
            )?;
        }
        shown += "\nworst minutes\n";
        for row in &worst {
            writeln!(shown, "  {}  {} mm/s", row.key, row.worst)?;
        }
        Ok(shown.trim_end().to_owned())
    }
}

#[derive(Args)]
pub struct Minutes {
    /// The sensor: `wt-0042`.
    sensor: SensorId,
    /// The first minute is the one in which this is.
    #[arg(long, value_name = "TIME", default_value_t = Timestamp::MIN, hide_default_value = true)]
    since: Timestamp,
    /// The last minute is the one in which this is.
    #[arg(long, value_name = "TIME", default_value_t = Timestamp::MAX, hide_default_value = true)]
    until: Timestamp,
    /// How many minutes are read at a time.
    #[arg(long, value_name = "N", default_value_t = 100)]
    #[arg(value_parser = clap::builder::RangedU64ValueParser::<usize>::new().range(1..))]
    page_size: usize,
    #[command(flatten)]
    kept: Kept,
}

impl Minutes {
    pub async fn run(self) -> anyhow::Result<()> {
        let farm = self.kept.open_to_ask().await?;
        let shown = self.show(&farm).await;
        kept::close(&farm).await?;
        shown
    }

    async fn show(&self, farm: &Farm) -> anyhow::Result<()> {
        kept::is_known(farm, &self.sensor).await?;
        show("minute                 readings    least     mean greatest     last")?;
        let mut after = None;
        loop {
            let (sensor, page_size) = (self.sensor.clone(), self.page_size);
            let (since, until) = (self.since, self.until);
            let query = MinutesOf {
                sensor,
                since,
                until,
                page_size,
                after,
            };
            let page = farm.query(query).await?;
            for row in &page.rows {
                show(&told(row))?;
            }
            after = page.next;
            if after.is_none() {
                return Ok(());
            }
        }
    }
}

fn told(row: &Row<SensorMinutes>) -> String {
    let from = row.from.map(|from| from.to_string()).unwrap_or_default();
    let speeds = &row.speeds;
    let [min, mean, max, last]: [Speed; 4] = [
        speeds.min,
        speeds.mean().unwrap_or_default(),
        speeds.max,
        row.last,
    ];
    format!(
        "{from:<20} {:>10} {min:>8} {mean:>8} {max:>8} {last:>8}",
        speeds.count
    )
}
