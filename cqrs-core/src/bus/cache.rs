use super::ahead::{Era, Turn};
use crate::aggregate::Aggregate;
use crate::log::StreamId;
use foldhash::fast::RandomState;
use quick_cache::UnitWeighter;
use quick_cache::sync::{Cache, DefaultLifecycle};
use std::any::{Any, TypeId};
use std::sync::{Arc, OnceLock};
use tokio::sync::Mutex;

/// The instances that are kept in memory, by aggregate and id; of each aggregate at most so many.
///
/// What is kept is a guess: the append validates it.
pub(super) struct Caches {
    capacity: usize,
    first: Link,
}

/// The caches of the aggregates, in the order of their first commands. There are few, and each
/// command looks for its own, so they are found without a lock.
type Link = OnceLock<Box<Node>>;

struct Node {
    aggregate: TypeId,
    instances: Box<dyn Any + Send + Sync>,
    next: Link,
}

/// The instances of one aggregate.
pub(super) type Instances<A> =
    Cache<<A as Aggregate>::Id, Arc<Instance<A>>, UnitWeighter, RandomState>;

/// One instance. Its commands queue for the turn, first come, first served.
#[derive(Debug)]
pub(super) struct Instance<A> {
    pub(super) stream: StreamId,
    pub(super) turn: Mutex<Turn<A>>,
    pub(super) era: Era,
}

impl<A: Aggregate> Instance<A> {
    pub(super) fn new(stream: StreamId) -> Self {
        Self {
            stream,
            turn: Mutex::new(Turn::new()),
            era: Era::default(),
        }
    }
}

impl Caches {
    pub(super) fn new(capacity: usize) -> Self {
        Self {
            capacity,
            first: Link::new(),
        }
    }

    pub(super) fn of<A: Aggregate>(&self) -> &Instances<A> {
        let mut link = &self.first;
        loop {
            let node = link.get_or_init(|| Box::new(Node::of::<A>(self.capacity)));
            if node.aggregate == TypeId::of::<A>()
                && let Some(instances) = node.instances.downcast_ref()
            {
                return instances;
            }
            link = &node.next;
        }
    }
}

impl Node {
    fn of<A: Aggregate>(capacity: usize) -> Self {
        let instances = Instances::<A>::with(
            capacity,
            capacity as u64,
            UnitWeighter,
            RandomState::default(),
            DefaultLifecycle::default(),
        );
        Self {
            aggregate: TypeId::of::<A>(),
            instances: Box::new(instances),
            next: Link::new(),
        }
    }
}
