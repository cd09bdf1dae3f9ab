//! The read model: folded from events, kept as rows, asked by queries.

mod answer;
mod base64url;
mod change;
mod cursor;
mod engine;
mod folding;
mod index;
mod model;
mod rows;
mod rows_by;

pub use answer::{Fallible, QueryError, ReadModel};
pub use change::Change;
pub use cursor::{Cursor, CursorError};
pub(crate) use engine::{Engine, Worker, worker};
pub use engine::{Progress, State};
pub use folding::{Folding, ProjectError};
pub use index::{Index, IndexKey, IndexValue, RangeOf, ValueOf};
pub use model::{
    KeyOf, Keyed, KeyedFor, OneValue, Project, Projection, Shape, Single, Singleton,
    ValueProjection,
};
pub use rows::{ReadError, Row, Rows};
pub use rows_by::{Page, RowsBy};
