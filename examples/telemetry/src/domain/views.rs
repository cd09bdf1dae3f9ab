//! The read models: what a sensor measured minute by minute, how each sensor stands, and the fleet.

use super::reading::{Reading, Speed};
use super::sensor::{
    AlarmCleared, AlarmRaised, Commissioned, Decommissioned, Faulted, Measured, SensorId,
};
use cqrs_core::prelude::*;
use cqrs_core::{Cursor, Page};

/// Speeds, summed up.
#[derive(Debug, Default, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Speeds {
    /// How many readings.
    pub count: u64,
    /// Their sum, in micrometres a second.
    pub sum: u64,
    /// The least.
    pub min: Speed,
    /// The greatest.
    pub max: Speed,
}

impl Speeds {
    fn add(&mut self, speed: Speed) {
        self.min = if self.count == 0 {
            speed
        } else {
            self.min.min(speed)
        };
        self.max = self.max.max(speed);
        self.count += 1;
        self.sum += u64::from(speed.0);
    }

    /// The mean, rounded down; nothing, where there is no reading.
    pub fn mean(&self) -> Option<Speed> {
        let mean = self.sum.checked_div(self.count)?;
        u32::try_from(mean).ok().map(Speed)
    }
}

/// Names a minute of a sensor: `wt-0042/2026-01-01T00:07:00Z`. In the order of these texts a
/// sensor's minutes stand together, by time.
#[derive(Id)]
pub struct SensorMinute(String);

impl SensorMinute {
    /// The minute in which that time is.
    pub fn of(sensor: &SensorId, time: Timestamp) -> Self {
        let minute = minute(time);
        Self(format!("{sensor}/{minute}"))
    }
}

/// When the minute began in which that time is.
fn minute(time: Timestamp) -> Timestamp {
    let second = time.as_second().div_euclid(60) * 60;
    Timestamp::from_second(second).unwrap_or(Timestamp::MIN) // the first one is not whole
}

/// What a sensor measured in a minute: a row for each.
#[derive(Projection, Debug, Default, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[projection("sensor-minutes", key = SensorMinute)]
pub struct SensorMinutes {
    /// The key once more, for what goes by an index: a range.
    #[index]
    pub of: Option<SensorMinute>,
    /// When the minute began.
    pub from: Option<Timestamp>,
    /// What was measured.
    pub speeds: Speeds,
    /// The greatest speed.
    #[index]
    pub worst: Speed,
    /// What was measured last.
    pub last: Speed,
}

#[project]
impl SensorMinutes {
    fn measured(rows: &mut RowsMut<'_, Self>, event: &Measured, sensor: &SensorId) {
        let together = |one: &Reading, next: &Reading| minute(one.at) == minute(next.at);
        for readings in event.readings.chunk_by(together) {
            let from = readings[0].at;
            let key = SensorMinute::of(sensor, from);
            rows.change(&key, |row| {
                row.of = Some(key.clone());
                row.from = Some(minute(from));
                for &Reading { speed, .. } in readings {
                    row.speeds.add(speed);
                    row.last = speed;
                }
                row.worst = row.speeds.max;
            });
        }
    }
}

/// Asks for the minutes of a sensor between two times, in order, a page at a time.
#[derive(Query)]
pub struct MinutesOf {
    /// The sensor.
    pub sensor: SensorId,
    /// The first minute is the one in which this is.
    pub since: Timestamp,
    /// The last minute is the one in which this is.
    pub until: Timestamp,
    /// How many a page holds.
    pub page_size: usize,
    /// Where the page before ended; none before the first.
    pub after: Option<Cursor>,
}

/// Asks for the minutes of all sensors in which a bearing shook most.
#[derive(Query)]
pub struct WorstMinutes {
    /// How many.
    pub limit: usize,
}

