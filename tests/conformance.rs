//! Every promise of a store, put to the stores of this repository and to a probe of the trait.

/// The memory store as it is.
mod memory {
    cqrs_core::conformance_tests!(async || cqrs_core::Memory::new());
}

/// The memory store that keeps typed events. The suite gives it bytes, which it keeps as they are,
/// and one typed event.
mod typed {
    cqrs_core::conformance_tests!(async || cqrs_core::Memory::typed());
}

/// A store whose type was erased.
mod erased {
    use cqrs_core::{Memory, store::DynStore};
    use std::sync::Arc;

    cqrs_core::conformance_tests!(async || DynStore::new(Arc::new(Memory::new())));
}

/// A log whose positions are not counts.
mod elsewhere {
    use cqrs_core::{Memory, Position};

    cqrs_core::conformance_tests!(async || Memory::beginning_after(Position::from(1 << 40)));
}

/// A small `SQLite` store, which shows that the trait can be kept by a store on disk.
mod sqlite {
    cqrs_core::conformance_tests!(async || crate::sqlite_probe::Probe::in_memory());
}

mod differential;
mod faulty_store;
mod naive_store;
mod sqlite_probe;

use cqrs_core::conformance::{
    PROMISES, Suite, TailCheck, a_log_at_its_end_does_not_grow, handles_on_one_log_agree, hold,
    logs_are_told_apart, what_was_acknowledged_is_there_again,
};
use cqrs_core::{Memory, Position};
use faulty_store::{Fault, Faulty};
use naive_store::Naive;
use sqlite_probe::Probe;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

#[tokio::test]
async fn a_memory_store_at_the_end_of_its_positions_does_not_grow() {
    let store = Memory::beginning_after(Position::from(u64::MAX - 2));
    hold("at the end", a_log_at_its_end_does_not_grow(store)).await;
}

#[tokio::test]
async fn a_sqlite_store_at_the_end_of_its_positions_does_not_grow() {
    let store = Probe::in_memory();
    store.leave_room_for(2);
    hold("at the end", a_log_at_its_end_does_not_grow(store)).await;
}

#[tokio::test]
async fn a_sqlite_file_that_is_opened_again_shows_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("store");
    let open = async || Probe::open(&file).unwrap();
    hold("again", what_was_acknowledged_is_there_again(open)).await;
}

#[tokio::test]
async fn two_stores_are_two_logs() {
    let memory = logs_are_told_apart(Memory::new(), Memory::new());
    hold("memory", memory).await;
    let sqlite = logs_are_told_apart(Probe::in_memory(), Probe::in_memory());
    hold("sqlite", sqlite).await;
}

#[tokio::test]
#[should_panic(expected = "each log has an identity of its own")]
async fn one_store_is_not_two_logs() {
    let store = Memory::new();
    hold("memory", logs_are_told_apart(store.clone(), store)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_handles_on_one_sqlite_file_agree() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("store");
    let open = async || Probe::open(&file).unwrap();
    hold("two handles", handles_on_one_log_agree(open)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_handles_on_one_memory_store_agree() {
    let store = Memory::new();
    let open = async || store.clone();
    hold("two handles", handles_on_one_log_agree(open)).await;
}

/// Its second handle is another store, as that of a process which has a file of its own.
#[tokio::test(start_paused = true)]
#[should_panic(expected = "two handles")]
async fn two_stores_do_not_agree() {
    let open = async || Memory::new();
    hold("two handles", handles_on_one_log_agree(open)).await;
}

#[tokio::test]
async fn another_handle_on_a_memory_store_shows_the_same() {
    let store = Memory::new();
    let open = async || store.clone();
    hold("again", what_was_acknowledged_is_there_again(open)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_tail_checker_convicts_a_store_that_shows_events_late() {
    let check = TailCheck {
        writers: 16,
        commits: 40,
        streams: 4,
    };
    let report = check.run(Arc::new(Naive::new())).await;
    assert!(report.skipped > 0, "{report}");
    let unaffected = (
        report.doubled,
        report.disordered,
        report.lost,
        report.unasked,
    );
    assert_eq!(unaffected, (0, 0, 0, 0), "{report}");
}

/// The promises that the fault breaks. Time stands still while anything moves, so to wait in vain takes no time.
fn broken_by(fault: Fault) -> BTreeSet<&'static str> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .start_paused(true)
        .build()
        .unwrap();
    let broken = runtime.block_on(Suite::new(async || Faulty::new(fault)).broken());
    broken.iter().map(|broken| broken.promise).collect()
}

#[test]
fn every_promise_can_be_broken_and_every_fault_breaks_one() {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let next = AtomicUsize::new(0);
    let convict = || {
        let mut convicted = BTreeSet::new();
        while let Some(&(fault, promise)) = Fault::ALL.get(next.fetch_add(1, Ordering::Relaxed)) {
            let promises = broken_by(fault);
            println!("{fault:?}: {promises:?}");
            assert!(
                promises.contains(promise),
                "{fault:?} is not convicted by `{promise}`, but by {promises:?}"
            );
            convicted.extend(promises);
        }
        convicted
    };
    let convicted: BTreeSet<_> = std::thread::scope(|scope| {
        let convicting: Vec<_> = (0..threads).map(|_| scope.spawn(convict)).collect();
        convicting
            .into_iter()
            .flat_map(|thread| thread.join().unwrap())
            .collect()
    });
    let unbroken: Vec<_> = PROMISES
        .iter()
        .filter(|promise| !convicted.contains(*promise))
        .collect();
    assert!(unbroken.is_empty(), "nothing breaks {unbroken:?}");
}
