//! The read model: folded from events, kept as rows, asked by queries.

mod answer;
mod change;
mod engine;
mod folding;
mod index;
mod model;
mod rows;

pub use answer::{Fallible, QueryError, ReadModel};
pub use change::Change;
pub(crate) use engine::{Engine, Worker, worker};
pub use engine::{Progress, State};
pub use folding::{Folding, ProjectError};
pub use index::{Index, IndexKey, IndexValue};
pub use model::{
    KeyOf, Keyed, KeyedFor, OneValue, Project, Projection, Shape, Single, Singleton,
    ValueProjection,
};
pub use rows::{ReadError, Row, Rows, RowsBy};
