use super::Receipt;
use crate::cause::chain;
use crate::id::IdError;
use crate::log::{CommandId, DecodeError, EncodeError, StreamId, Version};
use crate::projection::ReadError;
use crate::store::{CommitError, StoreError};
use std::convert::Infallible;
use std::error::Error;

/// Why a command has no receipt. `E` is the handler's own error.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DispatchError<E> {
    /// The handler refused the command. Nothing was recorded.
    #[error("{0}")]
    Rejected(E),
    /// The instance is not at the version that the caller expects. Nothing was recorded.
    #[error(
        "stream {stream} is at version {actual}, not {expected} as the caller expects: load what happened since, and decide again"
    )]
    WrongVersion {
        /// The instance's stream.
        stream: StreamId,
        /// What the caller expects.
        expected: Version,
        /// What it is.
        actual: Version,
    },
    /// Other processes kept writing to the instance, each time before the decision could be recorded. Nothing was recorded.
    #[error(
        "stream {stream} was written to by others {attempts} times while `{command}` was decided: send it again later"
    )]
    Conflict {
        /// The instance's stream.
        stream: StreamId,
        /// The command's stored name.
        command: &'static str,
        /// How many times it was decided.
        attempts: u32,
    },
    /// The command's id was taken by another command. What is on record under it is that one's; this
    /// one left nothing.
    #[error(
        "the command id {id} was used before, for another command: one id names one request, so give this one an id of its own"
    )]
    CommandIdReused {
        /// The id.
        id: CommandId,
    },
    /// The command's id does not name an instance. Nothing was recorded.
    #[error(transparent)]
    Id(#[from] IdError),
    /// An event that was decided on, or the command itself, cannot be written. Nothing was recorded.
    #[error(transparent)]
    Encode(#[from] EncodeError),
    /// An event of the instance on record cannot be read. Nothing was recorded.
    #[error(transparent)]
    Decode(#[from] DecodeError),
    /// What was decided breaks a limit or a rule of the store. Nothing was recorded.
    #[error("what was decided on cannot be recorded: {source}")]
    Unrecordable {
        /// What it breaks.
        r#source: CommitError,
    },
    /// A method of the aggregate panicked. Nothing was recorded, and the bus goes on.
    #[error("the aggregate panicked while it decided on `{command}`: {message}")]
    Panicked {
        /// The command's stored name.
        command: &'static str,
        /// What the panic said.
        message: String,
    },
    /// The handler did not decide in time. Nothing was recorded.
    #[error(
        "`{command}` was not decided within {deadline:?}: its handler waits for something; give it longer (`handler_deadline` of the builder), or let it wait before it is dispatched"
    )]
    Late {
        /// The command's stored name.
        command: &'static str,
        /// How long it was given.
        deadline: std::time::Duration,
    },
    /// The bus was closed before the command came. Nothing was recorded.
    #[error("the bus is closed: `{command}` was not taken")]
    Closed {
        /// The command's stored name.
        command: &'static str,
    },
    /// The commit broke off, and may or may not have been kept.
    ///
    /// A command that was sent with `.id(..)` is sent again under it, and has its effect once. Of one
    /// whose id was generated, the instance's history tells: its events bear that `command_id`.
    #[error(
        "it is not known whether command {id} was recorded: if it was sent with that `.id(..)`, send it again under it; else look for the id in the history of its instance before you send it again; the commit broke off: {}", chain(&**source)
    )]
    OutcomeUnknown {
        /// The command's id.
        id: CommandId,
        /// What broke the commit off.
        r#source: Box<dyn Error + Send + Sync>,
    },
    /// The store failed. Nothing was recorded.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The events are recorded, but a projection that was waited for did not get there.
    #[error("the command is recorded (position {}), but what was waited for is not there yet: {source}", receipt.position)]
    NotShown {
        /// Where the events stand.
        receipt: Receipt,
        /// What became of the waiting.
        r#source: ReadError,
    },
}

impl<E> DispatchError<E> {
    /// The handler's own error, if it was that.
    pub fn rejection(&self) -> Option<&E> {
        match self {
            Self::Rejected(error) => Some(error),
            _ => None,
        }
    }

    /// Whether it is certain that nothing is on record under the command's id: so it is of all but
    /// [`OutcomeUnknown`](Self::OutcomeUnknown), [`NotShown`](Self::NotShown) and
    /// [`CommandIdReused`](Self::CommandIdReused). What was prepared for the command can then be taken
    /// back.
    ///
    /// Under an id that was reused, another command was accepted, which may rest on what was prepared.
    pub fn nothing_recorded(&self) -> bool {
        !matches!(
            self,
            Self::OutcomeUnknown { .. } | Self::NotShown { .. } | Self::CommandIdReused { .. }
        )
    }

