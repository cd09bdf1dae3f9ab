//! The write model: a sensor in service reports in order, and raises an alarm where its bearing
//! shakes too much, so many readings in a row.

use super::reading::{Reading, Speed};
use cqrs_core::prelude::*;
use std::mem;

/// Names a sensor: `wt-0042`.
#[derive(Id)]
pub struct SensorId(String);

/// What may be asked of a sensor.
#[commands("sensor", sensor: SensorId)]
pub enum SensorCommand {
    /// Puts it into service. The alarm is raised by `patience` readings in a row above `limit`, and
    /// cleared by as many that are not.
    Commission { limit: Speed, patience: u32 },
    /// Reports what was measured since the last report, in the order of time.
    Report { readings: Vec<Reading> },
    /// Takes it out of service, for good.
    Decommission,
}

/// What happens to a sensor.
#[events("sensor")]
pub enum SensorEvent {
    /// It is in service.
    Commissioned { limit: Speed, patience: u32 },
    /// It measured.
    Measured { readings: Vec<Reading> },
    /// It gave what it cannot measure.
    Faulted { readings: Vec<Reading> },
    /// Its bearing shakes too much, as of this reading.
    AlarmRaised { by: Reading },
    /// Its bearing is quiet again, as of this reading.
    AlarmCleared { by: Reading },
    /// It is out of service; whether an alarm stood then.
    Decommissioned { alarm: bool },
}

/// Why a sensor's command is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SensorError {
    /// Its name cannot be part of a key.
    #[error("the name of a sensor holds no `/`")]
    Name,
    /// An alarm that no reading raises.
    #[error("an alarm takes at least one reading")]
    NoPatience,
    /// It is in service.
    #[error("the sensor is in service already")]
    InService,
    /// It is not known.
    #[error("there is no such sensor: commission it first")]
    Unknown,
    /// It was taken out of service.
    #[error("the sensor is out of service")]
    Retired,
    /// A report that says nothing.
    #[error("a report has at least one reading")]
    NoReadings,
    /// A report that says too much at once.
    #[error("a report has at most {most} readings, not {0}", most = Sensor::MOST_READINGS)]
    TooMany(usize),
    /// A reading is not after the one before it, be it of this report or of the last.
    #[error("a reading of {at} cannot come after one of {last}")]
    OutOfOrder {
        /// When the one before it is.
        last: Timestamp,
        /// When it is itself.
        at: Timestamp,
    },
}

/// A sensor, as far as decisions need to know one.
#[derive(Aggregate, Debug, Default, Clone, PartialEq)]
#[aggregate("sensor", id = SensorId)]
pub enum Sensor {
    /// Nobody has heard of it.
    #[default]
    Unknown,
    /// It reports.
    InService(Watch),
    /// It reports no more.
    Retired,
}

/// How a sensor in service is watched.
#[derive(Debug, Clone, PartialEq)]
pub struct Watch {
    limit: Speed,
    patience: u32,
    alarm: bool,
    /// How many readings in a row speak against what the alarm says.
    against: u32,
    /// When it last read anything.
    last: Option<Timestamp>,
}

impl Watch {
    fn see(&mut self, reading: &Reading) {
        let too_much = reading.speed > self.limit;
        let against = too_much != self.alarm;
        self.against = if against { self.against + 1 } else { 0 };
        self.last = self.last.max(Some(reading.at));
    }

    fn is_convinced(&self) -> bool {
        self.against >= self.patience
    }

    fn turn(&mut self, alarm: bool) {
        self.alarm = alarm;
        self.against = 0;
    }

    /// What comes of these readings: they are measured, up to one that turns the alarm; then the
    /// alarm; and so on.
    fn follow(mut self, readings: Vec<Reading>) -> Vec<SensorEvent> {
        let mut events = Vec::new();
        let mut measured = Vec::new();
        for by in readings {
            measured.push(by);
            self.see(&by);
            if self.is_convinced() {
                self.turn(!self.alarm);
                let readings = mem::take(&mut measured);
                events.push(Measured { readings }.into());
                if self.alarm {
                    events.push(AlarmRaised { by }.into());
                } else {
                    events.push(AlarmCleared { by }.into());
                }
            }
        }
        if !measured.is_empty() {
            let readings = measured;
            events.push(Measured { readings }.into());
        }
        events
    }
}

impl Sensor {
    /// How many readings a report may have.
    pub const MOST_READINGS: usize = 400;

    fn in_service(&self) -> Result<&Watch, SensorError> {
        match self {
            Self::Unknown => Err(SensorError::Unknown),
            Self::InService(watch) => Ok(watch),
            Self::Retired => Err(SensorError::Retired),
        }
    }

    fn change(&mut self, change: impl FnOnce(&mut Watch)) {
        if let Self::InService(watch) = self {
            change(watch);
        }
    }
}

/// Each reading is after the one before it, and the first after `last`.
fn in_order(mut last: Option<Timestamp>, readings: &[Reading]) -> Result<(), SensorError> {
    for &Reading { at, .. } in readings {
        if let Some(last) = last {
            ensure!(last < at, SensorError::OutOfOrder { last, at });
        }
        last = Some(at);
    }
    Ok(())
}

#[handle]
impl Sensor {
    fn commission(&self, command: &Commission) -> Result<Commissioned, SensorError> {
        let (limit, patience) = (command.limit, command.patience);
        ensure!(!command.sensor.0.contains('/'), SensorError::Name);
        ensure!(patience > 0, SensorError::NoPatience);
        match self {
            Self::Unknown => Ok(Commissioned { limit, patience }),
            Self::InService(_) => Err(SensorError::InService),
            Self::Retired => Err(SensorError::Retired),
        }
    }

    fn report(&self, command: &Report) -> Result<Vec<SensorEvent>, SensorError> {
        let watch = self.in_service()?;
        let (readings, count) = (&command.readings, command.readings.len());
        ensure!(count > 0, SensorError::NoReadings);
        ensure!(count <= Self::MOST_READINGS, SensorError::TooMany(count));
        in_order(watch.last, readings)?;

        let (sound, readings): (Vec<_>, Vec<_>) = readings
            .iter()
            .partition(|reading| reading.speed <= Speed::MOST);
        let mut events = watch.clone().follow(sound);
        if !readings.is_empty() {
            events.push(Faulted { readings }.into());
        }
        Ok(events)
    }

    fn decommission(&self, _: &Decommission) -> Result<Decommissioned, SensorError> {
        let alarm = self.in_service()?.alarm;
        Ok(Decommissioned { alarm })
    }
}

#[apply]
impl Sensor {
    fn commissioned(&mut self, event: &Commissioned) {
        let &Commissioned { limit, patience } = event;
        *self = Self::InService(Watch {
            limit,
            patience,
            alarm: false,
            against: 0,
            last: None,
        });
    }

    fn measured(&mut self, event: &Measured) {
        self.change(|watch| event.readings.iter().for_each(|it| watch.see(it)));
    }

    fn faulted(&mut self, event: &Faulted) {
        let last = Reading::last(&event.readings);
        self.change(|watch| watch.last = watch.last.max(last));
    }

    fn alarm_raised(&mut self, _: &AlarmRaised) {
        self.change(|watch| watch.turn(true));
    }

    fn alarm_cleared(&mut self, _: &AlarmCleared) {
        self.change(|watch| watch.turn(false));
    }

    fn decommissioned(&mut self, _: &Decommissioned) {
        *self = Self::Retired;
    }
}
