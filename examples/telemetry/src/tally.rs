//! What was acknowledged so far, and how long the answers took.

use std::array;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

/// How many parts each doubling of time has: an answer's time is known to an eighth.
const PARTS: u64 = 8;

/// As many as a time of 64 bits has.
const PLACES: usize = 8 * 62;

/// Counts, for all clients to add to.
#[derive(Debug)]
pub struct Tally {
    readings: AtomicU64,
    again: AtomicU64,
    answers: [AtomicU64; PLACES],
}

impl Default for Tally {
    fn default() -> Self {
        Self {
            readings: AtomicU64::new(0),
            again: AtomicU64::new(0),
            answers: array::from_fn(|_| AtomicU64::new(0)),
        }
    }
}

impl Tally {
    /// A command was answered.
    pub fn answered(&self, took: Duration) {
        let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        self.answers[place(micros)].fetch_add(1, Relaxed);
    }

    /// So many readings were acknowledged.
    pub fn acknowledged(&self, readings: u64) {
        self.readings.fetch_add(readings, Relaxed);
    }

    /// A report that came twice was refused.
    pub fn refused(&self) {
        self.again.fetch_add(1, Relaxed);
    }

    /// What is counted now.
    pub fn now(&self) -> Counts {
        Counts {
            readings: self.readings.load(Relaxed),
            again: self.again.load(Relaxed),
            answers: self
                .answers
                .iter()
                .map(|count| count.load(Relaxed))
                .collect(),
        }
    }
}

/// What was counted.
#[derive(Debug, Clone)]
pub struct Counts {
    /// Readings that were acknowledged.
    pub readings: u64,
    /// Reports that came twice, and were refused.
    pub again: u64,
    answers: Vec<u64>,
}

impl Counts {
    /// How many commands were answered.
    pub fn commands(&self) -> u64 {
        self.answers.iter().sum()
    }

    /// What came since `before`.
    #[must_use]
    pub fn since(&self, before: &Self) -> Self {
        let answers = self.answers.iter().zip(&before.answers);
        Self {
            readings: self.readings - before.readings,
            again: self.again - before.again,
            answers: answers.map(|(now, then)| now - then).collect(),
        }
    }

    /// In what time so many of a hundred commands were answered, to an eighth of it; zero, where none was.
    pub fn within(&self, percent: u64) -> Duration {
        let mut wanted = (self.commands() * percent).div_ceil(100);
        for (place, &count) in self.answers.iter().enumerate() {
            if count > 0 && wanted <= count {
                return Duration::from_micros(micros(place as u64));
            }
            wanted = wanted.saturating_sub(count);
        }
        Duration::ZERO
    }
}

/// Below eight, each has a place; from there on each eighth of a doubling.
fn place(micros: u64) -> usize {
    let place = match micros.checked_ilog2() {
        Some(log @ 3..) => {
            let log = u64::from(log);
            (log - 2) * PARTS + (micros >> (log - 3)) % PARTS
        }
        _ => micros,
    };
    usize::try_from(place).unwrap_or(PLACES).min(PLACES - 1)
}

/// The least time of a place.
fn micros(place: u64) -> u64 {
    match place / PARTS {
        0 => place,
        doublings => (PARTS + place % PARTS) << (doublings - 1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_has_a_place_and_a_place_its_time() {
        for time in (0..2_000).chain([u64::MAX, u64::MAX / 3, 1 << 40]) {
            let least = micros(place(time) as u64);
            assert!(least <= time && time - least <= time / 8, "{time}: {least}");
        }
        assert!((0..5_000).map(place).is_sorted());
    }

    #[test]
    fn most_are_within() {
        let tally = Tally::default();
        assert_eq!(tally.now().within(50), Duration::ZERO);
        for _ in 0..98 {
            tally.answered(Duration::from_micros(5));
        }
        let before = tally.now();
        tally.answered(Duration::from_micros(1 << 20));
        tally.answered(Duration::from_micros(1 << 21));
        let now = tally.now();
        assert_eq!(now.within(50), Duration::from_micros(5));
        assert_eq!(now.within(98), Duration::from_micros(5));
        assert_eq!(now.within(99), Duration::from_micros(1 << 20));
        assert_eq!(now.since(&before).commands(), 2);
        assert_eq!(
            now.since(&before).within(50),
            Duration::from_micros(1 << 20)
        );
    }
}
