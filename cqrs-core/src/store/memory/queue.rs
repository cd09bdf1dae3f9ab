use crate::store::{QueuePut, QueueQuery, Queued};
use std::collections::{BTreeMap, HashMap};
use std::ops::Bound;
use uuid::Uuid;

/// The messages of one queue, by place.
#[derive(Debug, Default)]
pub(super) struct MemoryQueue {
    messages: BTreeMap<u64, Queued>,
    places: HashMap<Uuid, u64>,
    last: u64,
}

impl MemoryQueue {
    /// Takes a message in, unless it is there.
    pub(super) fn put(&mut self, put: QueuePut) {
        if self.places.contains_key(&put.id) {
            return;
        }
        self.last += 1;
        self.places.insert(put.id, self.last);
        self.messages.insert(
            self.last,
            Queued {
                place: self.last,
                id: put.id,
                key: put.key,
                body: put.body,
                due: put.due,
            },
        );
    }

    /// Takes a message out, if it is there.
    pub(super) fn acknowledge(&mut self, id: Uuid) {
        if let Some(place) = self.places.remove(&id) {
            self.messages.remove(&place);
        }
    }

    pub(super) fn page(&self, query: &QueueQuery) -> Vec<Queued> {
        self.messages
            .range((Bound::Excluded(query.after), Bound::Unbounded))
            .map(|(_, message)| message)
            .filter(|message| message.due.is_none_or(|due| due <= query.at))
            .take(query.limit)
            .cloned()
            .collect()
    }
}
