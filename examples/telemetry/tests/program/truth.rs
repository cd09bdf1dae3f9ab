//! What a run must come to: counted from the text of `telemetry input` alone, by rules written anew.

use crate::{Run, telemetry};
use std::collections::BTreeMap;

/// A reading as the program prints it: its time, and the thousandths of its mm/s.
pub type Read = (String, u64);

/// The readings of each sensor.
pub type Readings = BTreeMap<String, Vec<Read>>;

/// What `telemetry input` prints.
pub fn input(arguments: &str) -> Readings {
    let printed = Run::of(&mut telemetry(&format!("input {arguments}"))).printed();
    let mut readings = Readings::new();
    for line in printed.lines() {
        let [sensor, at, speed] = line.split(' ').collect::<Vec<_>>()[..] else {
            panic!("{line}");
        };
        let read = (at.to_owned(), thousandths(speed));
        readings.entry(sensor.to_owned()).or_default().push(read);
    }
    readings
}

pub fn thousandths(speed: &str) -> u64 {
    assert_eq!(speed.rsplit_once('.').unwrap().1.len(), 3, "{speed}");
    speed.replace('.', "").parse().unwrap()
}

pub fn is_fault(speed: u64) -> bool {
    speed > 50_000
}

/// The readings that can be.
pub fn sound(readings: &[Read]) -> Vec<&Read> {
    readings.iter().filter(|read| !is_fault(read.1)).collect()
}

/// The readings that turned the alarm, and whether they raised it: the fifth in a row above
/// 7.1 mm/s, or not above.
pub fn turns(readings: &[Read]) -> Vec<(&Read, bool)> {
    let mut turns = Vec::new();
    let mut begin = 0; // of the readings since the last turn
    let sound = sound(readings);
    for end in 1..=sound.len() {
        let alarm = turns.len() % 2 == 1;
        let row = &sound[begin.max(end.saturating_sub(5))..end];
        if row.len() == 5 && row.iter().all(|read| (read.1 > 7_100) != alarm) {
            turns.push((row[4], !alarm));
            begin = end;
        }
    }
    turns
}

/// The sound readings of each minute, by its first second.
pub fn minutes(readings: &[Read]) -> BTreeMap<String, Vec<u64>> {
    let mut minutes = BTreeMap::<String, Vec<u64>>::new();
    for (at, speed) in sound(readings) {
        let minute = format!("{}:00Z", &at[.."2026-01-01T00:00".len()]);
        minutes.entry(minute).or_default().push(*speed);
    }
    minutes
}
