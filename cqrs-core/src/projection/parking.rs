//! The keys of a projection whose events wait, because one of them cannot be folded.

use super::ReadError;
use crate::log::{CommandId, Position, RecordedEvent};
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, PoisonError, RwLock};

/// A key whose rows stand still: an event of it cannot be folded, and the later ones wait for it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ParkedKey {
    /// The key, as it displays.
    pub key: String,
    /// The event that cannot be folded.
    pub at: Position,
    /// Its stored name.
    pub event: String,
    /// Why.
    pub reason: Arc<str>,
    /// How many events wait, that one included.
    pub waiting: usize,
}

/// The keys of one projection that are parked, and the events that wait.
#[derive(Debug, Clone, Default)]
pub(crate) struct Parking {
    keys: HashMap<Arc<str>, Parked>,
    waiting: BTreeMap<(Position, Arc<str>), Waiting>,
}

/// Why a key is parked.
#[derive(Debug, Clone)]
pub(crate) struct Parked {
    pub(crate) at: Position,
    pub(crate) event: String,
    pub(crate) reason: Arc<str>,
    /// The version of the event, where the program that parked it did not know that.
    pub(crate) newer: Option<u32>,
}

/// An event that waits.
#[derive(Debug, Clone)]
pub(crate) struct Waiting {
    pub(crate) event: String,
    pub(crate) command: CommandId,
}

impl Waiting {
    pub(crate) fn of(event: &RecordedEvent) -> Self {
        let recorded = event.recorded();
        Self {
            event: recorded.name.to_string(),
            command: recorded.metadata.command_id,
        }
    }
}

impl Parking {
    pub(crate) fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    pub(crate) fn len(&self) -> usize {
        self.keys.len()
    }

    pub(crate) fn get(&self, key: &str) -> Option<&Parked> {
        self.keys.get(key)
    }

    /// Parks the key from this event on.
    pub(crate) fn park(&mut self, key: &Arc<str>, parked: Parked) {
        self.keys.insert(Arc::clone(key), parked);
    }

    /// Lets the key go on.
    pub(crate) fn free(&mut self, key: &str) -> Option<Parked> {
        self.keys.remove(key)
    }

    /// The event waits for the key; says whether that is new.
    pub(crate) fn wait(&mut self, at: Position, key: &Arc<str>, waiting: Waiting) -> bool {
        self.waiting
            .insert((at, Arc::clone(key)), waiting)
            .is_none()
    }

    pub(crate) fn waits_no_more(&mut self, at: Position, key: &Arc<str>) {
        self.waiting.remove(&(at, Arc::clone(key)));
    }

    pub(crate) fn waiting(&self, at: Position, key: &Arc<str>) -> Option<&Waiting> {
        self.waiting.get(&(at, Arc::clone(key)))
    }

    /// The positions of the events that wait for the key, in order.
    pub(crate) fn positions(&self, key: &str) -> impl Iterator<Item = Position> {
        self.waiting
            .keys()
            .filter(move |(_, of)| **of == *key)
            .map(|(at, _)| *at)
    }

    /// The parked keys, the one that was parked first before the others.
    pub(crate) fn keys(&self) -> Vec<Arc<str>> {
        let mut keys: Vec<_> = self.keys.iter().collect();
        keys.sort_unstable_by_key(|(key, parked)| (parked.at, Arc::clone(key)));
        keys.into_iter().map(|(key, _)| Arc::clone(key)).collect()
    }

    /// The parked keys, as they are told.
    pub(crate) fn told(&self) -> Vec<ParkedKey> {
        let mut waiting: HashMap<&str, usize> = HashMap::new();
        for (_, key) in self.waiting.keys() {
            *waiting.entry(key).or_default() += 1;
        }
        self.keys()
            .into_iter()
            .filter_map(|key| {
                let parked = self.get(&key)?;
                Some(ParkedKey {
                    key: key.to_string(),
                    at: parked.at,
                    event: parked.event.clone(),
                    reason: Arc::clone(&parked.reason),
                    waiting: waiting.get(&*key).copied().unwrap_or_default(),
                })
            })
            .collect()
    }

    /// The key for which an event of the command waits, if one does.
    fn waits_for(&self, command: CommandId) -> Option<&Arc<str>> {
        let mut of_command = self.waiting.iter();
        let ((_, key), _) = of_command.find(|(_, waiting)| waiting.command == command)?;
        Some(key)
    }
}

/// What the readers of a projection see of its parked keys: those of the last commit.
#[derive(Debug, Clone, Default)]
pub(crate) struct Parkings(Arc<RwLock<Arc<Parking>>>);

impl Parkings {
    pub(crate) fn now(&self) -> Arc<Parking> {
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }

    pub(crate) fn show(&self, parking: Arc<Parking>) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = parking;
    }

    /// Refuses a read of a parked key.
    pub(crate) fn key_goes_on(
        &self,
        projection: &'static str,
        key: &impl ToString,
    ) -> Result<(), ReadError> {
        let parking = self.now();
        if parking.is_empty() {
            return Ok(());
        }
        parking.refuse(projection, &key.to_string())
    }

    /// Refuses to have waited for a command of which an event waits itself.
    pub(crate) fn command_went_on(
        &self,
        projection: &'static str,
        command: CommandId,
    ) -> Result<(), ReadError> {
        let parking = self.now();
        match parking.waits_for(command) {
            None => Ok(()),
            Some(key) => parking.refuse(projection, key),
        }
    }
}

impl Parking {
    fn refuse(&self, projection: &'static str, key: &str) -> Result<(), ReadError> {
        match self.get(key) {
            None => Ok(()),
            Some(parked) => Err(ReadError::Parked {
                projection,
                key: key.to_owned(),
                at: parked.at,
                event: parked.event.clone(),
                reason: Arc::clone(&parked.reason),
            }),
        }
    }
}
