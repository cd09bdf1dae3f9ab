//! Snapshots of streams.

use super::given::{
    accepted, append, append_to, appends, at, commit, event, events_of, key, odd_texts, one,
    one_winner, race, refused, snapshot, snapshot_of, stream, stream_of, with_snapshot,
};
use crate::log::{CommandId, Data, LogFilter, MAX_EVENT_BYTES, Position, StreamId};
use crate::store::{
    Batch, CommitError, EventStore, Expect, Guard, MAX_BATCH_BYTES, Measured, NewEvent,
};
use std::sync::Arc;

/// A batch of one event, and the state after it.
fn kept(id: &str, expect: Expect, state: &str) -> Batch {
    with_snapshot(one(id, expect, "e"), snapshot(1, state))
}

/// Asserts that this is the version of the snapshot of a stream, and the state.
async fn is_kept(
    store: &impl EventStore,
    stream: &StreamId,
    version: u64,
    state: &str,
    promise: &str,
) {
    let kept = snapshot_of(store, stream).await;
    let kept = kept.as_ref().map(|kept| {
        let state = kept.data.as_bytes().map(String::from_utf8_lossy);
        (kept.version.get(), state.unwrap_or_default())
    });
    assert_eq!(kept, Some((version, state.into())), "{promise}");
}

/// A snapshot is read as it was written, beside the version and the id of the last event of its append.
pub async fn a_snapshot_is_kept_with_its_append<S: EventStore>(store: S) {
    let of = stream("a");
    assert_eq!(
        snapshot_of(&store, &of).await,
        None,
        "a stream without events has no snapshot"
    );
    let empty = appends([append("a", at(0), Vec::new())]);
    commit(&store, with_snapshot(empty, snapshot(1, "nothing"))).await;
    commit(&store, one("a", at(0), "e")).await;
    assert_eq!(
        snapshot_of(&store, &of).await,
        None,
        "a stream has no snapshot that no append with events brought"
    );

    let mut version = 1;
    let large = vec![b'x'; MAX_EVENT_BYTES];
    for (digest, state) in [
        (0, &b""[..]),
        (u64::MAX, b"{\"a\":1.0}"),
        (1 << 63, b"\0\xff\xfe not JSON, nor a text"),
        (u64::MAX >> 1, &large),
    ] {
        let events = vec![event("e"), event("f")];
        let last = events[1].id;
        let mut state_after = snapshot(digest, "");
        state_after.data = Data::from_bytes(state);
        let batch = with_snapshot(appends([append("a", at(version), events)]), state_after);
        version = commit(&store, batch).await.version.get();
        let kept = snapshot_of(&store, &of).await;
        let kept = kept.expect("the snapshot of an append is kept with it");
        assert_eq!(
            (kept.version.get(), kept.event),
            (version, last),
            "a snapshot is of the last event of its append"
        );
        assert_eq!(
            (kept.fingerprint, kept.checksum),
            (digest, !digest),
            "the digests of a snapshot are kept"
        );
        assert!(
            kept.data.as_bytes() == Some(state),
            "a snapshot is kept byte for byte"
        );
    }

    let both = [("b", "of b"), ("c", "of c")].map(|(id, state)| {
        let mut append = append(id, at(0), vec![event("e")]);
        append.snapshot = Some(Box::new(snapshot(1, state)));
        append
    });
    commit(&store, appends(both)).await;
    for (id, state) in [("b", "of b"), ("c", "of c")] {
        is_kept(
            &store,
            &stream(id),
            1,
            state,
            "each append of a batch brings its own snapshot",
        )
        .await;
    }
}

/// What came last is there, whatever it was: also one of other digests, of more or fewer bytes.
pub async fn a_snapshot_stays_until_the_next_one<S: EventStore>(store: S) {
    let of = stream("a");
    let long = "x".repeat(100_000);
    let id = CommandId::generate();
    let mut first = kept("a", at(0), &long);
    first.command = Some(key("", id, "1"));
    commit(&store, first).await;
    is_kept(&store, &of, 1, &long, "a snapshot is kept with its append").await;
    commit(&store, one("a", at(1), "e")).await;
    commit(&store, one("b", at(0), "e")).await;
    let empty = appends([append("a", at(2), Vec::new())]);
    commit(&store, with_snapshot(empty, snapshot(1, "nothing"))).await;
    is_kept(
        &store,
        &of,
        1,
        &long,
        "a snapshot stays while appends bring none",
    )
    .await;
    commit(&store, kept("a", at(2), "later")).await;
    is_kept(
        &store,
        &of,
        3,
        "later",
        "a snapshot takes the place of the one before",
    )
    .await;
    let mut again = kept("a", at(0), "again");
    again.command = Some(key("", id, "1"));
    assert!(commit(&store, again).await.repeated);
    is_kept(&store, &of,
        3,
        "later",
        "a command that comes again brings no snapshot: an earlier one never takes the place of a later",
    ).await;
}

