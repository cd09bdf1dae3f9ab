//! What another process does between two reads of this one.

use cqrs_core::CommandId;
use cqrs_core::log::Tenant;
use cqrs_core::prelude::*;
use cqrs_core::store::{CommandRecord, EventStore, StoreError, StoredRow, Table};
use cqrs_core::{Position, Version, projection::State};
use cqrs_tests::forward;
use std::sync::{Arc, Mutex};

#[commands("stairs", stairs: String)]
enum StairsCommand {
    Step,
    Begin,
}

#[events("stairs")]
enum StairsEvent {
    Stepped { to: u64 },
}

#[derive(Aggregate, Default)]
#[aggregate("stairs", id = String)]
struct Stairs {
    at: u64,
}

#[derive(Debug, PartialEq)]
struct Begun;

#[handle]
impl Stairs {
    fn step(&self, _: &Step) -> Stepped {
        Stepped { to: self.at + 1 }
    }

    fn begin(&self, _: &Begin) -> Result<Stepped, Begun> {
        ensure!(self.at == 0, Begun);
        Ok(Stepped { to: 1 })
    }
}

#[apply]
impl Stairs {
    fn stepped(&mut self, event: &Stepped) {
        self.at = event.to;
    }
}

/// Takes no step but the next.
fn next(at: &mut u64, event: &Stepped) -> Result<(), String> {
    if *at + 1 != event.to {
        return Err(format!(
            "the row is at {at}, and is shown step {}",
            event.to
        ));
    }
    *at = event.to;
    Ok(())
}

#[derive(Projection, Default, Serialize, Deserialize)]
#[projection("heights", key = String)]
struct Height {
    at: u64,
}

#[project]
impl Height {
    fn stepped(&mut self, event: &Stepped) -> Result<(), String> {
        next(&mut self.at, event)
    }
}

#[derive(Projection, Default, Serialize, Deserialize)]
#[projection("only_height")]
struct OnlyHeight {
    at: u64,
}

#[project]
impl OnlyHeight {
    fn stepped(&mut self, event: &Stepped) -> Result<(), String> {
        next(&mut self.at, event)
    }
}

/// When the other process comes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum When {
    BeforeRowsAreRead,
    AfterTheHeadWasRead,
    AfterTheCommandWasLookedUp,
}

/// What the other process does.
type Other = Box<dyn FnOnce(Memory) -> tokio::task::JoinHandle<()> + Send>;

/// A store that another process comes to once, at that moment.
#[derive(Clone)]
struct Overtaken {
    inner: Memory,
    when: When,
    other: Arc<Mutex<Option<Other>>>,
}

impl Overtaken {
    fn new<F>(inner: &Memory, when: When, other: impl FnOnce(Memory) -> F + Send + 'static) -> Self
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let other: Other = Box::new(|store| tokio::spawn(other(store)));
        Self {
            inner: inner.clone(),
            when,
            other: Arc::new(Mutex::new(Some(other))),
        }
    }

    async fn at(&self, moment: When) {
        if self.when != moment {
            return;
        }
        let other = self.other.lock().unwrap().take();
        if let Some(other) = other {
            other(self.inner.clone()).await.unwrap();
        }
    }

    /// Whether the other process has come.
    fn was(&self) -> bool {
        self.other.lock().unwrap().is_none()
    }
}

impl EventStore for Overtaken {
    forward!(inner: keeping commit stream log grown rows count checkpoint snapshot queued timers_due identity);

    async fn head(&self) -> Result<Position, StoreError> {
        let head = self.inner.head().await;
        self.at(When::AfterTheHeadWasRead).await;
        head
    }

    async fn rows_of(
        &self,
        table: &Table,
        keys: &[String],
    ) -> Result<Vec<Option<StoredRow>>, StoreError> {
        self.at(When::BeforeRowsAreRead).await;
        self.inner.rows_of(table, keys).await
    }

    async fn command(
        &self,
        tenant: &Tenant,
        id: CommandId,
    ) -> Result<Option<CommandRecord>, StoreError> {
        let record = self.inner.command(tenant, id).await;
        self.at(When::AfterTheCommandWasLookedUp).await;
        record
    }
}

fn stairs() -> String {
    "a".to_owned()
}

fn step() -> Step {
    Step { stairs: stairs() }
}

/// Takes so many steps, and folds them if so.
async fn climb(store: Memory, steps: u64, folds: bool) {
    let builder = Bus::builder(store);
    let builder = if folds {
        builder
    } else {
        builder.without_projections()
    };
    let bus = builder.open().await.unwrap();
    for _ in 0..steps {
        bus.dispatch(step()).await.unwrap();
    }
    bus.caught_up().await.unwrap();
}

#[tokio::test]
async fn a_projection_is_shown_no_rows_that_are_ahead_of_the_event() {
    for alone in [false, true] {
        let store = Memory::new();
        climb(store.clone(), 5, true).await;
        climb(store.clone(), 5, false).await;
        let overtaken = Overtaken::new(&store, When::BeforeRowsAreRead, |store| {
            climb(store, 3, true)
        });
        let mut builder = Bus::builder(overtaken.clone());
        if alone {
            builder = builder.only_projections::<OnlyHeight>(); // it has no commit together with others
        }
        let bus = builder.open().await.unwrap();
        bus.caught_up().await.unwrap();
        assert!(overtaken.was());
        bus.caught_up().await.unwrap();
        assert_eq!(bus.progress::<OnlyHeight>().unwrap().state, State::Running);
        assert_eq!(bus.value::<OnlyHeight>().await.unwrap().at, 13);
        if !alone {
            assert_eq!(bus.parked::<Height>().unwrap(), []);
        }
        assert_eq!(bus.find::<Height>(&stairs()).await.unwrap().unwrap().at, 13);
    }
}

#[tokio::test]
async fn a_bus_opens_beside_a_process_that_goes_on() {
    let store = Memory::new();
    climb(store.clone(), 5, true).await;
    let overtaken = Overtaken::new(&store, When::AfterTheHeadWasRead, |store| {
        climb(store, 3, true)
    });
    let bus = Bus::open(overtaken.clone()).await.unwrap();
    assert!(overtaken.was());
    bus.caught_up().await.unwrap();
    assert_eq!(bus.value::<OnlyHeight>().await.unwrap().at, 8);
}

#[tokio::test]
async fn a_request_that_is_refused_since_another_process_has_accepted_it_has_its_receipt() {
    let id = CommandId::generate();
    for expects in [false, true] {
        let store = Memory::new();
        let accepted = move |store| async move {
            let bus = Bus::builder(store).without_projections();
            let bus = bus.open().await.unwrap();
            let begin = Begin { stairs: stairs() };
            let first = bus.dispatch(begin).id(id).await.unwrap();
            assert!(!first.repeated);
        };
        let overtaken = Overtaken::new(&store, When::AfterTheCommandWasLookedUp, accepted);
        let bus = Bus::open(overtaken.clone()).await.unwrap();
        let begin = bus.dispatch(Begin { stairs: stairs() }).id(id);
        let second = if expects {
            begin.expect_version(Version::ZERO).await
        } else {
            begin.await
        };
        assert!(overtaken.was());
        let second = second.unwrap();
        assert!(second.repeated);
        assert_eq!(second.version.get(), 1);
        let other = Begin { stairs: stairs() };
        let refused = bus.dispatch(other).id(CommandId::generate()).await;
        assert!(matches!(refused, Err(DispatchError::Rejected(Begun))));
    }
}
