//! What the shop shows: totals, the top customers as a table, the months as bars, and one line of JSON.
//!
//! All of it is rendered to text, [`width`] columns wide, without colours.

mod chart;
mod notes;
mod summary;
mod table;
mod width;

pub use chart::{MonthRevenue, chart};
pub use notes::{already, leaders, skipped, stopped};
pub use summary::{Summary, TopCustomer};
pub use table::table;
pub use width::{PLAIN, width};
