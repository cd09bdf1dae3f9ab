//! What the program's verbs registered: found by name, not by type. Dispatch never looks here.

mod registration;

pub use registration::{DuplicateName, Kind, Registration, Registrations};
pub(crate) use registration::{is_record_only, registered};
