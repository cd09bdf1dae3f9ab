use crate::log::{Name, Timestamp};
use crate::store::{Timer, TimerSet};
use std::collections::{BTreeMap, HashMap};

/// The timers that are set.
#[derive(Debug, Default)]
pub(super) struct MemoryTimers {
    by_due: BTreeMap<(Timestamp, Key), Timer>,
    due: HashMap<Key, Timestamp>,
    last: u64,
}

/// Owner and id.
type Key = (Name, String);

impl MemoryTimers {
    /// Sets a timer, in the place of one of the same owner and id.
    pub(super) fn set(&mut self, set: TimerSet) {
        self.cancel(set.owner.clone(), set.id.clone());
        self.last += 1;
        let key = (set.owner.clone(), set.id.clone());
        self.due.insert(key.clone(), set.due);
        self.by_due.insert(
            (set.due, key),
            Timer {
                place: self.last,
                owner: set.owner,
                id: set.id,
                due: set.due,
                body: set.body,
            },
        );
    }

    /// Cancels a timer, if it is there.
    pub(super) fn cancel(&mut self, owner: Name, id: String) {
        let key = (owner, id);
        if let Some(due) = self.due.remove(&key) {
            self.by_due.remove(&(due, key));
        }
    }

    /// The place of a timer, if it is there.
    pub(super) fn place(&self, owner: &Name, id: &str) -> Option<u64> {
        let key = (owner.clone(), id.to_owned());
        let due = *self.due.get(&key)?;
        self.by_due.get(&(due, key)).map(|timer| timer.place)
    }

    pub(super) fn due(&self, at: Timestamp, limit: usize) -> Vec<Timer> {
        self.by_due
            .values()
            .take_while(|timer| timer.due <= at)
            .take(limit)
            .cloned()
            .collect()
    }
}
