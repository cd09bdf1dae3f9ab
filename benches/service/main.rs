//! What a service's dispatch costs, in instructions (counted by callgrind) and allocations, beside
//! a hand-written call of an async trait method and a direct call of an async function; and what it
//! costs in programs of 10 and of 700 commands.
//!
//! `cargo bench -p cqrs-benches --bench service`, with `valgrind` installed

use cqrs_core::prelude::*;
use std::future::Future;
use std::hint::black_box;
use std::path::Path;
use std::pin::pin;
use std::process::Command;
use std::task::{Context as Task, Poll, Waker};

/// Asks for a price.
#[derive(Command, Serialize, Deserialize)]
pub struct Quote {
    /// How many.
    pub items: u64,
}

/// Knows a price.
#[derive(Service)]
pub struct Prices {
    /// Of one.
    pub each: u64,
}

#[handle]
impl Prices {
    #[allow(clippy::unused_async, reason = "an async call is what is measured")]
    async fn quote(&self, command: &Quote) -> Result<u64, &'static str> {
        ensure!(command.items < 1_000_000, "too many");
        Ok(self.each * command.items)
    }
}

/// What the bus provides.
#[derive(Resources)]
pub struct Deps {
    prices: Prices,
}

/// What one writes by hand: a trait with an async method, called by its type.
trait Handler<C> {
    type Output;

    fn handle(&self, command: &C) -> impl Future<Output = Self::Output> + Send;
}

impl Handler<Quote> for Prices {
    type Output = Result<u64, &'static str>;

    async fn handle(&self, command: &Quote) -> Self::Output {
        self.quote(command).await
    }
}

async fn by_trait<T: Handler<C>, C>(handler: &T, command: C) -> T::Output {
    handler.handle(&command).await
}

/// Runs a future that never waits.
fn now<T>(future: impl Future<Output = T>) -> T {
    let mut future = pin!(future);
    match future.as_mut().poll(&mut Task::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => unreachable!("nothing here waits"),
    }
}

const WAYS: [&str; 3] = ["direct async fn", "static async trait", "bus.dispatch"];

#[inline(never)]
fn calls(way: usize, times: u64, bus: &Bus<Memory, Deps>, prices: &Prices) -> u64 {
    let mut sum = 0;
    for items in 0..times {
        let command = Quote {
            items: black_box(items),
        };
        let answer = match way {
            0 => now(prices.quote(&command)),
            1 => now(by_trait(prices, command)),
            _ => now(bus.dispatch(command).into_future()),
        };
        sum += black_box(answer).unwrap_or(0);
    }
    sum
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<u64> = std::env::args()
        .skip(1)
        .filter_map(|argument| argument.parse().ok())
        .collect();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let deps = Deps {
        prices: Prices { each: 3 },
    };
    let bus = runtime.block_on(Bus::builder(Memory::new()).resources(deps).open())?;
    let prices = Prices { each: 3 };
    if let [way, times] = arguments[..] {
        black_box(calls(usize::try_from(way)?, times, &bus, &prices));
        return Ok(());
    }
    println!(
        "{:<20} {:>18} {:>18} {:>10}",
        "", "instructions each", "allocations each", "of trait"
    );
    let mut counted = Vec::new();
    for way in 0..WAYS.len() {
        let way = way.to_string();
        counted.push(instructions_each(&std::env::current_exe()?, &[&way])?);
    }
    for (way, name) in WAYS.iter().enumerate() {
        let allocated = allocation_counter::measure(|| {
            black_box(calls(way, 1_000, &bus, &prices));
        });
        let ratio = counted[way] / counted[1];
        println!(
            "{name:<20} {:>18.2} {:>18} {ratio:>10.3}",
            counted[way],
            allocated.count_total / 1_000
        );
    }
    let programs = [
        ("of 10 commands", env!("CARGO_BIN_EXE_service-of-10")),
        ("of 700 commands", env!("CARGO_BIN_EXE_service-of-700")),
    ];
    println!(
        "\n{:<20} {:>18} {:>18} {:>10}",
        "in a program", "static async trait", "bus.dispatch", "of trait"
    );
    for (name, program) in programs {
        let by_trait = instructions_each(Path::new(program), &["trait"])?;
        let dispatched = instructions_each(Path::new(program), &["dispatch"])?;
        let ratio = dispatched / by_trait;
        println!("{name:<20} {by_trait:>18.2} {dispatched:>18.2} {ratio:>10.3}");
    }
    Ok(())
}

/// The instructions of one call that a program makes: what ten thousand calls more cost, by their number.
fn instructions_each(
    program: &Path,
    arguments: &[&str],
) -> Result<f64, Box<dyn std::error::Error>> {
    let less = instructions(program, arguments, 10_000)?;
    let more = instructions(program, arguments, 20_000)?;
    Ok((more - less) / 10_000.0)
}

/// The instructions of a whole run of a program that makes so many calls.
fn instructions(
    program: &Path,
    arguments: &[&str],
    times: u64,
) -> Result<f64, Box<dyn std::error::Error>> {
    let run = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(program)
        .args(arguments)
        .arg(times.to_string())
        .output()
        .map_err(|error| {
            format!(
                "valgrind cannot be run ({error}): install it, as by `apt-get install valgrind`"
            )
        })?;
    let told = String::from_utf8_lossy(&run.stderr);
    let collected = told
        .lines()
        .find_map(|line| line.split("Collected :").nth(1))
        .ok_or_else(|| format!("valgrind counted nothing: {told}"))?;
    Ok(collected.trim().parse()?)
}
