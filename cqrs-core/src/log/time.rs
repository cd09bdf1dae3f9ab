use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// A point in time, in UTC. The log keeps it to the microsecond.
pub use jiff::Timestamp;

/// The system's time, to the microsecond, as every store keeps it.
pub fn now() -> Timestamp {
    let now = since_epoch();
    let seconds = i64::try_from(now.as_secs()).unwrap_or(i64::MAX);
    let nanos = now.subsec_micros().cast_signed() * 1_000;
    Timestamp::new(seconds, nanos).unwrap_or(Timestamp::MAX)
}

/// The system's time since 1970; none where its clock stands before.
pub(super) fn since_epoch() -> Duration {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default()
}

/// The microsecond that `time` falls into: what is kept of the time of what happened. Of the last
/// second of all time its first one, beyond which [`Timestamp::from_microsecond`] reads none.
pub fn microsecond(time: Timestamp) -> Timestamp {
    let whole = time.as_nanosecond().div_euclid(1_000);
    kept(whole).unwrap_or_else(|| Timestamp::from_second(time.as_second()).unwrap_or(time))
}

/// The first microsecond that has begun at `time` or later: what is kept of the time for which
/// something waits, so that it is never early. In the last second of all time, its first one.
pub fn whole_microsecond(time: Timestamp) -> Timestamp {
    let whole = -(-time.as_nanosecond()).div_euclid(1_000);
    kept(whole).unwrap_or_else(|| microsecond(time))
}

fn kept(microseconds: i128) -> Option<Timestamp> {
    Timestamp::from_microsecond(microseconds.try_into().ok()?).ok()
}

/// Where the time comes from: the system, or a clock that a test turns.
///
/// ```
/// use cqrs_core::log::Clock;
///
/// let clock = Clock::turned_to("1997-01-01T12:00:00Z".parse()?);
/// clock.advance(std::time::Duration::from_secs(60));
/// assert_eq!(clock.now().to_string(), "1997-01-01T12:01:00Z");
/// # Ok::<(), jiff::Error>(())
/// ```
#[derive(Clone, Default)]
pub struct Clock(Option<Arc<AtomicI64>>);

impl Clock {
    /// The system's clock.
    pub const fn system() -> Self {
        Self(None)
    }

    /// A clock that stands at `time` until it is turned. Its clones turn with it.
    pub fn turned_to(time: Timestamp) -> Self {
        Self(Some(Arc::new(AtomicI64::new(time.as_microsecond()))))
    }

    /// Turns the clock forward. The system's clock is not turned.
    pub fn advance(&self, by: Duration) {
        if let Some(hand) = &self.0 {
            let by = i64::try_from(by.as_micros()).unwrap_or(i64::MAX);
            hand.fetch_add(by, Ordering::SeqCst);
        }
    }

    /// The time, if the clock is not the system's.
    #[inline]
    pub(crate) fn turned(&self) -> Option<Timestamp> {
        self.0.is_some().then(|| self.now())
    }

    /// The time, to the microsecond; past the end of time, the end of time.
    pub fn now(&self) -> Timestamp {
        match &self.0 {
            None => now(),
            Some(hand) => {
                Timestamp::from_microsecond(hand.load(Ordering::SeqCst)).unwrap_or(Timestamp::MAX)
            }
        }
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            None => f.write_str("Clock(system)"),
            Some(_) => write!(f, "Clock({})", self.now()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_shows_where_it_stands() {
        assert_eq!(format!("{:?}", Clock::system()), "Clock(system)");
        let turned = Clock::turned_to(Timestamp::UNIX_EPOCH);
        assert_eq!(format!("{turned:?}"), "Clock(1970-01-01T00:00:00Z)");
    }

    #[test]
    fn what_happened_keeps_its_microsecond_and_what_waits_is_never_early() {
        let nanos = |nanos: i128| Timestamp::from_nanosecond(nanos).unwrap();
        for (time, before, after) in [
            (1_999, 1_000, 2_000),
            (2_000, 2_000, 2_000),
            (-1, -1_000, 0),
            (-1_000, -1_000, -1_000),
            (-1_001, -2_000, -1_000),
        ] {
            assert_eq!(microsecond(nanos(time)), nanos(before), "{time}");
            assert_eq!(whole_microsecond(nanos(time)), nanos(after), "{time}");
        }
        let end = Timestamp::from_second(Timestamp::MAX.as_second()).unwrap();
        for last in [
            Timestamp::MAX,
            end,
            end + jiff::SignedDuration::from_nanos(1),
        ] {
            assert_eq!((microsecond(last), whole_microsecond(last)), (end, end));
        }
        assert_eq!(
            Timestamp::from_microsecond(end.as_microsecond()).unwrap(),
            end,
            "the last time that is kept can be read"
        );
        assert_eq!(microsecond(Timestamp::MIN), Timestamp::MIN);
    }
}
