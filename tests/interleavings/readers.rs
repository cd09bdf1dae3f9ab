use cqrs_core::Memory;
use cqrs_core::log::{EventId, LogFilter, Position, RecordedEvent};
use cqrs_core::store::{EventStore, Expect};
use cqrs_interleavings::{
    append, at, ended, events_of, in_many_orders, now, page, together, whole,
};
use shuttle::future::block_on;
use shuttle::thread;

/// Two writers, each with a batch of two events to a stream of its own.
fn write(store: Memory) -> thread::JoinHandle<()> {
    thread::spawn(move || {
        together(2, move |writer| {
            let batch = append(&writer.to_string(), at(0), &["shown", "hidden"]);
            now(store.commit(batch)).expect("it is alone on its stream");
        });
    })
}

fn ids<'a>(events: impl IntoIterator<Item = &'a RecordedEvent>) -> Vec<EventId> {
    let ids = events.into_iter().map(|event| event.recorded().id);
    ids.collect()
}

#[test]
fn below_what_a_reader_has_seen_nothing_new_comes() {
    in_many_orders(|| {
        let store = Memory::new();
        let writing = write(store.clone());
        let (mut after, mut seen) = (Position::ZERO, Vec::new());
        for _ in 0..3 {
            let page = page(&store, after, LogFilter::names(["shown"]), 1);
            assert!(page.through >= after);
            seen.extend(page.events);
            after = page.through;
        }
        ended(writing);
        let events = whole(&store);
        let there = events
            .iter()
            .filter(|event| event.name() == "shown" && event.recorded().position <= after);
        assert_eq!(ids(&seen), ids(there));
    });
}

#[test]
fn what_the_head_shows_can_be_read_and_is_whole() {
    in_many_orders(|| {
        let store = Memory::new();
        let writing = write(store.clone());
        for _ in 0..2 {
            let head = now(store.head()).expect("memory can be read");
            assert_eq!(head.get() % 2, 0, "a batch is seen whole");
            let events = page(&store, Position::ZERO, LogFilter::all(), 9).events;
            assert!(events.len() as u64 >= head.get());
            assert_eq!(events.len() % 2, 0, "a batch is seen whole");
        }
        ended(writing);
    });
}

#[test]
fn a_stream_is_read_whole_beside_its_writers() {
    in_many_orders(|| {
        let store = Memory::new();
        let of_writer = store.clone();
        let writing = thread::spawn(move || {
            together(2, move |_| {
                let batch = append("a", Expect::Any, &["one", "two"]);
                now(of_writer.commit(batch)).expect("it has no condition");
            });
        });
        let seen = events_of(&store, "a");
        assert_eq!(seen.len() % 2, 0, "a batch is seen whole");
        ended(writing);
        let events = whole(&store);
        assert_eq!(ids(&seen), ids(&events[..seen.len()]));
    });
}

#[test]
fn who_waits_for_the_log_to_grow_is_woken_and_misses_nothing() {
    in_many_orders(|| {
        let store = Memory::new();
        let writing = write(store.clone());
        let (mut after, mut seen) = (Position::ZERO, Vec::new());
        while seen.len() < 4 {
            block_on(store.grown(after)).expect("memory can be read");
            let page = page(&store, after, LogFilter::all(), 9);
            assert!(page.through > after, "it has grown");
            seen.extend(page.events);
            after = page.through;
        }
        ended(writing);
        assert_eq!(ids(&seen), ids(&whole(&store)));
    });
}
