//! Much of the log at once: what is folded in many pages is committed together, and where an event in the midst
//! cannot be folded, it is as if each had been folded by itself.

use cqrs_core::ReadError;
use cqrs_core::prelude::*;
use cqrs_core::projection::State;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};

#[commands("meter", meter: u64)]
enum MeterCommand {
    Read { value: u64 },
}

#[events("meter")]
enum MeterEvent {
    WasRead { value: u64 },
}

#[derive(Aggregate, Default)]
#[aggregate("meter", id = u64)]
struct Meter;

#[handle]
impl Meter {
    fn read(&self, command: &Read) -> WasRead {
        let value = command.value;
        WasRead { value }
    }
}

#[apply]
impl Meter {
    fn was_read(&mut self, _: &WasRead) {}
}

const METERS: u64 = 50;
const EVENTS: u64 = 20_000;
/// The values at which something goes wrong, each in the midst of the log.
const REFUSED: u64 = 7_003;
const UNWRITABLE: u64 = 9_011;
const STOPS: u64 = 12_017;

static MENDED: AtomicBool = AtomicBool::new(false);

#[derive(Projection, Debug, Default, PartialEq, Serialize, Deserialize)]
#[projection("sums", key = u64)]
struct Sums {
    #[index]
    count: u64,
    sum: u64,
}

#[project]
impl Sums {
    fn was_read(&mut self, event: &WasRead) -> Result<(), String> {
        self.count += 1; // half of it is done when it fails
        if event.value == REFUSED && !MENDED.load(SeqCst) {
            return Err("it cannot be so".to_owned());
        }
        self.sum += event.value;
        Ok(())
    }
}

#[derive(Projection, Debug, Default, PartialEq, Serialize, Deserialize)]
#[projection("shares", key = u64)]
struct Shares {
    of: f64,
    count: u64,
}

#[project]
impl Shares {
    fn was_read(&mut self, event: &WasRead) {
        self.count += 1;
        if event.value == UNWRITABLE {
            self.of = f64::NAN;
        }
    }
}

#[derive(Projection, Debug, Default, PartialEq, Serialize, Deserialize)]
#[projection("greatest")]
struct Greatest {
    value: u64,
}

#[project]
impl Greatest {
    fn was_read(&mut self, event: &WasRead) {
        assert!(event.value != STOPS, "no meter goes so far");
        self.value = self.value.max(event.value);
    }
}

#[derive(Projection, Debug, Default, PartialEq, Serialize, Deserialize)]
#[projection("readings", key = u64)]
struct Readings {
    count: u64,
    sum: u64,
}

#[project]
impl Readings {
    fn was_read(&mut self, event: &WasRead) {
        self.count += 1;
        self.sum += event.value;
    }
}

fn meter_of(value: u64) -> u64 {
    value % METERS
}

/// The count and the sum of the values of one meter that come before `end`.
fn until(end: u64, meter: u64) -> (u64, u64) {
    let of = (1..end).filter(|&value| meter_of(value) == meter);
    (of.clone().count() as u64, of.sum())
}

#[tokio::test]
async fn what_cannot_be_folded_in_the_midst_waits_and_all_else_is_as_ever() {
    let store = Memory::new();
    let writer = Bus::builder(store.clone()).without_projections();
    let writer = writer.open().await.unwrap();
    for value in 1..=EVENTS {
        let meter = meter_of(value);
        writer.dispatch(Read { meter, value }).await.unwrap();
    }
    drop(writer);

    let bus = Bus::open(store).await.unwrap();
    let stopped = bus.caught_up().await.unwrap_err();
    assert!(matches!(stopped, ReadError::Stopped { .. }), "{stopped:?}");
    let progress = bus.progress::<Greatest>().unwrap();
    assert!(matches!(progress.state, State::Stopped { at, .. } if at.get() == STOPS));
    let greatest = bus.value::<Greatest>().as_it_is().await.unwrap();
    assert_eq!(greatest.value, STOPS - 1);

    for meter in 0..METERS {
        let (count, sum) = until(EVENTS + 1, meter);
        let row = bus.find::<Readings>(&meter).await.unwrap().unwrap();
        assert_eq!((row.count, row.sum), (count, sum));
        let sums = bus.find::<Sums>(&meter).await;
        if meter == meter_of(REFUSED) {
            assert!(matches!(sums, Err(ReadError::Parked { .. })), "{sums:?}");
            let (count, sum) = until(REFUSED, meter);
            let row = bus.find::<Sums>(&meter).as_it_is().await.unwrap().unwrap();
            assert_eq!((row.count, row.sum), (count, sum));
        } else {
            assert_eq!(sums.unwrap().unwrap(), Sums { count, sum });
        }
        let shares = bus.find::<Shares>(&meter).await;
        if meter == meter_of(UNWRITABLE) {
            assert!(
                matches!(shares, Err(ReadError::Parked { .. })),
                "{shares:?}"
            );
            let row = bus.find::<Shares>(&meter).as_it_is().await.unwrap();
            assert_eq!(row.unwrap().count, until(UNWRITABLE, meter).0);
        } else {
            assert_eq!(shares.unwrap().unwrap().count, count);
        }
    }
    let parked = &bus.parked::<Sums>().unwrap()[0];
    let meter = meter_of(REFUSED);
    let waiting = until(EVENTS + 1, meter).0 - until(REFUSED, meter).0;
    assert_eq!((parked.at.get(), parked.waiting as u64), (REFUSED, waiting));

    MENDED.store(true, SeqCst);
    bus.retry::<Sums>().await.unwrap();
    let (count, sum) = until(EVENTS + 1, meter);
    let row = bus.find::<Sums>(&meter).await.unwrap().unwrap();
    assert_eq!((row.count, row.sum), (count, sum));
}
