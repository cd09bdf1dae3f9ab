//! What is shown while readings come in: on a terminal in place, else a line a second.

use crate::kept::Farm;
use crate::show;
use cqrs_core::prelude::ReadError;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::time::{Duration, Instant};
use telemetry::domain::{Fleet, SensorMinutes, Sensors};
use telemetry::tally::{Counts, Tally};

/// How fast readings are taken.
pub struct Live {
    bar: ProgressBar,
    began: Instant,
    last: (Instant, Counts),
}

impl Live {
    pub fn of(tally: &Tally) -> Self {
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stdout());
        if let Ok(style) = ProgressStyle::with_template("{msg}") {
            bar.set_style(style);
        }
        let now = Instant::now();
        Self {
            bar,
            began: now,
            last: (now, tally.now()),
        }
    }

    /// Shows what came since it was last shown, and how far the read models are behind.
    pub async fn show(&mut self, farm: &Farm, tally: &Tally) -> anyhow::Result<()> {
        let behind = behind(farm).await?;
        let (now, counts) = (Instant::now(), tally.now());
        let lately = counts.since(&self.last.1);
        let (took, all) = (now - self.last.0, now - self.began);
        let rates = format!(
            "{:>4.0} s  readings/s {:>7} (mean {:>7})  commands/s {:>6}",
            all.as_secs_f64(),
            rate(lately.readings, took),
            rate(counts.readings, all),
            rate(lately.commands(), took),
        );
        let times = format!(
            "behind {behind:>7} events  answer p50 {}, p99 {}",
            millis(lately.within(50)),
            millis(lately.within(99)),
        );
        self.last = (now, counts);
        if self.bar.is_hidden() {
            return show(&format!("{rates}  {times}"));
        }
        self.bar.set_message(format!("{rates}\n        {times}"));
        Ok(())
    }

    /// Ends it, and says what it came to.
    pub fn end(self, tally: &Tally) -> String {
        self.bar.finish_and_clear();
        let (counts, took) = (tally.now(), self.began.elapsed());
        format!(
            "acknowledged: {} readings in {} commands; sent twice, and refused: {}\n\
             {:.1} s: {} readings/s, {} commands/s; answer p50 {}, p99 {}",
            counts.readings,
            counts.commands(),
            counts.again,
            took.as_secs_f64(),
            rate(counts.readings, took),
            rate(counts.commands(), took),
            millis(counts.within(50)),
            millis(counts.within(99)),
        )
    }
}

/// How many events the slowest of the read models is behind the log.
async fn behind(farm: &Farm) -> Result<u64, ReadError> {
    let lags = [
        farm.lag::<SensorMinutes>().await?,
        farm.lag::<Sensors>().await?,
        farm.lag::<Fleet>().await?,
    ];
    Ok(lags.map(|lag| lag.events).into_iter().max().unwrap_or(0))
}

fn rate(count: u64, time: Duration) -> u128 {
    u128::from(count) * 1_000_000 / time.as_micros().max(1)
}

fn millis(time: Duration) -> String {
    format!("{:.1} ms", time.as_secs_f64() * 1000.0)
}
