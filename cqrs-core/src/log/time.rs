use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

/// A point in time, in UTC. The log keeps it to the microsecond.
pub use jiff::Timestamp;

/// The system's time, to the microsecond, as every store keeps it.
pub fn now() -> Timestamp {
    let now = Timestamp::now();
    Timestamp::from_microsecond(now.as_microsecond()).unwrap_or(now)
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
    pub fn advance(&self, by: std::time::Duration) {
        if let Some(hand) = &self.0 {
            let by = i64::try_from(by.as_micros()).unwrap_or(i64::MAX);
            hand.fetch_add(by, Ordering::SeqCst);
        }
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
