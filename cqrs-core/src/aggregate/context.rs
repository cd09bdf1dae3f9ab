use crate::log::{CommandId, Timestamp};

/// What a handler may know of its call besides the command: a parameter `context: &Context`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Context {
    /// The id of the command: given by the caller, or generated.
    pub command_id: CommandId,
    /// When the bus took the command up.
    pub now: Timestamp,
    /// The business time of what is decided: what the caller gave by `.occurred_at()`, else [`now`](Self::now).
    pub occurred_at: Timestamp,
}
