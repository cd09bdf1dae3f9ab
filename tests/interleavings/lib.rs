//! How a program is run under every order of its threads, and what the programs write.
//!
//! It is there only under `--cfg shuttle`, which puts the lock of a scheduler into the memory store:
//!
//! ```sh
//! RUSTFLAGS='--cfg shuttle' cargo test -p cqrs-interleavings --target-dir target/shuttle
//! ```
#![cfg(shuttle)]

mod given;

pub use given::{
    append, append_to, appends, at, event, events_of, key, page, row, row_of, stream, table, whole,
};

use shuttle::scheduler::{DfsScheduler, PctScheduler, RandomScheduler};
use shuttle::{Config, Runner, thread};
use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

/// So many orders are tried one after the other at most.
const ALL: usize = 10_000;
/// So many where that would be too many.
const MANY: usize = 4_000;

/// Runs a program under every order of its threads; under many, if there are more than [`ALL`].
///
/// The threads change places only where they take or leave the store's lock, or wait.
pub fn in_every_order(program: fn()) {
    let every = DfsScheduler::new(Some(ALL), false);
    let tried = Runner::new(every, Config::default()).run(program);
    if tried == ALL {
        println!("more than {ALL} orders");
        in_many_orders(program);
    } else {
        println!("{tried} orders");
    }
}

/// Runs a program under many orders of its threads: some by chance, and some in which the threads change places
/// seldom, at any place, because chance seldom lets one wait for long.
pub fn in_many_orders(program: fn()) {
    let random = RandomScheduler::new(MANY / 2);
    Runner::new(random, Config::default()).run(program);
    let few_changes = PctScheduler::new(3, MANY / 2);
    Runner::new(few_changes, Config::default()).run(program);
}

/// What so many threads come to, each of which is told its number, from 1.
pub fn together<T: Send + 'static>(
    threads: u64,
    work: impl Fn(u64) -> T + Clone + Send + 'static,
) -> Vec<T> {
    let running: Vec<_> = (1..=threads)
        .map(|number| {
            let work = work.clone();
            thread::spawn(move || work(number))
        })
        .collect();
    running.into_iter().map(ended).collect()
}

/// What a thread comes to.
pub fn ended<T>(thread: thread::JoinHandle<T>) -> T {
    thread.join().expect("no thread panics")
}

/// What a call of the store comes to that never waits.
pub fn now<T>(call: impl Future<Output = T>) -> T {
    match pin!(call).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("it waits"),
    }
}
