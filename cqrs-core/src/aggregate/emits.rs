use crate::message::{Event, EventType};

/// The events that a type which a handler returns may hold: what may happen.
///
/// Each type says so of itself as const data, by [`Emit::EMITS`](super::Emit::EMITS).
#[derive(Debug, Clone, Copy)]
pub struct Emits {
    own: &'static [EventType],
    parts: &'static [Self],
}

impl Emits {
    /// No events.
    pub const NOTHING: Self = Self::any_of(&[]);

    /// The event `E`.
    pub const fn event<E: Event>() -> Self {
        Self::any_of(const { &[EventType::of::<E>()] })
    }

    /// Any of these events.
    pub const fn any_of(events: &'static [EventType]) -> Self {
        Self {
            own: events,
            parts: &[],
        }
    }

    /// The events of each part.
    pub const fn each(parts: &'static [Self]) -> Self {
        Self { own: &[], parts }
    }

    /// The events, each once, in the order in which the type says them.
    pub fn events(&self) -> Vec<EventType> {
        let mut events = Vec::new();
        self.collect(&mut events);
        events
    }

    fn collect(&self, events: &mut Vec<EventType>) {
        for event in self.own {
            if !events.contains(event) {
                events.push(*event);
            }
        }
        for part in self.parts {
            part.collect(events);
        }
    }
}