/// A batch that is refused leaves no snapshot, whatever speaks against it.
pub async fn a_refused_batch_leaves_no_snapshot<S: EventStore>(store: S) {
    let of = stream("a");
    let id = CommandId::generate();
    let mut first = kept("a", at(0), "first");
    first.command = Some(key("", id, "1"));
    commit(&store, first).await;
    let untouched = async |what: &str| {
        is_kept(
            &store,
            &of,
            1,
            "first",
            &format!("a batch that is refused ({what}) leaves no snapshot"),
        )
        .await;
    };

    let behind = kept("a", at(0), "no");
    refused(&store, behind, "Conflict", |error| {
        matches!(error, CommitError::Conflict { .. })
    })
    .await;
    untouched("Conflict").await;

    let mut second_of_two = kept("a", at(1), "no");
    second_of_two
        .appends
        .push(append("b", at(7), vec![event("e")]));
    refused(&store, second_of_two, "Conflict", |error| {
        matches!(error, CommitError::Conflict { .. })
    })
    .await;
    untouched("Conflict of another stream").await;

    let mut guarded = kept("a", at(1), "no");
    guarded.guards = vec![Guard {
        filter: LogFilter::all(),
        after: Position::ZERO,
    }];
    refused(&store, guarded, "Guarded", |error| {
        matches!(error, CommitError::Guarded { .. })
    })
    .await;
    untouched("Guarded").await;

    let mut reused = kept("a", at(1), "no");
    reused.command = Some(key("", id, "another body"));
    refused(&store, reused, "CommandIdReused", |error| {
        matches!(error, CommitError::CommandIdReused { .. })
    })
    .await;
    untouched("CommandIdReused").await;

    let mut large = snapshot(1, "");
    large.data = Data::from_bytes(vec![b' '; MAX_EVENT_BYTES + 1]);
    let large = with_snapshot(one("a", at(1), "e"), large);
    refused(&store, large, "TooLarge of Snapshot", |error| {
        matches!(error, CommitError::TooLarge { measured: Measured::Snapshot, size }
            if *size == MAX_EVENT_BYTES + 1)
    })
    .await;
    untouched("TooLarge").await;

    let store = Arc::new(store);
    let results = race(&store, 8, |number| {
        kept("a", at(1), &format!("of racer {number}"))
    })
    .await;
    one_winner(results, "Conflict", |error| {
        matches!(error, CommitError::Conflict { .. })
    });
    let after = snapshot_of(&*store, &of).await;
    let last = events_of(&*store, &of).await.pop();
    assert_eq!(
        after.map(|kept| kept.event),
        last.map(|event| event.recorded().id),
        "of racers the one that wins leaves its snapshot"
    );
}

/// Snapshots do not count among the bytes of a batch: it is kept with them as it is without.
pub async fn a_snapshot_makes_no_batch_too_large<S: EventStore>(store: S) {
    let large = |bytes: usize| NewEvent {
        data: Data::from_bytes(vec![b' '; bytes - 1]), // and one of its name
        ..event("e")
    };
    let events = (0..8).map(|_| large(MAX_BATCH_BYTES / 8)).collect();
    let batch = appends([append("a", at(0), events)]);
    let state = "x".repeat(MAX_EVENT_BYTES);
    accepted(
        store
            .commit(with_snapshot(batch, snapshot(1, &state)))
            .await,
    );
    is_kept(
        &store,
        &stream("a"),
        8,
        &state,
        "a snapshot is kept with its append",
    )
    .await;
}

/// Whatever tells streams apart tells their snapshots apart: tenants, categories, every byte of an id.
pub async fn snapshots_are_of_one_stream<S: EventStore>(store: S) {
    let mut streams = vec![
        stream_of("", "test", "one"),
        stream_of("one", "test", "one"),
        stream_of("ONE", "test", "one"),
        stream_of("", "other", "one"),
        stream_of("test", "one", "one"),
    ];
    streams.extend(odd_texts().iter().map(|id| stream(id)));
    streams.extend(odd_texts().iter().map(|id| stream_of("tenant", "test", id)));
    let state = |number: usize| format!("state {number}");
    for (number, of) in streams.iter().enumerate() {
        assert_eq!(
            snapshot_of(&store, of).await,
            None,
            "a stream has no snapshot of another: {of}"
        );
        let batch = appends([append_to(of.clone(), at(0), vec![event("e")])]);
        commit(&store, with_snapshot(batch, snapshot(1, &state(number)))).await;
    }
    for (number, of) in streams.iter().enumerate() {
        is_kept(
            &store,
            of,
            1,
            &state(number),
            &format!("the snapshot of a stream is its own: {of}"),
        )
        .await;
    }
}
