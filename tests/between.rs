//! What another process does while a command is decided here.

use cqrs_core::prelude::*;
use std::sync::Arc;
use tokio::sync::Semaphore;

#[commands("counter", counter: String)]
enum CounterCommand {
    Count,
    Settle { at: Option<u64> },
}

#[events("counter")]
enum CounterEvent {
    Counted { to: u64 },
}

#[derive(Aggregate, Default)]
#[aggregate("counter", id = String)]
struct Counter {
    count: u64,
}

#[derive(Debug, PartialEq)]
struct NotYet(u64);

#[handle]
impl Counter {
    async fn count(&self, _: &Count, deciding: &Deciding) -> Counted {
        deciding.begun.add_permits(1);
        deciding.go_on.acquire().await.unwrap().forget();
        Counted { to: self.count + 1 }
    }

    async fn settle(&self, command: &Settle, elsewhere: &Elsewhere) -> Result<Counted, NotYet> {
        let to = self.count;
        if let Some(bus) = &elsewhere.0 {
            let counter = command.counter.clone();
            bus.dispatch(Count { counter }).await.unwrap();
        }
        ensure!(command.at.is_none_or(|at| at == to), NotYet(to));
        Ok(Counted { to })
    }
}

#[apply]
impl Counter {
    fn counted(&mut self, event: &Counted) {
        self.count = event.to;
    }
}

/// Halts a handler.
#[derive(Clone)]
struct Deciding {
    begun: Arc<Semaphore>,
    go_on: Arc<Semaphore>,
}

impl Deciding {
    fn halting() -> Self {
        Self {
            begun: Arc::new(Semaphore::new(0)),
            go_on: Arc::new(Semaphore::new(0)),
        }
    }

    fn at_once() -> Self {
        let halting = Self::halting();
        halting.go_on.add_permits(Semaphore::MAX_PERMITS);
        halting
    }
}

/// Another process on the same store, which counts whenever a handler looks.
struct Elsewhere(Option<Bus<Memory, Deps>>);

#[derive(Resources)]
struct Deps {
    deciding: Deciding,
    elsewhere: Elsewhere,
}

async fn process(store: &Memory, deciding: Deciding, elsewhere: Elsewhere) -> Bus<Memory, Deps> {
    let builder = Bus::builder(store.clone()).resources(Deps {
        deciding,
        elsewhere,
    });
    builder.open().await.unwrap()
}

fn count() -> Count {
    Count {
        counter: "c".into(),
    }
}

#[tokio::test]
async fn a_request_that_another_process_accepts_meanwhile_has_its_effect_once() {
    let store = Memory::new();
    let halted = Deciding::halting();
    let here = process(&store, halted.clone(), Elsewhere(None)).await;
    let there = process(&store, Deciding::at_once(), Elsewhere(None)).await;
    let id = CommandId::generate();

    let of_task = here.clone();
    let deciding = tokio::spawn(async move { of_task.dispatch(count()).id(id).await });
    halted.begun.acquire().await.unwrap().forget();
    let first = there.dispatch(count()).id(id).await.unwrap();
    there.dispatch(count()).await.unwrap();
    halted.go_on.add_permits(1);
    let repeated = deciding.await.unwrap().unwrap();
    assert!(repeated.repeated);
    assert_eq!(
        (repeated.version, repeated.position),
        (first.version, first.position)
    );

    // what it had decided is not on record, and nothing is decided on it
    halted.go_on.add_permits(1);
    let next = here.dispatch(count()).await.unwrap();
    assert_eq!(next.version.get(), 3);
    let counter = here.load::<Counter>(&"c".to_owned()).await.unwrap();
    assert_eq!(counter.state.count, 3);
}

/// How often a command is decided that another process comes before each time.
async fn given_up(at: Option<u64>) {
    let store = Memory::new();
    let there = process(&store, Deciding::at_once(), Elsewhere(None)).await;
    let here = process(&store, Deciding::at_once(), Elsewhere(Some(there))).await;
    here.dispatch(count()).await.unwrap(); // it is at hand from now on
    let settle = Settle {
        counter: "c".into(),
        at,
    };
    let error = here.dispatch(settle).await.unwrap_err();
    let DispatchError::Conflict { attempts, .. } = error else {
        panic!("{error:?}")
    };
    let counter = here.load::<Counter>(&"c".to_owned()).await.unwrap();
    let additions = 1 + u64::from(attempts);
    assert_eq!(counter.state.count, additions, "each attempt looked anew");
}

#[tokio::test]
async fn a_refusal_that_never_holds_is_given_up() {
    given_up(Some(u64::MAX)).await;
}

#[tokio::test]
async fn a_decision_that_always_conflicts_is_given_up() {
    given_up(None).await;
}
