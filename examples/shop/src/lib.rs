//! A shop that sells CDs: its domain, the log of what it sold, and how it reports.

pub mod describe;
pub mod domain;
pub mod import;
pub mod money;
pub mod purchases;
pub mod report;

mod quote;

cqrs_core::events_lock!(); // `EVENTS_LOCK=write cargo test events_lock` writes it
