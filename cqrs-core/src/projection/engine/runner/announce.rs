//! What a runner tells those who wait for it.

use crate::log::Position;
use crate::projection::engine::progress::Progress;
use crate::projection::parking::{Parking, Parkings};
use std::sync::Arc;
use tokio::sync::watch;

pub(super) struct Announce {
    progress: watch::Sender<Progress>,
    changes: watch::Sender<u64>,
    parkings: Parkings,
}

/// What they see.
pub(in crate::projection::engine) struct Seen {
    pub(in crate::projection::engine) progress: watch::Receiver<Progress>,
    pub(in crate::projection::engine) changes: watch::Receiver<u64>,
    pub(in crate::projection::engine) parkings: Parkings,
}

impl Announce {
    pub(super) fn new() -> (Self, Seen) {
        let (progress, seen_progress) = watch::channel(Progress::at(Position::ZERO, 0));
        let (changes, seen_changes) = watch::channel(0);
        let parkings = Parkings::default();
        let seen = Seen {
            progress: seen_progress,
            changes: seen_changes,
            parkings: parkings.clone(),
        };
        let announce = Self {
            progress,
            changes,
            parkings,
        };
        (announce, seen)
    }

    /// The parked keys first, and the progress last: whoever waits for a position finds all else told.
    pub(super) fn tell(&self, parking: &Arc<Parking>, changes: u64, progress: Progress) {
        self.parkings.show(Arc::clone(parking));
        self.changes
            .send_if_modified(|told| std::mem::replace(told, changes) != changes);
        self.progress.send_replace(progress);
    }
}
