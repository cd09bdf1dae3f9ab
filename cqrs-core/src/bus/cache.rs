use super::Loaded;
use crate::aggregate::Aggregate;
use crate::log::StreamId;
use foldhash::fast::RandomState;
use quick_cache::UnitWeighter;
use quick_cache::sync::{Cache, DefaultLifecycle};
use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};
use tokio::sync::Mutex;

/// The instances that are kept in memory, by aggregate and id; of each aggregate at most so many.
///
/// What is kept is a guess: the append validates it.
pub(super) struct Caches {
    capacity: usize,
    by_aggregate: RwLock<HashMap<TypeId, Arc<dyn Any + Send + Sync>, RandomState>>,
}

/// The instances of one aggregate.
pub(super) type Instances<A> =
    Cache<<A as Aggregate>::Id, Arc<Instance<A>>, UnitWeighter, RandomState>;

/// One instance. Its commands queue for the turn, first come, first served.
#[derive(Debug)]
pub(super) struct Instance<A> {
    pub(super) stream: StreamId,
    /// The state, where it is known. Whoever decides takes it out and puts it back once what was
    /// decided is recorded: whatever happens in between, a state that is not on record never stays.
    pub(super) turn: Mutex<Option<Loaded<A>>>,
}

impl<A: Aggregate> Instance<A> {
    pub(super) fn new(stream: StreamId) -> Self {
        Self {
            stream,
            turn: Mutex::new(None),
        }
    }
}

impl Caches {
    pub(super) fn new(capacity: usize) -> Self {
        Self {
            capacity,
            by_aggregate: RwLock::default(),
        }
    }

    pub(super) fn of<A: Aggregate>(&self) -> Arc<Instances<A>> {
        let known = self
            .by_aggregate
            .read()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(instances) = known.get(&TypeId::of::<A>()).cloned().and_then(downcast) {
            return instances;
        }
        drop(known);
        let fresh = Arc::new(Instances::<A>::with(
            self.capacity,
            self.capacity as u64,
            UnitWeighter,
            RandomState::default(),
            DefaultLifecycle::default(),
        ));
        let mut known = self
            .by_aggregate
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        let kept = known
            .entry(TypeId::of::<A>())
            .or_insert_with(|| Arc::clone(&fresh) as Arc<_>);
        // the entry stands under the type's own id, so it is of that type
        downcast(Arc::clone(kept)).unwrap_or(fresh)
    }
}

fn downcast<T: Send + Sync + 'static>(instances: Arc<dyn Any + Send + Sync>) -> Option<Arc<T>> {
    instances.downcast().ok()
}

impl fmt::Debug for Caches {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "Caches(at most {} instances an aggregate)",
            self.capacity
        )
    }
}
