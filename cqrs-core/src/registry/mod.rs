//! What the program's verbs registered: found by name, not by type. Dispatch never looks here.

mod facts;
mod need;
mod registration;
mod rust_type;

pub(crate) use facts::Facts;
pub use need::{Missing, Need};
pub use registration::{DuplicateName, Kind, Registration, Registrations};
pub(crate) use registration::{is_record_only, registered};
