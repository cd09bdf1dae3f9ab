//! What a round came to, as one line of JSON.

use crate::{Bank, Work};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// What a peer did in a round of a workload.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Line {
    /// [`Bank::NAME`].
    pub peer: String,
    /// [`Bank::NOTE`].
    pub note: String,
    /// Its name.
    pub workload: String,
    /// How many clients there were.
    pub clients: usize,
    /// Commands that were acknowledged, or events that were loaded, a second.
    pub each_second: f64,
    /// How many times a command was decided until it was acknowledged, on average.
    pub tries: f64,
    /// The middle one of all times that a command or a load took, in microseconds.
    pub p50: f64,
    /// And what 99 of 100 did not exceed.
    pub p99: f64,
}

#[allow(clippy::cast_precision_loss, reason = "figures for people")]
impl Line {
    pub(crate) fn of_commands<B: Bank>(
        work: &Work,
        mut latencies: Vec<Duration>,
        tries: u64,
        time: Duration,
    ) -> Self {
        latencies.sort();
        let done = latencies.len() as f64;
        Self::of::<B>(
            work,
            done / time.as_secs_f64(),
            tries as f64 / done,
            &latencies,
        )
    }

    pub(crate) fn of_loads<B: Bank>(work: &Work, mut loads: Vec<Duration>) -> Self {
        loads.sort();
        let each_second = B::LONG as f64 / at(&loads, 50).as_secs_f64();
        Self::of::<B>(work, each_second, 1.0, &loads)
    }

    fn of<B: Bank>(work: &Work, each_second: f64, tries: f64, times: &[Duration]) -> Self {
        let micros = |percent| at(times, percent).as_secs_f64() * 1e6;
        Self {
            peer: B::NAME.to_owned(),
            note: B::NOTE.to_owned(),
            workload: work.workload.clone(),
            clients: work.clients,
            each_second,
            tries,
            p50: micros(50),
            p99: micros(99),
        }
    }
}

fn at(times: &[Duration], percent: usize) -> Duration {
    let place = (times.len() * percent / 100).min(times.len().saturating_sub(1));
    times.get(place).copied().unwrap_or_default()
}
