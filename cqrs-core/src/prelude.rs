//! All that a domain file needs: `use cqrs_core::prelude::*;`.

pub use crate::{
    Aggregate, Bus, Change, Command, CommandId, Context, DispatchError, Event, EventStore, Id,
    Memory, Projection, Query, QueryError, ReadError, Receipt, Recorded, Row, Rows, RowsMut,
    Service, Timestamp, answer, apply, commands, ensure, events, handle, project, upcast,
};
// the derive without the trait, whose `find` is not for domain code
pub use cqrs_macros::Resources;
pub use serde::{Deserialize, Serialize};
