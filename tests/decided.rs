//! What a command led to, asked by its receipt; and whether a command was accepted, by its id.

use cqrs_core::RecordedEvent;
use cqrs_core::log::Tags;
use cqrs_core::prelude::*;
use cqrs_core::store::{MAX_BATCH_EVENTS, StoreError, StreamQuery};
use cqrs_tests::forward;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// What is asked of a meter.
#[commands("meter", meter: String)]
pub enum MeterCommand {
    /// Counts so often, and says how much that was.
    Count { times: usize },
}

/// What happens to a meter.
#[events("meter")]
pub enum MeterEvent {
    /// Counted once.
    Counted { number: usize },
    /// Counted so often.
    Summed { times: usize },
}

/// A meter.
#[derive(Aggregate, Default)]
#[aggregate("meter", id = String)]
pub struct Meter {
    counted: usize,
}

#[handle]
impl Meter {
    fn count(&self, command: &Count) -> Result<(Vec<Counted>, Option<Summed>), &'static str> {
        let times = command.times;
        ensure!(times != 13, "not 13 times");
        let numbers = (1..=times).map(|n| Counted {
            number: self.counted + n,
        });
        Ok((numbers.collect(), (times > 0).then_some(Summed { times })))
    }
}

#[apply]
impl Meter {
    fn counted(&mut self, _: &Counted) {
        self.counted += 1;
    }
    fn summed(&mut self, _: &Summed) {}
}

fn count(times: usize) -> Count {
    Count {
        meter: "m".into(),
        times,
    }
}

async fn check(store: Memory) {
    let bus = Bus::open(store).await.unwrap();
    let mut receipts = Vec::new();
    let mut before = 0;
    for times in [1, 0, 2, 7, 8, 70, MAX_BATCH_EVENTS - 1, 3] {
        let id = CommandId::generate();
        let receipt = bus.dispatch(count(times)).id(id).await.unwrap();
        // another instance's events stand between
        bus.dispatch(Count {
            meter: "other".into(),
            times: 2,
        })
        .await
        .unwrap();
        receipts.push((receipt, times, before));
        before += times;
    }
    for (receipt, times, before) in receipts {
        let numbers: Vec<usize> = bus
            .decided::<Counted>(&receipt)
            .await
            .unwrap()
            .iter()
            .map(|it| it.number)
            .collect();
        assert_eq!(numbers, (before + 1..=before + times).collect::<Vec<_>>());
        let sums = bus.decided::<Summed>(&receipt).await.unwrap();
        assert_eq!(
            sums.first().map(|sum| sum.times),
            (times > 0).then_some(times)
        );

        let events = bus.recorded(&receipt).await.unwrap();
        assert_eq!(events.len(), if times == 0 { 0 } else { times + 1 });
        for event in &events {
            assert_eq!(event.recorded().metadata.command_id, receipt.command_id);
            assert_eq!(event.recorded().tags, Tags::default());
        }

        // sent again, it answers what it led to then
        let again = bus
            .dispatch(count(times))
            .id(receipt.command_id)
            .await
            .unwrap();
        assert!(again.repeated);
        assert_eq!(bus.recorded(&again).await.unwrap(), events);
        let asked = bus.receipt(receipt.command_id).await.unwrap().unwrap();
        assert_eq!(asked, again);
    }
}

#[tokio::test]
async fn a_receipt_leads_to_the_events_of_its_command() {
    check(Memory::new()).await;
}

#[tokio::test]
async fn so_it_does_where_values_are_kept() {
    check(Memory::typed()).await;
}

#[tokio::test]
async fn of_a_refused_command_and_of_one_without_an_id_no_receipt_is_kept() {
    let bus = Bus::open(Memory::new()).await.unwrap();
    let nothing = bus.dispatch(count(0)).await.unwrap();
    assert_eq!(bus.recorded(&nothing).await.unwrap(), []);

    let id = CommandId::generate();
    assert!(bus.dispatch(count(13)).id(id).await.is_err());
    assert_eq!(bus.receipt(id).await.unwrap(), None);
    let receipt = bus.dispatch(count(1)).await.unwrap();
    assert_eq!(bus.receipt(receipt.command_id).await.unwrap(), None);
    assert_eq!(bus.recorded(&receipt).await.unwrap().len(), 2);
}

/// A memory store that counts how often streams are read, and how many events of them.
#[derive(Clone, Default)]
struct Counting {
    store: Memory,
    pages: Arc<AtomicUsize>,
    events: Arc<AtomicUsize>,
}

impl EventStore for Counting {
    async fn stream(&self, query: StreamQuery) -> Result<Vec<RecordedEvent>, StoreError> {
        let events = self.store.stream(query).await?;
        self.pages.fetch_add(1, Ordering::SeqCst);
        self.events.fetch_add(events.len(), Ordering::SeqCst);
        Ok(events)
    }

    forward!(store: keeping commit log head grown command rows_of rows count checkpoint snapshot queued timers_due identity);
}

#[tokio::test]
async fn what_a_command_led_to_is_not_looked_for_in_the_whole_stream() {
    let store = Counting::default();
    let bus = Bus::open(store.clone()).await.unwrap();
    for (times, pages, events) in [
        (700, 4, 8 + 64 + 512 + 701),
        (2, 1, 8),
        (100, 3, 8 + 64 + 512),
    ] {
        let receipt = bus.dispatch(count(times)).await.unwrap();
        for counted in [&store.pages, &store.events] {
            counted.store(0, Ordering::SeqCst);
        }
        assert_eq!(bus.recorded(&receipt).await.unwrap().len(), times + 1);
        let read = (
            store.pages.load(Ordering::SeqCst),
            store.events.load(Ordering::SeqCst),
        );
        assert_eq!(read, (pages, events), "of {times}");
    }
}
