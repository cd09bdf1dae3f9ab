//! Faults that no test can bring about from inside: this program starts itself as a child, and
//! kills it, fills its disk, fails its system calls, traces them.
//!
//! `cargo test -p cqrs-sqlite --test faults [NAME..]` runs those whose name contains one of these, or with `--exact` is one
//! of them, and tells of it as other tests do.
//! `KILLS=20000` sets how often the child is killed.

mod blobs;
mod disk;
#[path = "../given/mod.rs"]
mod given;
mod kills;
mod ledger;
mod load;
mod making;
mod power;
mod processes;
mod tables;
mod tally;
mod traced;

use std::panic::catch_unwind;
use std::process::{Command, ExitCode, Stdio};
use std::time::Instant;

const FAULTS: &[(&str, fn())] = &[
    ("a_process_that_is_killed_loses_nothing", kills::run),
    (
        "tables_of_a_projection_stand_and_fall_with_its_checkpoint",
        tables::killed,
    ),
    ("a_store_whose_maker_is_killed_can_be_made", making::new),
    (
        "a_copy_whose_maker_is_killed_is_whole_or_not_there",
        making::copies,
    ),
    ("two_processes_write_one_file", processes::write_together),
    ("a_process_sees_what_another_one_writes", processes::follow),
    ("each_acknowledged_commit_was_flushed", traced::flushes),
    (
        "a_flush_that_fails_is_not_acknowledged",
        traced::failing_flushes,
    ),
    (
        "a_write_that_fails_is_not_acknowledged",
        traced::failing_writes,
    ),
    ("what_was_flushed_is_enough_after_power_failed", power::lost),
    (
        "a_log_that_is_torn_at_its_end_is_read_up_to_there",
        power::torn,
    ),
    (
        "a_disk_that_is_full_loses_nothing_and_the_store_goes_on",
        disk::full,
    ),
    (
        "a_disk_that_fills_while_a_projection_writes_tears_nothing_apart",
        blobs::full,
    ),
];

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let Some((child, rest)) = arguments.split_first()
        && let Some(role) = child.strip_prefix("child=")
    {
        as_child(role, rest);
        return ExitCode::SUCCESS;
    }
    if arguments.iter().any(|it| it == "--list") {
        for (name, _) in FAULTS {
            println!("{name}: test");
        }
        return ExitCode::SUCCESS;
    }
    let names: Vec<&String> = arguments.iter().filter(|it| !it.starts_with('-')).collect();
    let exact = arguments.iter().any(|it| it == "--exact");
    let is_named = |name: &str, by: &str| name == by || (!exact && name.contains(by));
    let chosen = |name: &str| names.is_empty() || names.iter().any(|by| is_named(name, by));
    let (mut passed, mut failed) = (0, 0);
    for (name, run) in FAULTS.iter().filter(|(name, _)| chosen(name)) {
        let begun = Instant::now();
        let outcome = if catch_unwind(run).is_ok() {
            passed += 1;
            "ok"
        } else {
            failed += 1;
            "FAILED"
        };
        println!("test {name} ... {outcome} ({:.1?})", begun.elapsed());
    }
    let outcome = if failed == 0 { "ok" } else { "FAILED" };
    println!("\ntest result: {outcome}. {passed} passed; {failed} failed");
    if failed == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

fn as_child(role: &str, arguments: &[String]) {
    match role {
        "load" => load::run(arguments),
        "fill" => disk::fill(arguments),
        "fill_tables" => blobs::fill(arguments),
        "make" => making::make(arguments),
        "copy" => making::copy(arguments),
        "append" => processes::append(arguments),
        "take" => tables::take(arguments),
        other => panic!("there is no child `{other}`"),
    }
}

/// This program as a child in that role.
fn child(role: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.arg(format!("child={role}")).args(arguments);
    command
}

/// This program as a child of `strace`.
fn traced(options: &[&str], role: &str, arguments: &[&str]) -> Command {
    let there = Command::new("strace")
        .arg("-V")
        .stdout(Stdio::null())
        .status();
    assert!(
        there.is_ok_and(|status| status.success()),
        "this test needs `strace`: apt-get install strace, or the like"
    );
    let mut command = Command::new("strace");
    command
        .args(["-f", "-qq"])
        .args(options)
        .arg(std::env::current_exe().unwrap())
        .arg(format!("child={role}"))
        .args(arguments);
    command
}
