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
//! Two promises ask for more than an empty store, and stand beside the suite:
//! [`what_was_acknowledged_is_there_again`] for a store that can be opened again, and
//! [`a_log_at_its_end_does_not_grow`] for one that can be brought near the end of its positions.
//! Whether an acknowledged commit survives the loss of the process or of power cannot be asked
//! from inside: a store's own tests kill it.

mod appends;
mod commands;
mod events;
mod given;
mod guards;
mod limits;
mod log;
mod queues;
mod reopened;
pub(crate) mod row_model;
mod row_queries;
mod rows;
mod suite;
mod tail;
mod timers;
mod visibility;

pub use appends::*;
pub use commands::*;
pub use events::*;
pub use guards::*;
pub use limits::*;
pub use log::*;
pub use queues::*;
pub use reopened::*;
pub use row_queries::*;
pub use rows::*;
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
