//! The read model: folded from events, kept as rows, asked by queries.

mod answer;
mod base64url;
mod change;
mod cursor;
mod engine;
mod folds;
mod index;
mod model;
mod parking;
mod rows;
mod rows_by;
mod rows_mut;

pub use answer::{Fallible, Lends, Lent, Own, QueryError, ReadModel};
pub use change::{Change, Changes, Done};
pub use cursor::{Cursor, CursorError};
pub(crate) use engine::{Engine, Supplied, Worker, to_its_end, worker};
pub use engine::{Lag, Progress, Rebuild, State};
pub use index::{Index, IndexKey, IndexValue, RangeOf, TextValue, ValueOf};
pub use model::{
    HasRows, InstanceOf, KeepsTables, KeyOf, Keyed, KeyedFor, KeyedProjection, ManyRows, OneValue,
    Project, Projection, RowType, RowValue, Shape, Single, Singleton, Tables, ValueProjection,
};
pub use parking::ParkedKey;
pub(crate) use parking::Parkings;
pub use rows::{ReadError, Row, Rows};
pub use rows_by::{Page, RowsBy};
pub use rows_mut::{ProjectError, RowsMut};
