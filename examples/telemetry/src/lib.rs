//! A wind farm: a sensor on each turbine measures how its bearing shakes, many times a second.
//!
//! What it shows of the library:
//!
//! - **many readings a second, none lost**: a command reports what a sensor measured since the last one
//!   (`Report { readings }`), and is answered once that is on the disk; many sensors share one flush
//!   ([`ingest`]). What was answered is there after any crash, once.
//! - **a decision**: a sensor reports in order, so a report that comes twice is refused, and no id is
//!   needed; an alarm is raised by so many readings in a row ([`domain`]).
//! - **a rolling aggregate**: a row for each sensor and minute, which a range of time pages through, and
//!   one value of the whole fleet.
//! - **the past, three ways**: what happened to one sensor, by time and by event; all alarms of all
//!   sensors; and the read models.
//!
//! ```sh
//! cargo run --release -p telemetry -- run              # 1000 sensors, ten seconds, into telemetry.db
//! cargo run --release -p telemetry -- report
//! cargo run --release -p telemetry -- alarms --since 2026-01-01T00:00:30Z
//! cargo run --release -p telemetry -- history wt-0042 --event alarm_raised
//! cargo run --release -p telemetry -- minutes wt-0042 --since 2026-01-01T00:01:00Z
//! ```
//!
//! How fast that is depends on how many report at once (`--clients`): each waits for its answer, and
//! those that wait together share a flush of the disk. So more clients are more readings a second, and
//! longer answers. A report of ten readings takes hardly longer than one of a single reading (`--batch`).
//!
//! The readings are made up, the same for the same seed ([`input`]), in a time of their own: a sensor
//! reads every tenth of a second from 2026 on, as fast as the store takes it. Run again, it goes on
//! where it stood.

pub mod domain;
pub mod ingest;
pub mod input;
pub mod tally;

cqrs_core::events_lock!(); // `EVENTS_LOCK=write cargo test events_lock` writes it
