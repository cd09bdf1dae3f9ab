use cqrs_core::Memory;
use cqrs_core::log::{LogFilter, Position, RecordedEvent, Tag, Tags};
use cqrs_core::store::{CommitError, EventStore, Expect, Guard};
use cqrs_interleavings::{
    append, append_to, appends, at, events_of, in_every_order, in_many_orders, now, together, whole,
};

#[test]
fn of_those_who_append_at_a_version_one_wins() {
    in_many_orders(|| {
        let store = Memory::new();
        let of_writer = store.clone();
        let outcomes = together(3, move |_| {
            now(of_writer.commit(append("a", at(0), &["one", "two"])))
        });
        let (accepted, refused): (Vec<_>, Vec<_>) = outcomes.into_iter().partition(Result::is_ok);
        assert_eq!(accepted.len(), 1);
        for refusal in refused {
            let conflict = matches!(
                refusal,
                Err(CommitError::Conflict { expected, actual, .. })
                    if (expected.get(), actual.get()) == (0, 2)
            );
            assert!(conflict, "{refusal:?}");
        }
        assert_eq!(whole(&store).len(), 2);
    });
}

#[test]
fn whoever_decides_anew_comes_in_once_and_in_turn() {
    in_every_order(|| {
        let store = Memory::new();
        let of_writer = store.clone();
        let mut versions = together(2, move |_| {
            loop {
                let seen = events_of(&of_writer, "a").len() as u64;
                match now(of_writer.commit(append("a", at(seen), &["one"]))) {
                    Ok(committed) => {
                        assert_eq!(committed.version.get(), seen + 1);
                        return (committed.version.get(), committed.position.get());
                    }
                    Err(CommitError::Conflict { .. }) => {}
                    Err(other) => panic!("{other:?}"),
                }
            }
        });
        versions.sort_unstable();
        assert_eq!(versions, [(1, 1), (2, 2)]);
        assert_eq!(whole(&store).len(), 2);
    });
}

#[test]
fn a_batch_stands_together_in_one_order_of_all_streams() {
    in_every_order(|| {
        let store = Memory::new();
        let of_writer = store.clone();
        let mut positions = together(2, move |writer| {
            let own = append_to(&format!("own {writer}"), at(0), &["own"]);
            let common = append_to("common", Expect::Any, &["common"]);
            let committed = now(of_writer.commit(appends([own, common])));
            committed.expect("it has no condition").position.get()
        });
        positions.sort_unstable();
        assert_eq!(positions, [2, 4]);
        let events = whole(&store);
        let names: Vec<_> = events.iter().map(RecordedEvent::name).collect();
        assert_eq!(names, ["own", "common"].repeat(2));
    });
}

#[test]
fn what_a_guard_forbids_comes_once() {
    in_every_order(|| {
        let store = Memory::new();
        let of_writer = store.clone();
        let taken = together(2, move |writer| {
            let seat = || Tag::new("seat", "7a");
            let mut batch = append(&format!("booking {writer}"), at(0), &["taken"]);
            batch.appends[0].events[0].tags = Tags::from_iter([seat()]);
            batch.guards.push(Guard {
                filter: LogFilter::names(["taken"]).tagged(seat()),
                after: Position::ZERO,
            });
            now(of_writer.commit(batch)).is_ok()
        });
        assert_ne!(taken[0], taken[1]);
        assert_eq!(whole(&store).len(), 1);
    });
}
