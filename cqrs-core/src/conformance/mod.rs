//! What every store promises, as tests that any store can be put to.
//!
//! Each promise is a function that takes a fresh, empty store and panics, saying which promise it
//! was, if the store breaks it. They need a tokio runtime with time, best one with several threads.
//! [`conformance_tests!`](crate::conformance_tests) makes a test of each; [`Suite`] runs them all
//! in one:
//!
//! ```
//! use cqrs_core::{Memory, conformance::Suite};
//!
//! # tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(async {
//! Suite::new(async || Memory::new()).run_all().await;
//! # });
//! # Ok::<(), std::io::Error>(())
//! ```
//!
//! # Beside the suite
//!
//! Some promises ask for more than an empty store:
//!
//! | for a store that | promise |
//! | --- | --- |
//! | is durable | [`what_was_acknowledged_is_there_again`] |
//! | several may have open at once | [`handles_on_one_log_agree`] |
//! | can be brought near the end of its positions | [`a_log_at_its_end_does_not_grow`] |
//! | can be made twice | [`logs_are_told_apart`] |
//!
//! # What is promised, and where it is tried
//!
//! | promise | case |
//! | --- | --- |
//! | an append that was acknowledged stays | [`what_was_acknowledged_is_there_again`]; the rest is the store's own, below |
//! | a batch is kept whole or not at all, over several streams too | [`a_refused_batch_changes_nothing`], [`one_batch_writes_to_several_streams`] |
//! | it is seen whole or not at all, and stays seen | [`a_batch_is_seen_whole_or_not_at_all`] |
//! | versions are checked atomically; of racers one wins, the others write nothing | [`an_append_is_kept_only_at_the_expected_version`], [`an_append_is_kept_only_behind_the_expected_event`], [`an_append_without_events_is_a_condition`], [`of_racers_for_a_version_one_wins`] |
//! | versions are 1, 2, 3, …; events never change | [`versions_of_a_stream_have_no_gaps_or_repeats`], [`events_never_change`] |
//! | positions grow, none comes twice, a stream's events stand by version | [`positions_grow_and_are_as_acknowledged`] |
//! | no reader skips an event, sees one twice or out of order; holes stop nobody | [`no_reader_misses_an_event_of_hot_streams`], [`no_reader_misses_an_event_of_many_streams`], [`what_is_refused_hides_nothing`], [`pages_of_the_log_leave_nothing_out`] |
//! | a fold reads the stream, and the envelopes that it may ask for | [`facts_of_a_stream_are_its_events`] |
//! | streams that are written in opposite orders do not lock each other up | [`streams_written_in_opposite_orders_go_on`] |
//! | guards hold | [`a_guard_sees_names_and_tags`], [`a_guard_sees_only_what_came_after`], [`of_racers_under_a_guard_one_wins`], [`a_guard_holds_against_appends_without_one`] |
//! | a command's id has its effect once, one after the other and at once; another body under it is refused | [`a_command_has_its_effect_once`], [`a_command_without_appends_has_its_effect_once`], [`a_command_that_many_send_at_once_has_its_effect_once`], [`a_command_id_names_one_command`], [`a_refused_command_leaves_its_id_free`] |
//! | what was not answered can be resolved by the command's id | [`a_command_has_its_effect_once`], by `command` and by sending it again |
//! | rows and checkpoint move together, and only from where the checkpoint was seen: of two runners one takes effect | [`rows_and_checkpoint_move_together`], [`a_checkpoint_moves_only_from_where_it_was_seen`], [`of_racers_for_a_checkpoint_one_wins`] |
//! | a new version of a projection is folded beside the old one | [`tables_are_apart`] |
//! | a snapshot is there with its append or not at all, and until the next one of its stream | [`a_snapshot_is_kept_with_its_append`], [`a_snapshot_stays_until_the_next_one`], [`a_refused_batch_leaves_no_snapshot`], [`a_batch_is_seen_whole_or_not_at_all`] |
//! | what was acknowledged is read by whoever asks next | [`a_batch_is_seen_whole_or_not_at_all`], [`positions_grow_and_are_as_acknowledged`] |
//! | messages and timers come at least once; of racers for a timer one wins | [`a_message_is_there_until_it_is_acknowledged`], [`messages_that_many_put_at_once_are_all_there`], [`timers_come_when_they_are_due`], [`of_racers_for_a_timer_one_wins`] |
//! | tenants do not see each other's streams and commands | [`tenants_have_streams_of_their_own`], [`command_ids_are_a_tenants_own`], [`snapshots_are_of_one_stream`] |
//! | a log is told from others | [`logs_are_told_apart`] |
//!
//! | fault | case |
//! | --- | --- |
//! | a future is dropped, at every point | [`a_commit_that_is_dropped_is_kept_all_the_same`], [`futures_that_are_dropped_leave_nothing_behind`] |
//! | several conditions fail | [`the_first_that_speaks_against_a_batch_is_told`] |
//! | too large by one byte: event, batch, metadata, row, indexed value, message, timer, snapshot | [`what_is_too_large_is_refused`], [`a_refused_batch_leaves_no_snapshot`], [`a_snapshot_makes_no_batch_too_large`] |
//! | JSON that stores rewrite, and what is no JSON; deep nesting; NUL, lone surrogates, numbers beyond floats | [`data_is_kept_byte_for_byte`], [`an_event_is_read_as_it_was_written`], [`what_a_program_writes_it_reads`] |
//! | ids that look alike, fold, normalize, sort by locale; injection; wildcards | [`streams_are_told_apart_byte_by_byte`], [`texts_that_nothing_is_kept_by_are_refused`], [`rows_come_in_the_order_of_keys`] |
//! | numbers at their ends | [`reads_take_any_number`], [`a_log_at_its_end_does_not_grow`] |
//! | statements with many parameters | [`filters_may_be_long`], [`rows_are_found_by_key`] |
//! | clocks that go back, times that need more than microseconds | [`times_of_recording_follow_the_log`], [`times_are_kept_to_the_microsecond`] |
//! | a wake-up is lost | [`whoever_waits_for_growth_is_woken`] |
//! | two processes | [`handles_on_one_log_agree`] |
//!
//! Not a store's alone to answer from inside a test, and so a matter of its own tests: loss of the
//! process or of power, failing and full disks, cut lines after a commit was sent, backends that are
//! killed, restores, migrations, its pool and its locks. Not a store's at all: handlers and folds
//! that fail, panic or never end, parked events, upcasters, what a snapshot is worth, the rebuild of read models,
//! brokers, erasure.
//!
//! That every promise can be broken, and every case can fail, is itself a test of this repository: a
//! store with one fault after the other is held to the suite, and convicted by the case for it.

