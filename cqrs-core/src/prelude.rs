//! All that a domain file needs: `use cqrs_core::prelude::*;`.

pub use crate::{
    Aggregate, Bus, Change, Command, CommandId, Context, DispatchError, Event, EventStore, Id,
    Memory, Projection, Query, QueryError, ReadError, Receipt, Recorded, Row, Rows, Timestamp,
    answer, apply, commands, ensure, events, handle, project,
};
pub use serde::{Deserialize, Serialize};
