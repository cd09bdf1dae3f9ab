//! One command on an instance with a short history beside one with a long history: warm (its state
//! is cached) and cold (its state is replayed from its stream); and the load of an instance with a long
//! history, with a snapshot and without.
//!
//! `cargo bench -p cqrs-benches --bench streams [EVENTS]`, with so many events in the long stream

use cqrs_benches::{Account, Deposit, Deposited, Measured, Open, measure, measure_future, median};
use cqrs_core::aggregate::Apply;
use cqrs_core::prelude::*;

const SHORT: u64 = 10;
const LONG_ACCOUNT: u64 = 0;
const WARM_ROUNDS: u64 = 2_000;
/// So many at a time are measured, few enough that a short stream stays one.
const WARM_COMMANDS: u64 = 5;
const COLD_ROUNDS: u64 = 21;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let long: u64 = std::env::args()
        .skip(1)
        .find_map(|argument| argument.parse().ok())
        .unwrap_or(100_000);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    println!(
        "one command on a stream of {SHORT} and on one of {long} events; one thread; interleaved, medians"
    );
    for (name, store) in [
        ("Memory::new() (JSON)", Memory::new()),
        ("Memory::typed()", Memory::typed()),
    ] {
        runtime.block_on(async {
            println!("\n{name}");
            warm(&store, long).await;
            cold(&store).await;
            snapshots(&store, long).await;
        });
    }
    bare_replay(long);
    Ok(())
}

async fn open(store: &Memory) -> Bus<Memory> {
    Bus::open(store.clone())
        .await
        .expect("a memory store opens")
}

/// Deposits to an account, so that its stream grows by so many events.
async fn deposit(bus: &Bus<Memory>, account: u64, times: u64) {
    for amount in 1..=times {
        bus.dispatch(Deposit { account, amount })
            .await
            .expect("it is open");
    }
}

/// Makes an account whose stream has so many events.
async fn account(bus: &Bus<Memory>, account: u64, events: u64) {
    bus.dispatch(Open {
        account,
        owner: "Ada".to_owned(),
    })
    .await
    .expect("it is new");
    deposit(bus, account, events - 1).await;
}

async fn warm(store: &Memory, long: u64) {
    let bus = open(store).await;
    account(&bus, LONG_ACCOUNT, long).await;
    let (mut shorts, mut longs) = (Vec::new(), Vec::new());
    for round in 1..=WARM_ROUNDS {
        account(&bus, round, SHORT - 1).await; // a new one each time: it would not stay short
        deposit(&bus, round, 1).await;
        deposit(&bus, LONG_ACCOUNT, 1).await;
        let on = |account| measure_future(WARM_COMMANDS, deposit(&bus, account, WARM_COMMANDS));
        if round % 2 == 0 {
            shorts.push(on(round).await);
            longs.push(on(LONG_ACCOUNT).await);
        } else {
            longs.push(on(LONG_ACCOUNT).await);
            shorts.push(on(round).await);
        }
    }
    println!(
        "{:<24} {:>14} {:>14} {:>12}",
        "warm", "ns a command", "allocs each", "of short"
    );
    for (stream, measured) in [("short", &shorts), ("long", &longs)] {
        println!(
            "{stream:<24} {:>14.0} {:>14.2} {:>12.3}",
            median(measured.iter().map(Measured::nanoseconds).collect()),
            median(measured.iter().map(Measured::allocations_each).collect()),
            median(ratios(measured, &shorts))
        );
    }
}

async fn cold(store: &Memory) {
    let (mut shorts, mut longs) = (Vec::new(), Vec::new());
    for round in 1..=COLD_ROUNDS {
        let short = WARM_ROUNDS + round;
        let bus = open(store).await;
        account(&bus, short, SHORT).await;
        shorts.push(first_command(store, short).await);
        longs.push(first_command(store, LONG_ACCOUNT).await);
    }
    println!(
        "{:<24} {:>14} {:>14} {:>12} {:>14}",
        "cold", "us a command", "events", "ns an event", "allocs each"
    );
    for (stream, measured) in [("short", &shorts), ("long", &longs)] {
        let each = median(measured.iter().map(Measured::nanoseconds).collect());
        let events = measured[measured.len() / 2].operations;
        #[allow(clippy::cast_precision_loss, reason = "figures for people")]
        let command = each * events as f64 / 1e3;
        let allocations = median(measured.iter().map(Measured::allocations_each).collect());
        println!("{stream:<24} {command:>14.1} {events:>14} {each:>12.0} {allocations:>14.2}");
    }
}