mod appends;
mod commands;
mod events;
mod given;
mod guards;
mod inline;
mod limits;
mod log;
mod queues;
mod reopened;
pub(crate) mod row_model;
mod row_queries;
mod rows;
mod snapshots;
mod suite;
mod tail;
mod timers;
mod visibility;

pub use appends::*;
pub use commands::*;
pub use events::*;
pub use guards::*;
pub use inline::*;
pub use limits::*;
pub use log::*;
pub use queues::*;
pub use reopened::*;
pub use row_queries::*;
pub use rows::*;
pub use snapshots::*;
pub use suite::{BrokenPromise, PROMISES, Suite, hold};
pub use tail::*;
pub use timers::*;
pub use visibility::*;

/// Makes a `#[tokio::test]` of every promise: `conformance_tests!(async || MyStore::new().await)`.
///
/// The argument is called for a fresh, empty store each time. The crate needs `tokio` with its
/// macros and its multi-threaded runtime.
#[macro_export]
macro_rules! conformance_tests {
    ($make:expr) => {
        $crate::__conformance!(tests $make);
    };
}

/// The one list of the promises.
#[doc(hidden)]
#[macro_export]
macro_rules! __conformance {
    ($mode:ident $argument:expr) => {
        $crate::__conformance! { @$mode $argument;
            a_refused_batch_changes_nothing,
            the_first_that_speaks_against_a_batch_is_told,
            what_is_refused_hides_nothing,
            a_batch_is_seen_whole_or_not_at_all,
            one_batch_writes_to_several_streams,
            versions_of_a_stream_have_no_gaps_or_repeats,
            an_append_is_kept_only_at_the_expected_version,
            an_append_is_kept_only_behind_the_expected_event,
            an_append_without_events_is_a_condition,
            of_racers_for_a_version_one_wins,
            streams_written_in_opposite_orders_go_on,
            commits_take_their_place_in_the_order_of_the_calls,
            a_commit_that_is_dropped_is_kept_all_the_same,
            futures_that_are_dropped_leave_nothing_behind,
            an_events_id_is_not_judged,
            an_event_is_read_as_it_was_written,
            what_a_program_writes_it_reads,
            data_is_kept_byte_for_byte,
            events_never_change,
            streams_are_told_apart_byte_by_byte,
            tenants_have_streams_of_their_own,
            times_are_kept_to_the_microsecond,
            times_of_recording_follow_the_log,
            what_is_too_large_is_refused,
            texts_that_nothing_is_kept_by_are_refused,
            reads_take_any_number,
            a_guard_sees_names_and_tags,
            a_guard_sees_only_what_came_after,
            of_racers_under_a_guard_one_wins,
            a_guard_holds_against_appends_without_one,
            a_command_has_its_effect_once,
            a_command_without_appends_has_its_effect_once,
            a_command_that_many_send_at_once_has_its_effect_once,
            a_command_id_names_one_command,
            a_refused_command_leaves_its_id_free,
            command_ids_are_a_tenants_own,
            pages_of_the_log_leave_nothing_out,
            pages_of_a_stream_leave_nothing_out,
            facts_of_a_stream_are_its_events,
            filters_take_names_and_tags,
            filters_may_be_long,
            positions_grow_and_are_as_acknowledged,
            whoever_waits_for_growth_is_woken,
            rows_and_checkpoint_move_together,
            a_checkpoint_moves_only_from_where_it_was_seen,
            of_racers_for_a_checkpoint_one_wins,
            rows_are_found_by_key,
            rows_come_in_the_order_of_keys,
            rows_come_in_the_order_of_an_index,
            rows_are_taken_by_ranges_of_an_index,
            rows_stand_in_all_ranges_asked_for,
            rows_are_counted,
            pages_of_rows_leave_nothing_out,
            pages_of_rows_go_on_while_rows_come_and_go,
            tables_are_apart,
            a_snapshot_is_kept_with_its_append,
            a_snapshot_stays_until_the_next_one,
            a_refused_batch_leaves_no_snapshot,
            a_snapshot_makes_no_batch_too_large,
            snapshots_are_of_one_stream,
            what_is_folded_within_commits_comes_with_them,
            messages_come_in_the_order_of_the_puts,
            a_message_is_there_until_it_is_acknowledged,
            a_message_is_put_once,
            a_message_waits_until_it_is_due,
            messages_that_many_put_at_once_are_all_there,
            timers_come_when_they_are_due,
            a_timer_is_replaced_and_cancelled,
            of_racers_for_a_timer_one_wins,
            no_reader_misses_an_event_of_hot_streams,
            no_reader_misses_an_event_of_many_streams,
        }
    };
    (@tests $make:expr; $($case:ident,)*) => {
        $(
            #[::tokio::test(flavor = "multi_thread", worker_threads = 4)]
            async fn $case() {
                let store = ($make)().await;
                $crate::conformance::hold(
                    ::core::stringify!($case),
                    $crate::conformance::$case(store),
                )
                .await;
            }
        )*
    };
    (@names $_:expr; $($case:ident,)*) => {
        &[$( ::core::stringify!($case), )*]
    };
    (@suite $suite:expr; $($case:ident,)*) => {
        $( $suite.run(::core::stringify!($case), $crate::conformance::$case).await; )*
    };
}
