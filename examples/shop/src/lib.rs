//! The parts of the shop: what it sells for, the log of what it sold, and how it reports.

pub mod money;
pub mod purchases;
pub mod report;

mod quote;
