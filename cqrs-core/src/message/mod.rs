//! What is said to a program: commands, and what it says happened: events; and what it is asked: queries.

mod command;
mod event;
mod query;

pub use command::{Addressed, Command, Handled};
pub use event::{Applied, Event, EventSet, EventType};
pub use query::{Answered, Query};
