use crate::log::{CommandId, Position, Version};

/// The answer to an accepted command: where its events stand.
///
/// Give it to `.after(&receipt)` of a read to see what the command did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Receipt {
    /// The id of the command: the one that was given, or a generated one.
    pub command_id: CommandId,
    /// The version of the instance's stream after the command.
    pub version: Version,
    /// The position in the log of the last event that the command led to, or that it was decided on. Where a
    /// command with an id of the caller's led to none, it is that of the end of the log then.
    pub position: Position,
    /// Whether the command was accepted before, under the same id, and had no effect now. So it is of each
    /// receipt that [`Bus::receipt`](super::Bus::receipt) gives.
    pub repeated: bool,
}
