//! What the program's verbs registered: found by name, not by type. Dispatch never looks here.

mod registration;

pub(crate) use registration::registered;
pub use registration::{DuplicateName, Kind, Registration};