#[answer]
impl SensorMinutes {
    async fn of(rows: &Rows<Self>, query: &MinutesOf) -> Result<Page<Self>, ReadError> {
        let minute = |time| Some(SensorMinute::of(&query.sensor, time));
        rows.by(Self::OF)
            .within(Self::OF, minute(query.since)..=minute(query.until))
            .after(&query.after)
            .limit(query.page_size)
            .page()
            .await
    }

    async fn worst(rows: &Rows<Self>, query: &WorstMinutes) -> Result<Vec<Row<Self>>, ReadError> {
        rows.by(Self::WORST).descending().limit(query.limit).await
    }
}

/// How each sensor stands: a row a sensor.
#[derive(Projection, Debug, Default, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[projection("sensors", key = SensorId)]
pub struct Sensors {
    /// Whether it is in service.
    pub in_service: bool,
    /// How many readings it gave.
    pub readings: u64,
    /// How many that it cannot have measured.
    pub faults: u64,
    /// How many alarms it raised.
    #[index]
    pub alarms: u64,
    /// Since when there is an alarm, if there is.
    pub alarm_since: Option<Timestamp>,
    /// When it last read anything.
    pub last: Option<Timestamp>,
}

#[project]
impl Sensors {
    fn commissioned(&mut self, _: &Commissioned) {
        self.in_service = true;
    }

    fn measured(&mut self, event: &Measured) {
        self.readings += event.readings.len() as u64;
        self.last = self.last.max(Reading::last(&event.readings));
    }

    fn faulted(&mut self, event: &Faulted) {
        self.faults += event.readings.len() as u64;
        self.last = self.last.max(Reading::last(&event.readings));
    }

    fn alarm_raised(&mut self, event: &AlarmRaised) {
        self.alarms += 1;
        self.alarm_since = Some(event.by.at);
    }

    fn alarm_cleared(&mut self, _: &AlarmCleared) {
        self.alarm_since = None;
    }

    fn decommissioned(&mut self, _: &Decommissioned) {
        self.in_service = false;
        self.alarm_since = None;
    }
}

/// Asks for the sensors that raised most alarms, then by their names.
#[derive(Query)]
pub struct MostAlarms {
    /// How many.
    pub limit: usize,
}

#[answer]
impl Sensors {
    async fn most_alarms(
        rows: &Rows<Self>,
        query: &MostAlarms,
    ) -> Result<Vec<Row<Self>>, ReadError> {
        rows.by(Self::ALARMS)
            .descending()
            .within(Self::ALARMS, 1..)
            .limit(query.limit)
            .await
    }
}

/// The whole fleet: one value.
#[derive(Projection, Debug, Default, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[projection("fleet")]
pub struct Fleet {
    /// How many sensors are in service.
    pub in_service: u64,
    /// What they measured.
    pub speeds: Speeds,
    /// How many readings they cannot have measured.
    pub faults: u64,
    /// How many alarms were raised.
    pub alarms: u64,
    /// How many alarms there are now.
    pub alarms_now: u64,
}

#[project]
impl Fleet {
    fn commissioned(&mut self, _: &Commissioned) {
        self.in_service += 1;
    }

    fn measured(&mut self, event: &Measured) {
        event
            .readings
            .iter()
            .for_each(|reading| self.speeds.add(reading.speed));
    }

    fn faulted(&mut self, event: &Faulted) {
        self.faults += event.readings.len() as u64;
    }

    fn alarm_raised(&mut self, _: &AlarmRaised) {
        self.alarms += 1;
        self.alarms_now += 1;
    }

    fn alarm_cleared(&mut self, _: &AlarmCleared) {
        self.alarms_now -= 1;
    }

    fn decommissioned(&mut self, event: &Decommissioned) {
        self.in_service -= 1;
        self.alarms_now -= u64::from(event.alarm);
    }
}

/// Asks how the fleet stands.
#[derive(Query)]
pub struct FleetNow;

#[answer]
impl Fleet {
    fn now(&self, _: &FleetNow) -> Self {
        self.clone()
    }
}