    /// Whether nothing was recorded, and the cause lies in the moment: the same command, sent again
    /// as it is, may be accepted. So it is of [`Conflict`](Self::Conflict), [`Late`](Self::Late) and
    /// a failed [`Store`](Self::Store).
    ///
    /// [`OutcomeUnknown`](Self::OutcomeUnknown) is none of them: only with its `.id(..)` may that be
    /// sent again.
    pub fn is_transient(&self) -> bool {
        matches!(
            self,
            Self::Conflict { .. } | Self::Late { .. } | Self::Store(StoreError::Backend { .. })
        )
    }

    /// The same error with another type for the handler's own: to make one of several.
    pub fn map_rejection<F>(self, map: impl FnOnce(E) -> F) -> DispatchError<F> {
        match self {
            Self::Rejected(error) => DispatchError::Rejected(map(error)),
            Self::WrongVersion {
                stream,
                expected,
                actual,
            } => DispatchError::WrongVersion {
                stream,
                expected,
                actual,
            },
            Self::Conflict {
                stream,
                command,
                attempts,
            } => DispatchError::Conflict {
                stream,
                command,
                attempts,
            },
            Self::CommandIdReused { id } => DispatchError::CommandIdReused { id },
            Self::Id(error) => DispatchError::Id(error),
            Self::Encode(error) => DispatchError::Encode(error),
            Self::Decode(error) => DispatchError::Decode(error),
            Self::Unrecordable { source } => DispatchError::Unrecordable { source },
            Self::Panicked { command, message } => DispatchError::Panicked { command, message },
            Self::Late { command, deadline } => DispatchError::Late { command, deadline },
            Self::Closed { command } => DispatchError::Closed { command },
            Self::OutcomeUnknown { id, source } => DispatchError::OutcomeUnknown { id, source },
            Self::Store(error) => DispatchError::Store(error),
            Self::NotShown { receipt, source } => DispatchError::NotShown { receipt, source },
        }
    }
}

impl DispatchError<Infallible> {
    /// The same error among those of handlers that do refuse: for a `?` where the function's error takes
    /// a `DispatchError<E>`, as `.map_err(DispatchError::widen::<E>)?`.
    pub fn widen<E>(self) -> DispatchError<E> {
        self.map_rejection(|never| match never {})
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::log::{Name, Position, Tenant};

    #[test]
    fn an_error_says_whether_anything_was_recorded_and_whether_to_send_again() {
        type Error = DispatchError<&'static str>;
        let (id, command) = (CommandId::generate(), "order.pay");
        let stream = StreamId::new(Tenant::default(), Name::from_static("order"), "7").unwrap();
        let broken = || std::io::Error::other("cut").into();
        let receipt = Receipt {
            command_id: id,
            version: Version::from(1),
            position: Position::from(1),
            repeated: false,
        };
        let backend = StoreError::Backend {
            doing: "committing",
            source: broken(),
        };
        let each: [(Error, bool, bool); 8] = [
            (Error::Rejected("no"), true, false),
            (Error::CommandIdReused { id }, false, false),
            (Error::Closed { command }, true, false),
            (StoreError::Closed.into(), true, false),
            (backend.into(), true, true),
            (
                Error::Conflict {
                    stream,
                    command,
                    attempts: 6,
                },
                true,
                true,
            ),
            (
                Error::OutcomeUnknown {
                    id,
                    source: broken(),
                },
                false,
                false,
            ),
            (
                Error::NotShown {
                    receipt,
                    source: ReadError::Closed,
                },
                false,
                false,
            ),
        ];
        for (error, nothing_recorded, transient) in each {
            assert_eq!(error.nothing_recorded(), nothing_recorded, "{error}");
            assert_eq!(error.is_transient(), transient, "{error}");
        }
    }

    #[test]
    fn the_text_of_an_error_tells_its_cause_and_its_source_does_not_again() {
        type Refused = DispatchError<&'static str>;
        let json = serde_json::from_str::<u8>("no").unwrap_err();
        let receipt = Receipt {
            command_id: CommandId::generate(),
            version: Version::from(1),
            position: Position::from(1),
            repeated: false,
        };
        let cut = || std::io::Error::other("cut").into();
        let each: [(Refused, String); 5] = [
            (
                EncodeError::Unwritable {
                    name: "order.paid".to_owned(),
                    source: serde_json::from_str::<u8>("no").unwrap_err(),
                }
                .into(),
                json.to_string(),
            ),
            (
                Refused::Unrecordable {
                    source: CommitError::OutcomeUnknown { source: cut() },
                },
                "cut".to_owned(),
            ),
            (
                Refused::OutcomeUnknown {
                    id: receipt.command_id,
                    source: cut(),
                },
                "cut".to_owned(),
            ),
            (
                StoreError::Backend {
                    doing: "committing",
                    source: cut(),
                }
                .into(),
                "cut".to_owned(),
            ),
            (
                Refused::NotShown {
                    receipt,
                    source: ReadError::Closed,
                },
                ReadError::Closed.to_string(),
            ),
        ];
        for (error, cause) in each {
            assert!(error.to_string().ends_with(&cause), "{error}");
            assert!(error.source().is_none(), "{error}");
        }
    }
}
