//! Read models on the memory store: the rebuild of a keyed projection from a long log, how long a
//! commit takes to show, and a read by key; each beside a bare loop or a bare map.
//!
//! `cargo bench -p cqrs-benches --bench projections [EVENTS]`

use cqrs_benches::{Deposit, Deposited, Measured, Open, Opened, measure, median};
use cqrs_core::prelude::*;
use std::collections::HashMap;
use std::hint::black_box;
use std::sync::RwLock;
use std::time::{Duration, Instant};

/// Events an account.
const EACH: u64 = 10;
const ROUNDS: usize = 5;
const COMMITS: u64 = 20_000;
const READS: u64 = 100_000;

#[derive(Projection, Default, Serialize, Deserialize, Clone)]
#[projection("balances", key = u64)]
struct Balance {
    owner: String,
    amount: u64,
}

#[project]
impl Balance {
    fn opened(&mut self, event: &Opened) {
        self.owner.clone_from(&event.owner);
    }
    fn deposited(&mut self, event: &Deposited) {
        self.amount += event.amount;
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let events: u64 = std::env::args()
        .skip(1)
        .find_map(|argument| argument.parse().ok())
        .unwrap_or(1_000_000);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        rebuild(events / EACH).await;
        lag().await;
        reads().await;
    });
    Ok(())
}

/// A log in which each account is opened, and then deposited to in turn with the others.
async fn filled(store: Memory, accounts: u64) -> Memory {
    let writer = Bus::builder(store.clone()).without_projections();
    let bus = writer.open().await.expect("a memory store opens");
    for account in 0..accounts {
        let owner = "Ada".to_owned();
        let opened = bus.dispatch(Open { account, owner }).await;
        opened.expect("it is new");
    }
    for amount in 1..EACH {
        for account in 0..accounts {
            let deposited = bus.dispatch(Deposit { account, amount }).await;
            deposited.expect("it is open");
        }
    }
    store
}

async fn rebuild(accounts: u64) {
    let events = accounts * EACH;
    println!(
        "rebuild of a projection over {events} events with {accounts} keys; median of {ROUNDS} interleaved rounds"
    );
    let (mut bare, mut json, mut typed) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        bare.push(bare_rebuild(accounts));
        json.push(timed_rebuild(filled(Memory::new(), accounts).await, events).await);
        typed.push(timed_rebuild(filled(Memory::typed(), accounts).await, events).await);
    }
    println!(
        "{:<32} {:>12} {:>8} {:>8}",
        "", "events/s", "ns each", "of bare"
    );
    for (name, measured) in [
        ("bare loop, JSON into a HashMap", &bare),
        ("Memory::new() (JSON)", &json),
        ("Memory::typed()", &typed),
    ] {
        let each = median(measured.iter().map(Measured::nanoseconds).collect());
        let ratios = measured.iter().zip(&bare);
        let ratio = ratios.map(|(it, bare)| bare.nanoseconds() / it.nanoseconds());
        let ratio = median(ratio.collect());
        println!("{name:<32} {:>12.0} {each:>8.0} {ratio:>8.2}", 1e9 / each);
    }
}

async fn timed_rebuild(store: Memory, events: u64) -> Measured {
    let start = Instant::now();
    let bus = Bus::builder(store)
        .wait_timeout(Duration::from_mins(5))
        .open()
        .await
        .expect("a memory store opens");
    bus.caught_up().await.expect("it folds");
    let time = start.elapsed();
    let row = bus.find::<Balance>(&0).await.expect("it reads");
    assert_eq!(
        row.expect("it is there").amount,
        (1..EACH).sum::<u64>(),
        "each event counts once"
    );
    Measured {
        operations: events,
        time,
        allocations: 0,
    }
}

/// The same work without a store: each event decoded, its row found in a map and changed.
fn bare_rebuild(accounts: u64) -> Measured {
    let opened = serde_json::to_vec(&Opened {
        owner: "Ada".to_owned(),
    });
    let opened = opened.expect("it encodes");
    let deposits: Vec<Vec<u8>> = (1..EACH)
        .map(|amount| {
            let balance = amount * (amount + 1) / 2;
            serde_json::to_vec(&Deposited { amount, balance }).expect("it encodes")
        })
        .collect();
    let mut rows: HashMap<u64, Balance> = HashMap::new();
    let measured = measure(accounts * EACH, || {
        for account in 0..accounts {
            let event: Opened = serde_json::from_slice(&opened).expect("it decodes");
            rows.entry(account)
                .or_default()
                .owner
                .clone_from(&event.owner);
        }
        for deposit in &deposits {
            for account in 0..accounts {
                let event: Deposited = serde_json::from_slice(deposit).expect("it decodes");
                rows.entry(account).or_default().amount += event.amount;
            }
        }
    });
    assert_eq!(rows[&0].amount, (1..EACH).sum::<u64>());
    measured
}

/// From the receipt of a command until a read shows it.
async fn lag() {
    let bus = Bus::open(Memory::new())
        .await
        .expect("a memory store opens");
    let owner = "Ada".to_owned();
    let opened = bus.dispatch(Open { account: 0, owner }).await;
    opened.expect("it is new");
    let mut lags = Vec::new();
    for amount in 1..=COMMITS {
        let receipt = bus.dispatch(Deposit { account: 0, amount }).await;
        let receipt = receipt.expect("it is open");
        let start = Instant::now();
        let row = bus.find::<Balance>(&0).after(&receipt).await;
        lags.push(start.elapsed());
        black_box(row.expect("it shows"));
    }
    lags.sort_unstable();
    let at = |percent: usize| lags[lags.len() * percent / 100].as_nanos();
    println!(
        "\nfrom the receipt of a command until a read by key shows it, {COMMITS} times: p50 {} ns, p99 {} ns",
        at(50),
        at(99)
    );
}

/// A read by key beside that of a map behind a lock.
async fn reads() {
    const KEYS: u64 = 10_000;
    let store = filled(Memory::new(), KEYS).await;
    let bus = Bus::open(store).await.expect("a memory store opens");
    bus.caught_up().await.expect("it folds");
    let map: RwLock<HashMap<String, Balance>> = RwLock::default();
    for key in 0..KEYS {
        let row = bus.find::<Balance>(&key).await.expect("it reads");
        let mut map = map.write().expect("nobody panicked");
        map.insert(key.to_string(), row.expect("it is there"));
    }
    let keys = |read: u64| (read * 7_919) % KEYS;
    let (mut bare, mut ours) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        bare.push(measure(READS, || {
            for read in 0..READS {
                let map = map.read().expect("nobody panicked");
                black_box(map.get(&keys(read).to_string()).cloned());
            }
        }));
        let start = Instant::now();
        for read in 0..READS {
            let row = bus.find::<Balance>(&keys(read)).await;
            black_box(row.expect("it reads"));
        }
        ours.push(Measured {
            operations: READS,
            time: start.elapsed(),
            allocations: 0,
        });
    }
    let each = |measured: &[Measured]| median(measured.iter().map(Measured::nanoseconds).collect());
    println!(
        "\na read by key: {:.0} ns, of a `RwLock<HashMap<String, Row>>` {:.0} ns: {:.2} times",
        each(&ours),
        each(&bare),
        each(&ours) / each(&bare)
    );
}
