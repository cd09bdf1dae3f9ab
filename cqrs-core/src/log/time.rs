/// A point in time, in UTC. The log keeps it to the microsecond.
pub use jiff::Timestamp;

/// The system's time, to the microsecond, as every store keeps it.
pub fn now() -> Timestamp {
    let now = Timestamp::now();
    Timestamp::from_microsecond(now.as_microsecond()).unwrap_or(now)
}
