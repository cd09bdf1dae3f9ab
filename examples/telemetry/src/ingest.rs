//! Many clients report what the sensors measure, each for its own sensors.

use crate::domain::{Commission, Reading, Report, Sensor, SensorError, SensorId, Sensors, Speed};
use crate::input::{self, Random, Walk};
use crate::tally::Tally;
use cqrs_core::prelude::*;
use std::fs::File;
use std::io::{self, Write};
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;
use tokio::task::JoinSet;

/// Above which speed a bearing shakes too much.
pub const LIMIT: Speed = Speed(7_100);

/// So many readings in a row turn an alarm.
pub const PATIENCE: u32 = 5;

/// One of so many reports is sent twice, as over a line that fails.
const AGAIN: u32 = 200;

/// What is reported.
#[derive(Debug, Clone, Copy)]
pub struct Plan {
    /// How many sensors there are.
    pub sensors: NonZeroUsize,
    /// How many clients report at once, each for its own sensors, one after the other.
    pub clients: NonZeroUsize,
    /// How many readings a report has.
    pub batch: NonZeroUsize,
    /// What the readings are made from.
    pub seed: u64,
    /// How many readings in all; `None`, until it is stopped.
    pub readings: Option<u64>,
}

/// Why nothing more is reported. What was acknowledged stays.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum IngestError {
    /// How a sensor stands could not be read.
    #[error("sensor {sensor} cannot be looked up")]
    Read {
        /// The sensor.
        sensor: SensorId,
        /// Why.
        source: ReadError,
    },
    /// A sensor was not put into service.
    #[error("sensor {sensor} is not in service")]
    Commission {
        /// The sensor.
        sensor: SensorId,
        /// Why.
        source: Box<DispatchError<SensorError>>,
    },
    /// A report was not taken.
    #[error("the report of {sensor} from {from} on is not acknowledged")]
    Report {
        /// The sensor.
        sensor: SensorId,
        /// The first of its readings.
        from: Timestamp,
        /// Why.
        source: Box<DispatchError<SensorError>>,
    },
    /// A report that was sent twice was taken twice.
    #[error("the report of {sensor} from {from} on was taken twice")]
    TakenTwice {
        /// The sensor.
        sensor: SensorId,
        /// The first of its readings.
        from: Timestamp,
    },
    /// What was acknowledged could not be written down.
    #[error("what was acknowledged cannot be written down")]
    Ledger(#[source] io::Error),
}

/// Where clients count, and what ends them.
#[derive(Debug, Default)]
pub struct Desk {
    /// What was acknowledged so far.
    pub tally: Tally,
    ledger: Option<File>,
    stopped: AtomicBool,
}

impl Desk {
    /// One where each acknowledged report is written down in a ledger, if there is one, as a line:
    /// sensor, first and last time, count.
    pub fn with(ledger: Option<File>) -> Self {
        Self {
            ledger,
            ..Self::default()
        }
    }

    /// Lets each client end with the report that it is waiting for.
    pub fn stop(&self) {
        self.stopped.store(true, Ordering::Relaxed);
    }

    fn is_stopped(&self) -> bool {
        self.stopped.load(Ordering::Relaxed)
    }

    /// Counts readings that were acknowledged. They are written down before, in one write, so that
    /// the ledger is true whenever the process ends.
    fn acknowledged(&self, sensor: &SensorId, readings: &[Reading]) -> io::Result<()> {
        let count = readings.len();
        if let (Some(mut ledger), [first, ..], [.., last]) =
            (self.ledger.as_ref(), readings, readings)
        {
            let line = format!("{sensor} {} {} {count}\n", first.at, last.at);
            ledger.write_all(line.as_bytes())?;
        }
        self.tally.acknowledged(count as u64);
        Ok(())
    }
}

/// Reports as planned, each sensor from where it stands, until all is acknowledged or the desk is stopped.
///
/// # Errors
/// [`IngestError`]: the first one, once all clients have ended.
pub async fn ingest<S: EventStore>(
    bus: &Bus<S>,
    plan: Plan,
    desk: &Arc<Desk>,
) -> Result<(), IngestError> {
    let sensors = plan.sensors.get();
    let shares = plan
        .readings
        .map(|readings| input::shares(readings, sensors, plan.batch.get()));
    let clients = plan.clients.get().min(sensors);
    let mut under_way = JoinSet::new();
    for client in 0..clients {
        let lines: Vec<Line> = (client..sensors)
            .step_by(clients)
            .map(|number| Line {
                sensor: input::sensor(number),
                walk: Walk::of(plan.seed, number),
                left: shares.as_ref().map_or(u64::MAX, |shares| shares[number]),
                random: Random(plan.seed ^ !(number as u64)),
            })
            .collect();
        let (bus, desk) = (bus.clone(), Arc::clone(desk));
        under_way.spawn(async move {
            let ended = run_client(&bus, lines, plan.batch.get(), &desk).await;
            if ended.is_err() {
                desk.stop();
            }
            ended
        });
    }
    let mut ended = Ok(());
    while let Some(client) = under_way.join_next().await {
        // nobody aborts one, so it panicked
        let client = client.unwrap_or_else(|panic| std::panic::resume_unwind(panic.into_panic()));
        ended = ended.and(client);
    }
    ended
}

