//! The wind farm's domain: sensors that report and raise alarms, and what is read of them.

mod reading;
mod sensor;
mod views;

pub use reading::{Reading, Speed, SpeedError};
pub use sensor::{
    AlarmCleared, AlarmRaised, Commission, Commissioned, Decommission, Decommissioned, Faulted,
    Measured, Report, Sensor, SensorCommand, SensorError, SensorEvent, SensorId,
};
pub use views::{
    Fleet, FleetNow, MinutesOf, MostAlarms, SensorMinute, SensorMinutes, Sensors, Speeds,
    WorstMinutes,
};
