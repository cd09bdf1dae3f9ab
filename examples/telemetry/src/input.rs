//! What the sensors measure: made up, and the same for the same seed.

use crate::domain::{Reading, SensorId, Speed};
use jiff::Timestamp;

/// When the first reading of each sensor is: 2026-01-01T00:00:00Z, in milliseconds.
const START: i64 = 1_767_225_600_000;

/// How long after a reading the next one is, in milliseconds.
const STEP: i64 = 100;

/// The name of a sensor, by its number from 0.
///
/// ```
/// assert_eq!(telemetry::input::sensor(41).to_string(), "wt-0042");
/// ```
pub fn sensor(number: usize) -> SensorId {
    SensorId::from(format!("wt-{:04}", number + 1))
}

/// What one sensor measures, without end: a random walk below the limit, with single outliers, gusts
/// that last, and now and then what no instrument can measure.
#[derive(Debug, Clone)]
pub struct Walk {
    random: Random,
    at: i64,
    level: u32,
    /// How many readings the gust still lasts.
    gust: u64,
}

impl Walk {
    /// Where it stays, without gusts.
    const CALM: (u32, u32) = (1_000, 4_500);

    /// That of the sensor of a number.
    pub fn of(seed: u64, sensor: usize) -> Self {
        let mut random = Random(seed ^ (sensor as u64 + 1).wrapping_mul(0xd134_2543_de82_ef95));
        let level = 2_000 + random.below(1_000);
        Self {
            random,
            at: START,
            level,
            gust: 0,
        }
    }
}

impl Iterator for Walk {
    type Item = Reading;

    fn next(&mut self) -> Option<Reading> {
        let at = Timestamp::from_millisecond(self.at).ok()?;
        self.at += STEP;
        let (least, most) = Self::CALM;
        self.level = (self.level + self.random.below(201)).saturating_sub(100);
        self.level = self.level.clamp(least, most);
        self.gust = match self.gust {
            0 if self.random.one_in(400) => u64::from(5 + self.random.below(60)),
            gust => gust.saturating_sub(1),
        };
        let speed = if self.random.one_in(1_500) {
            99_999 // what it gives without contact
        } else if self.gust > 0 {
            self.level + 6_000
        } else if self.random.one_in(300) {
            self.level + 8_000
        } else {
            self.level
        };
        Some(Reading {
            at,
            speed: Speed(speed),
        })
    }
}

/// How many of so many readings each sensor gives, when all report in turn, so many at a time.
///
/// ```
/// use telemetry::input::shares;
///
/// assert_eq!(shares(45, 3, 10), [20, 15, 10]);
/// ```
pub fn shares(readings: u64, sensors: usize, batch: usize) -> Vec<u64> {
    let (sensors, batch) = (sensors as u64, batch as u64);
    let (reports, rest) = (readings / batch, readings % batch);
    let (rounds, more) = (reports / sensors, reports % sensors);
    let share = |sensor: u64| {
        let last = if sensor == more { rest } else { 0 };
        (rounds + u64::from(sensor < more)) * batch + last
    };
    (0..sensors).map(share).collect()
}

/// Numbers without a pattern (`SplitMix64`).
#[derive(Debug, Clone)]
pub(crate) struct Random(pub(crate) u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, end: u32) -> u32 {
        let scaled = ((self.next() >> 32) * u64::from(end)) >> 32;
        u32::try_from(scaled).unwrap_or_default() // it is below `end`
    }

    pub(crate) fn one_in(&mut self, times: u32) -> bool {
        self.below(times) == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_and_a_sensor_make_one_walk() {
        let walk = |seed, sensor| Walk::of(seed, sensor).take(500).collect::<Vec<_>>();
        assert_eq!(walk(1, 1), walk(1, 1));
        assert_ne!(walk(1, 1), walk(1, 2));
        assert_ne!(walk(1, 1), walk(2, 1));
    }

    #[test]
    fn it_holds_gusts_outliers_and_faults() {
        let readings: Vec<_> = Walk::of(7, 0).take(100_000).collect();
        assert!(readings.windows(2).all(|two| two[0].at < two[1].at));
        let beyond = |speed| readings.iter().filter(|it| it.speed > Speed(speed)).count();
        assert!((50..100).contains(&beyond(50_000)), "{}", beyond(50_000));
        assert!(beyond(7_000) > 1_000, "{}", beyond(7_000));
    }

    #[test]
    fn the_shares_are_the_whole() {
        for readings in 0..60 {
            let shares = shares(readings, 4, 5);
            assert_eq!(shares.iter().sum::<u64>(), readings);
            assert!(shares.is_sorted_by(|one, next| one >= next), "{shares:?}");
        }
    }
}