/// The line from a sensor to the farm.
struct Line {
    sensor: SensorId,
    walk: Walk,
    /// How many readings it still gives.
    left: u64,
    random: Random,
}

async fn run_client<S: EventStore>(
    bus: &Bus<S>,
    mut lines: Vec<Line>,
    batch: usize,
    desk: &Desk,
) -> Result<(), IngestError> {
    let mut open = Vec::with_capacity(lines.len());
    for mut line in lines.drain(..) {
        if desk.is_stopped() {
            return Ok(());
        }
        if line.connect(bus, desk).await? {
            open.push(line);
        }
    }
    while !open.is_empty() {
        for line in &mut open {
            if desk.is_stopped() {
                return Ok(());
            }
            line.report(bus, batch, desk).await?;
        }
        open.retain(|line| line.left > 0);
    }
    Ok(())
}

impl Line {
    /// Puts the sensor into service, or goes on where it stands; whether it is to report at all.
    async fn connect<S: EventStore>(
        &mut self,
        bus: &Bus<S>,
        desk: &Desk,
    ) -> Result<bool, IngestError> {
        let sensor = &self.sensor;
        let row = bus.find::<Sensors>(sensor).await;
        let row = row.map_err(|source| IngestError::Read {
            sensor: sensor.clone(),
            source,
        })?;
        let Some(row) = row else {
            let (sensor, limit, patience) = (sensor.clone(), LIMIT, PATIENCE);
            let sent = Instant::now();
            let commissioned = bus
                .dispatch(Commission {
                    sensor,
                    limit,
                    patience,
                })
                .await;
            desk.tally.answered(sent.elapsed());
            commissioned.map_err(|source| IngestError::Commission {
                sensor: self.sensor.clone(),
                source: Box::new(source),
            })?;
            return Ok(self.left > 0);
        };
        if let Some(last) = row.last {
            let mut walk = self.walk.clone();
            while walk.next().is_some_and(|reading| reading.at <= last) {
                self.walk.next();
            }
        }
        Ok(row.in_service && self.left > 0)
    }

    /// Reports the next readings; now and then twice.
    async fn report<S: EventStore>(
        &mut self,
        bus: &Bus<S>,
        batch: usize,
        desk: &Desk,
    ) -> Result<(), IngestError> {
        let count = usize::try_from(self.left).unwrap_or(usize::MAX);
        let readings: Vec<Reading> = self.walk.by_ref().take(batch.min(count)).collect();
        let Some(from) = readings.first().map(|reading| reading.at) else {
            self.left = 0; // the end of time
            return Ok(());
        };
        let not_taken = |source| IngestError::Report {
            sensor: self.sensor.clone(),
            from,
            source: Box::new(source),
        };
        self.send(bus, &readings, desk).await.map_err(not_taken)?;
        desk.acknowledged(&self.sensor, &readings)
            .map_err(IngestError::Ledger)?;
        self.left -= readings.len() as u64;
        if self.random.one_in(AGAIN) {
            match self.send(bus, &readings, desk).await {
                Err(DispatchError::Rejected(SensorError::OutOfOrder { .. })) => {
                    desk.tally.refused();
                }
                Err(source) => return Err(not_taken(source)),
                Ok(_) => {
                    let sensor = self.sensor.clone();
                    return Err(IngestError::TakenTwice { sensor, from });
                }
            }
        }
        Ok(())
    }

    async fn send<S: EventStore>(
        &self,
        bus: &Bus<S>,
        readings: &[Reading],
        desk: &Desk,
    ) -> Result<Receipt, DispatchError<SensorError>> {
        let occurred = Reading::last(readings).unwrap_or_default();
        let report = Report {
            sensor: self.sensor.clone(),
            readings: readings.to_vec(),
        };
        let sent = Instant::now();
        let answer = bus.dispatch(report).occurred_at(occurred).await;
        desk.tally.answered(sent.elapsed());
        answer
    }
}

// a report that every store takes
const _: () = assert!(Sensor::MOST_READINGS * 2 < cqrs_core::store::MAX_BATCH_EVENTS);
