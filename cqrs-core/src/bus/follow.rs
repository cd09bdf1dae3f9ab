//! How the read models keep up with the log.

use super::{Bus, ProjectionSet, Receipt};
use crate::aggregate::Resources;
use crate::log::{LogFilter, Name};
use crate::projection::{Lag, ParkedKey, Progress, Project, Projection, ReadError, Rebuild};
use crate::store::{EventStore, LogQuery, Table};
use std::time::Duration;

impl<S: EventStore, R: Resources> Bus<S, R> {
    /// Where a projection stands; `None` if it does not run on this bus.
    pub fn progress<P: Projection>(&self) -> Option<Progress> {
        self.core.engine.progress(P::NAME)
    }

    /// How far a projection is behind the log: in events, and for how long.
    ///
    /// That is said of the rows that are read. While a new version is folded and those of before are read in
    /// its place, it is how far these are behind; [`progress`](Self::progress) knows how far the new one is.
    ///
    /// # Errors
    /// [`ReadError::NotRunning`] if it does not run on this bus; and when the log cannot be read.
    pub async fn lag<P: Projection>(&self) -> Result<Lag, ReadError> {
        let progress = self.core.engine.progress(P::NAME);
        let progress = progress.ok_or(ReadError::NotRunning {
            projection: P::NAME,
        })?;
        let reached = match progress.rebuild {
            Some(Rebuild {
                former,
                is_readable: true,
            }) => {
                let table = Table {
                    projection: Name::from_static(P::NAME),
                    version: former,
                };
                EventStore::checkpoint(&*self.store, &table).await?
            }
            _ => progress.position,
        };
        let head = EventStore::head(&*self.store).await?;
        let query = LogQuery {
            after: reached,
            through: None,
            filter: LogFilter::all(),
            limit: 1,
        };
        let next = EventStore::log(&*self.store, query).await?;
        let now = self.core.clock.now();
        let time = next.events.first().map_or(Duration::ZERO, |event| {
            let since = now.duration_since(event.recorded().recorded_at);
            Duration::try_from(since).unwrap_or_default()
        });
        Ok(Lag {
            events: head.get().saturating_sub(reached.get()),
            time,
        })
    }

    /// Waits until these projections, one or a tuple of them, show what the receipt is for: as
    /// `.wait_for` of a dispatch does, and `.after` of a read.
    ///
    /// # Errors
    /// As [`caught_up`](Self::caught_up); [`ReadError::NotRunning`] if one does not run on this bus, and
    /// [`ReadError::Parked`] where what the command did waits for a parked key.
    pub async fn wait_for<P: ProjectionSet>(&self, receipt: &Receipt) -> Result<(), ReadError> {
        let patience = self.core.settings.wait_timeout;
        self.core.engine.show(P::NAMES, receipt, patience).await
    }

    /// Waits until all projections that run on this bus show what is in the log now.
    ///
    /// # Errors
    /// [`ReadError::Late`] when one does not get there in time, [`ReadError::Stopped`] when one has
    /// stopped; the others are waited for all the same. Parked keys are no error here:
    /// [`progress`](Self::progress) counts them.
    pub async fn caught_up(&self) -> Result<(), ReadError> {
        let head = EventStore::head(&*self.store).await?;
        let patience = self.core.settings.wait_timeout;
        self.core.engine.all_reached(head, patience).await
    }

    /// The keys of a projection that are parked, the one that was parked first before the others:
    /// an event of theirs cannot be folded, and the later ones wait for it.
    ///
    /// # Errors
    /// [`ReadError::NotRunning`] if the projection does not run on this bus.
    pub fn parked<P: Projection>(&self) -> Result<Vec<ParkedKey>, ReadError> {
        match self.core.engine.parkings(P::NAME) {
            Some(parkings) => Ok(parkings.now().told()),
            None => Err(ReadError::NotRunning {
                projection: P::NAME,
            }),
        }
    }

    /// Folds again what a projection could not fold: the events that wait for parked keys, and what
    /// follows the event at which it stopped. For when the cause lay outside, or the program was mended.
    ///
    /// # Errors
    /// [`ReadError::Parked`] or [`ReadError::Stopped`] when it still cannot be: the first of those that cannot.
    pub async fn retry<P: Project>(&self) -> Result<(), ReadError> {
        let patience = self.core.settings.wait_timeout;
        self.core.engine.retry(P::NAME, patience).await
    }
}
