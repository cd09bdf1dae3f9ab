//! Every promise of a store, put to this one.

mod given;

use cqrs_core::conformance::{
    TailCheck, a_log_at_its_end_does_not_grow, hold, times_of_recording_follow_the_log,
    what_was_acknowledged_is_there_again,
};
use cqrs_sqlite::Sqlite;
use given::{fresh, new_file};
use std::path::Path;
use std::sync::Arc;

mod suite {
    cqrs_core::conformance_tests!(async || crate::given::fresh().await);
}

/// The same through the store whose type is erased, as the engine uses it.
mod erased {
    use cqrs_core::store::DynStore;
    use std::sync::Arc;

    cqrs_core::conformance_tests!(async || DynStore::new(Arc::new(crate::given::fresh().await)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_file_that_is_opened_again_shows_the_same() {
    let file = new_file();
    let open = async || Sqlite::at(&file).open().await.unwrap();
    hold("again", what_was_acknowledged_is_there_again(open)).await;
}

/// Makes a store of one event, at that position and that time.
async fn with_an_event(file: &Path, position: i64, recorded_at: i64) {
    Sqlite::at(file).open().await.unwrap().close().await;
    let connection = rusqlite::Connection::open(file).unwrap();
    connection
        .execute_batch(&format!(
            "INSERT INTO cqrs_kinds VALUES (1, 'e', 1);
             INSERT INTO cqrs_categories VALUES (1, '', 'test');
             INSERT INTO cqrs_streams VALUES (1, 1, 'first');
             INSERT INTO cqrs_events VALUES
                 ({position}, 1, 1, 1, {recorded_at}, NULL, zeroblob(16), 0, NULL, NULL, x'7b7d')",
        ))
        .unwrap();
    connection.close().unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn times_of_recording_follow_the_log_though_the_clock_went_back() {
    const IN_2100: i64 = 4_102_444_800_000_000;
    let file = new_file();
    with_an_event(&file, 1, IN_2100).await;
    let store = Sqlite::at(&file).open().await.unwrap();
    hold("back", times_of_recording_follow_the_log(store)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_log_that_is_at_the_end_of_its_positions_does_not_grow() {
    let file = new_file();
    with_an_event(&file, i64::MAX - 2, 0).await;
    let store = Sqlite::at(&file).open().await.unwrap();
    hold("at the end", a_log_at_its_end_does_not_grow(store)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_reader_misses_an_event_of_many_writers() {
    for streams in [4, 5_000] {
        let check = TailCheck {
            writers: 16,
            commits: 100,
            streams,
        };
        let report = check.run(Arc::new(fresh().await)).await;
        report.assert_clean();
    }
}
