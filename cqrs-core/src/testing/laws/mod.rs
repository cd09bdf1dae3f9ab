//! What holds of every aggregate and every projection, held against commands of proptest's making.

mod asked;
mod law;
mod of_aggregate;
mod of_projection;
mod rows;
mod search;
mod story;
mod tally;
mod time;
mod trial;

pub use of_aggregate::{Laws, laws};
pub use of_projection::{ProjectionLaws, projection_laws};
