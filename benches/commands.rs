//! Commands a second on the memory store, one thread: the whole path through the bus (ids, clock,
//! version check, encoding, log) beside a bare loop over a `HashMap` that does the same encoding.
//!
//! `cargo bench -p cqrs-benches --bench commands [ACCOUNTS]`

use cqrs_benches::{
    Account, Deposit, Deposited, Measured, Open, Opened, measure, measure_future, median,
};
use cqrs_core::log::{LogFilter, Position};
use cqrs_core::prelude::*;
use cqrs_core::store::{EventStore, LogQuery};
use std::collections::HashMap;

const DEPOSITS: u64 = 10;
const ROUNDS: usize = 5;

/// One way to do the work, and its name.
type Way<'a> = (&'static str, Box<dyn Fn() -> Measured + 'a>);

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let accounts: u64 = std::env::args()
        .skip(1)
        .find_map(|argument| argument.parse().ok())
        .unwrap_or(100_000);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let ways: [Way<'_>; 3] = [
        (
            "bare loop over a HashMap, JSON",
            Box::new(|| bare(accounts)),
        ),
        (
            "bus, Memory::new() (JSON)",
            Box::new(|| runtime.block_on(bus(Memory::new(), accounts))),
        ),
        (
            "bus, Memory::typed()",
            Box::new(|| runtime.block_on(bus(Memory::typed(), accounts))),
        ),
    ];
    println!(
        "{accounts} accounts, each opened and then deposited to {DEPOSITS} times; one thread; median of {ROUNDS} interleaved rounds"
    );
    let mut rounds: Vec<Vec<Measured>> = vec![Vec::new(); ways.len()];
    for _ in 0..ROUNDS {
        for (measured, (_, way)) in rounds.iter_mut().zip(&ways) {
            measured.push(way());
        }
    }
    println!(
        "{:<32} {:>12} {:>8} {:>10} {:>8}",
        "", "commands/s", "ns each", "allocs each", "of bare"
    );
    for (measured, (name, _)) in rounds.iter().zip(&ways) {
        let each = median(measured.iter().map(Measured::nanoseconds).collect());
        let ratio = median(
            measured
                .iter()
                .zip(&rounds[0])
                .map(|(it, bare)| bare.nanoseconds() / it.nanoseconds())
                .collect(),
        );
        let allocations = measured[0].allocations_each();
        println!(
            "{name:<32} {:>12.0} {each:>8.0} {allocations:>10.2} {ratio:>8.2}",
            1e9 / each
        );
    }
    Ok(())
}

/// State and encoded events by account; nothing else that a store does.
fn bare(accounts: u64) -> Measured {
    let mut states: HashMap<u64, Account> = HashMap::new();
    let mut events: HashMap<u64, Vec<Box<[u8]>>> = HashMap::new();
    let measured = measure(accounts * (DEPOSITS + 1), || {
        for id in 0..accounts {
            let state = states.entry(id).or_default();
            let stream = events.entry(id).or_default();
            assert!(!state.open);
            let opened = Opened {
                owner: "Ada".to_owned(),
            };
            state.open = true;
            stream.push(encode(&opened));
            for amount in 1..=DEPOSITS {
                let state = states.entry(id).or_default();
                let stream = events.entry(id).or_default();
                assert!(state.open);
                let deposited = Deposited {
                    amount,
                    balance: state.balance + amount,
                };
                state.balance = deposited.balance;
                stream.push(encode(&deposited));
            }
        }
    });
    assert_eq!(
        events.values().map(Vec::len).sum::<usize>() as u64,
        accounts * (DEPOSITS + 1)
    );
    measured
}

fn encode(event: &impl Serialize) -> Box<[u8]> {
    serde_json::to_vec(event)
        .expect("these events encode")
        .into()
}

async fn bus(store: Memory, accounts: u64) -> Measured {
    let bus = Bus::open(store.clone())
        .await
        .expect("a memory store opens");
    // an await inside pends only to let other tasks run: nearly all the time is in these polls
    let work = async {
        for account in 0..accounts {
            bus.dispatch(Open {
                account,
                owner: "Ada".to_owned(),
            })
            .await
            .expect("it is new");
            for amount in 1..=DEPOSITS {
                bus.dispatch(Deposit { account, amount })
                    .await
                    .expect("it is open");
            }
        }
    };
    let measured = measure_future(accounts * (DEPOSITS + 1), work).await;
    verify(&store, accounts).await;
    measured
}

/// Reads the log back: every event is there, in order, and adds up.
async fn verify(store: &Memory, accounts: u64) {
    let mut after = Position::ZERO;
    let mut events = 0;
    loop {
        let query = LogQuery {
            after,
            through: None,
            filter: LogFilter::all(),
            limit: 10_000,
        };
        let page = store.log(query).await.expect("memory can be read");
        if page.events.is_empty() {
            break;
        }
        for event in &page.events {
            let version = events % (DEPOSITS + 1);
            assert_eq!(event.recorded().position.get(), events + 1);
            assert_eq!(event.recorded().version.get(), version + 1);
            if version > 0 {
                let balance = event.decode::<Deposited>().expect("it decodes").balance;
                assert_eq!(balance, version * (version + 1) / 2);
            }
            events += 1;
        }
        after = page.through;
    }
    assert_eq!(events, accounts * (DEPOSITS + 1));
}
