//! What a sensor measures.

use cqrs_core::prelude::*;
use cqrs_core::{IndexKey, IndexValue};
use std::fmt;
use std::str::FromStr;

/// How a bearing shakes, in micrometres a second; shown, and read, in mm/s.
///
/// ```
/// use telemetry::domain::Speed;
///
/// let speed: Speed = "7.1".parse()?;
/// assert_eq!((speed, speed.to_string()), (Speed(7_100), "7.100".to_owned()));
/// # Ok::<(), telemetry::domain::SpeedError>(())
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Speed(pub u32);

impl Speed {
    /// The most that an instrument can measure: what is beyond is a fault of its own.
    pub const MOST: Self = Self(50_000);
}

impl fmt::Display for Speed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("{}.{:03}", self.0 / 1000, self.0 % 1000))
    }
}

/// A text is no speed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected mm/s such as 7.1, found {0:?}")]
pub struct SpeedError(String);

impl FromStr for Speed {
    type Err = SpeedError;

    fn from_str(text: &str) -> Result<Self, SpeedError> {
        let (whole, part) = text.split_once('.').unwrap_or((text, "0"));
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        let read = || {
            let (whole, part): (u32, u32) = (
                whole.parse().ok()?,
                format!("{part:0<3}").parse().ok()?, // `1` is 100 thousandths
            );
            whole.checked_mul(1000)?.checked_add(part)
        };
        (digits(whole) && digits(part) && part.len() <= 3)
            .then(read)
            .flatten()
            .map(Self)
            .ok_or_else(|| SpeedError(text.to_owned()))
    }
}

impl IndexValue for Speed {
    fn index_key(&self) -> IndexKey {
        self.0.index_key()
    }
}

/// One measurement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reading {
    /// When it was measured.
    pub at: Timestamp,
    /// What.
    pub speed: Speed,
}

impl Reading {
    /// When the last of some readings was measured.
    pub fn last(readings: &[Self]) -> Option<Timestamp> {
        readings.last().map(|reading| reading.at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_speed_is_read_as_it_is_shown() {
        for speed in [0, 1, 999, 1000, 7_100, u32::MAX] {
            assert_eq!(Speed(speed).to_string().parse(), Ok(Speed(speed)));
        }
        assert_eq!("7.01".parse(), Ok(Speed(7_010)));
        for text in [
            "", ".", "7.", ".1", "-1", "+1", "7.1234", "a", "1.+1", "4294968",
        ] {
            assert_eq!(text.parse::<Speed>(), Err(SpeedError(text.into())));
        }
    }
}
