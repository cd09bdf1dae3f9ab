//! Reading a purchase log of CDNOW, the online music shop of the nineties.
//!
//! [`Log::read`] takes the whole file or says why not; [`Log::lines`] then gives each line as a [`Purchase`] or a
//! [`BadLine`]. A log has one of two [`Layout`]s, its fields apart by blanks, one purchase a line.

mod fields;
mod layout;
mod line;
mod log;

pub use layout::Layout;
pub use line::{BadLine, MAX_ITEMS, Purchase, Reason};
pub use log::{Lines, Log, ReadError};

#[cfg(test)]
mod tests;
