//! The read model: folded from events, kept as rows, asked by queries.

mod answer;
mod change;
mod engine;
mod folds;
mod index;
mod model;
mod parking;
mod rows;
mod rows_mut;

pub use answer::{Fallible, Lends, Lent, Own, QueryError, ReadModel};
pub use change::{Change, Changes};
pub(crate) use engine::{Engine, Worker, worker};
pub use engine::{Lag, Progress, State};
pub use index::{Index, IndexKey, IndexValue};
pub use model::{
    KeyOf, Keyed, KeyedFor, OneValue, Project, Projection, Shape, Single, Singleton,
    ValueProjection,
};
pub use parking::ParkedKey;
pub(crate) use parking::Parkings;
pub use rows::{ReadError, Row, Rows, RowsBy};
pub use rows_mut::{ProjectError, RowsMut};
