//! What an instance was, and what happened to it.

use super::Bus;
use super::replay::{LoadError, Loaded, PAGE, Until, load};
use crate::aggregate::{Aggregate, Apply};
use crate::log::{Name, RecordedEvent, StreamId, Tenant, Timestamp, Version};
use crate::store::{BoxFuture, EventStore, StreamQuery};
use std::future::IntoFuture;
use std::marker::PhantomData;
use std::sync::Arc;

impl<S: EventStore, R> Bus<S, R> {
    /// Loads the state of an instance from its stream: as it is, or as it was.
    pub fn load<A: Apply>(&self, id: &A::Id) -> Load<S, A> {
        Load {
            store: Arc::clone(&self.store),
            id: id.to_string(),
            until: Until::Head,
            of: PhantomData,
        }
    }

    /// Reads what happened to an instance: the events with who, when and why.
    pub fn history<A: Aggregate>(&self, id: &A::Id) -> History<S> {
        History {
            store: Arc::clone(&self.store),
            category: A::NAME,
            id: id.to_string(),
            after: Version::ZERO,
            limit: usize::MAX,
        }
    }
}

/// A state yet to be loaded: say as of when, then `.await` it.
#[derive(Debug)]
#[must_use = "nothing is loaded until it is awaited"]
pub struct Load<S, A> {
    store: Arc<S>,
    id: String,
    until: Until,
    of: PhantomData<fn() -> A>,
}

impl<S, A> Load<S, A> {
    /// As of this version: after so many events.
    pub fn at_version(mut self, version: impl Into<Version>) -> Self {
        self.until = Until::Version(version.into());
        self
    }

    /// As it was on record at this time: what was known then.
    pub fn recorded_until(mut self, time: Timestamp) -> Self {
        self.until = Until::Recorded(time);
        self
    }

    /// As it was in the business's time: what had happened then, whenever it was recorded.
    ///
    /// That leaves out events that stand before others in the stream, so an `#[apply]` method may meet
    /// an event without those before it, and the state be one that never was.
    pub fn occurred_until(mut self, time: Timestamp) -> Self {
        self.until = Until::Occurred(time);
        self
    }
}

impl<S: EventStore, A: Apply> IntoFuture for Load<S, A> {
    type Output = Result<Loaded<A>, LoadError>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let stream = stream(A::NAME, self.id)?;
            let (loaded, _) = load(&*self.store, &stream, self.until).await?;
            Ok(loaded)
        })
    }
}

/// Events yet to be read: say which, then `.await` them.
#[derive(Debug)]
#[must_use = "nothing is read until it is awaited"]
pub struct History<S> {
    store: Arc<S>,
    category: &'static str,
    id: String,
    after: Version,
    limit: usize,
}

impl<S> History<S> {
    /// Only what happened after this version.
    pub fn after(mut self, version: impl Into<Version>) -> Self {
        self.after = version.into();
        self
    }

    /// At most so many events.
    pub fn limit(mut self, events: usize) -> Self {
        self.limit = events;
        self
    }
}

impl<S: EventStore> IntoFuture for History<S> {
    type Output = Result<Vec<RecordedEvent>, LoadError>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let stream = stream(self.category, self.id)?;
            let (mut after, mut events) = (self.after, Vec::new());
            while events.len() < self.limit {
                let limit = PAGE.min(self.limit - events.len());
                let page = self
                    .store
                    .stream(StreamQuery {
                        stream: stream.clone(),
                        after,
                        limit,
                    })
                    .await?;
                let last = page.len() < limit;
                events.extend(page);
                match events.last() {
                    Some(event) if !last => after = event.recorded().version,
                    _ => break,
                }
            }
            Ok(events)
        })
    }
}

pub(super) fn stream(category: &'static str, id: String) -> Result<StreamId, crate::IdError> {
    StreamId::new(Tenant::default(), Name::from_static(category), id)
}