/// The first command on an account that a bus takes; an operation is an event that it replays.
async fn first_command(store: &Memory, account: u64) -> Measured {
    let bus = open(store).await;
    deposit(&bus, 1, 1).await; // what a bus sets up at its first command is not meant
    let mut version = 0;
    let work = async {
        let command = Deposit { account, amount: 1 };
        let receipt = bus.dispatch(command).await.expect("it is open");
        version = receipt.version.get();
    };
    let measured = measure_future(1, work).await;
    Measured {
        operations: version - 1,
        ..measured
    }
}

/// As the account, but the state is kept now and then.
#[derive(Aggregate, Debug, Default, Serialize, Deserialize)]
#[aggregate("kept", id = u64, snapshot_every = 500)]
struct Kept {
    balance: u64,
}

#[events("kept")]
enum KeptEvent {
    Added { amount: u64, balance: u64 },
}

#[commands("kept", kept: u64)]
enum KeptCommand {
    Add { amount: u64 },
}

#[handle]
impl Kept {
    fn add(&self, command: &Add) -> Added {
        let amount = command.amount;
        let balance = self.balance + amount;
        Added { amount, balance }
    }
}

#[apply]
impl Kept {
    fn added(&mut self, event: &Added) {
        self.balance = event.balance;
    }
}

async fn snapshots(store: &Memory, long: u64) {
    let bus = open(store).await;
    for amount in 1..=long + 250 {
        let add = Add { kept: 0, amount };
        bus.dispatch(add).await.expect("nothing speaks against it");
    }
    let (mut replays, mut resumes) = (Vec::new(), Vec::new());
    for _ in 0..COLD_ROUNDS {
        replays.push(measure_future(1, load::<Account>(&bus, LONG_ACCOUNT)).await);
        resumes.push(measure_future(1, load::<Kept>(&bus, 0)).await);
    }
    println!("{:<24} {:>14} {:>14}", "load", "us", "allocs");
    for (how, measured) in [("of all events", &replays), ("from a snapshot", &resumes)] {
        let each = median(measured.iter().map(Measured::nanoseconds).collect());
        let allocations = median(measured.iter().map(Measured::allocations_each).collect());
        println!("{how:<24} {:>14.1} {allocations:>14.0}", each / 1e3);
    }
}

async fn load<A: Apply<Id = u64>>(bus: &Bus<Memory>, id: u64) {
    let loaded = bus.load::<A>(&id).await.expect("it can be loaded");
    std::hint::black_box(loaded);
}

/// What the long stream's JSON costs to decode and fold, without a store.
fn bare_replay(long: u64) {
    let events: Vec<Box<[u8]>> = (1..=long)
        .map(|amount| {
            let deposited = Deposited {
                amount,
                balance: amount * (amount + 1) / 2,
            };
            serde_json::to_vec(&deposited)
                .expect("it encodes")
                .into_boxed_slice()
        })
        .collect();
    let mut rounds = Vec::new();
    for _ in 0..COLD_ROUNDS {
        let mut account = Account::default();
        rounds.push(measure(long, || {
            for event in &events {
                let event: Deposited = serde_json::from_slice(event).expect("it decodes");
                account.balance = event.balance;
            }
        }));
        assert_eq!(account.balance, long * (long + 1) / 2);
    }
    println!(
        "\nbare loop: decoding and folding {long} such events, {:.0} ns an event",
        median(rounds.iter().map(Measured::nanoseconds).collect())
    );
}

fn ratios(measured: &[Measured], of: &[Measured]) -> Vec<f64> {
    let pairs = measured.iter().zip(of);
    pairs
        .map(|(it, of)| it.nanoseconds() / of.nanoseconds())
        .collect()
}
