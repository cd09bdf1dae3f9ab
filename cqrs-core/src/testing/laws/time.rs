use crate::log::Timestamp;
use std::time::Duration;

/// How long after a command the next one is asked, unless it is said.
pub(super) const STEP: Duration = Duration::from_mins(1);

/// When the first command is asked, unless it is said: as the year 2000 begins.
pub(super) fn start() -> Timestamp {
    Timestamp::from_second(946_684_800).unwrap_or_default()
}

/// So much later; the end of all time where there is no such time.
pub(super) fn later(time: Timestamp, by: Duration) -> Timestamp {
    time.checked_add(by).unwrap_or(Timestamp::MAX)
}

/// So many default steps earlier; the begin of all time where there is no such time.
pub(super) fn earlier(time: Timestamp, steps: usize) -> Timestamp {
    let by = STEP.saturating_mul(u32::try_from(steps).unwrap_or(u32::MAX));
    time.checked_sub(by).unwrap_or(Timestamp::MIN)
}
