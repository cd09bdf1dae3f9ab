use crate::log::{Clock, CommandId, Timestamp, microsecond};
use std::sync::{Arc, OnceLock};
use uuid::Uuid;

/// What a handler may know of its call besides the command: a parameter `context: &Context`.
#[derive(Debug, Clone, Default)]
pub struct Context {
    given_id: Option<CommandId>,
    made_id: OnceLock<CommandId>,
    clock: Clock,
    now: OnceLock<Timestamp>,
    occurred_at: Option<Timestamp>,
    actor: Option<Arc<str>>,
    correlation_id: Option<Uuid>,
    causation_id: Option<Uuid>,
}

impl Context {
    /// What stands for a context where nobody asks.
    pub(crate) fn unasked() -> &'static Self {
        static UNASKED: Context = Context {
            given_id: None,
            made_id: OnceLock::new(),
            clock: Clock::system(),
            now: OnceLock::new(),
            occurred_at: None,
            actor: None,
            correlation_id: None,
            causation_id: None,
        };
        &UNASKED
    }

    /// A context whose time comes from `clock`.
    #[inline]
    pub fn new(clock: Clock) -> Self {
        Self {
            clock,
            ..Self::default()
        }
    }

    /// With the command's id, where the caller gave one.
    #[must_use]
    #[inline]
    pub fn with_id(mut self, id: Option<CommandId>) -> Self {
        self.given_id = id;
        self
    }

    /// With the business time, where the caller gave one.
    #[must_use]
    #[inline]
    pub fn with_occurred_at(mut self, time: Option<Timestamp>) -> Self {
        self.occurred_at = time.map(microsecond); // as it will be on record
        self
    }

    /// With who asks, what it belongs to, and what caused it.
    #[must_use]
    #[inline]
    pub fn with_origin(
        mut self,
        actor: Option<Arc<str>>,
        correlation_id: Option<Uuid>,
        causation_id: Option<Uuid>,
    ) -> Self {
        self.actor = actor;
        self.correlation_id = correlation_id;
        self.causation_id = causation_id;
        self
    }

    /// The id of the command: as the caller gave it by `.id()`, or generated.
    #[inline]
    pub fn command_id(&self) -> CommandId {
        self.given_id
            .unwrap_or_else(|| *self.made_id.get_or_init(CommandId::generate))
    }

    /// The time of the call: the same however often it is asked.
    pub fn now(&self) -> Timestamp {
        *self.now.get_or_init(|| self.clock.now())
    }

    /// The business time of what is decided: as the caller gave it by `.occurred_at()`, else
    /// [`now`](Self::now). In the second case the events bear the time at which they are recorded,
    /// unless the clock is turned: then they bear the clock's.
    pub fn occurred_at(&self) -> Timestamp {
        self.occurred_at.unwrap_or_else(|| self.now())
    }

    /// Who asks, as the caller gave it by `.actor()`.
    pub fn actor(&self) -> Option<&str> {
        self.actor.as_deref()
    }

    /// What belongs together across commands: as the caller gave it by `.correlation()`, else the command's id.
    #[inline]
    pub fn correlation_id(&self) -> Uuid {
        self.correlation_id
            .unwrap_or_else(|| *self.command_id().as_uuid())
    }

    /// The event or command that caused this one, as the caller gave it by `.caused_by()`.
    pub fn causation_id(&self) -> Option<Uuid> {
        self.causation_id
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn for_who_does_not_ask_nothing_is_made() {
        assert!(std::ptr::eq(Context::unasked(), Context::unasked()));
    }

    #[test]
    fn the_business_time_is_that_which_will_be_on_record() {
        let time = |text: &str| Some(text.parse::<Timestamp>().unwrap());
        let context =
            Context::new(Clock::system()).with_occurred_at(time("2026-05-01T00:00:00.000000999Z"));
        assert_eq!(Some(context.occurred_at()), time("2026-05-01T00:00:00Z"));
    }
}
