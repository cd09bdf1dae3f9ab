//! What cannot be done: a message that says what, and an exit code that is not zero.

use crate::{Farm, Run, telemetry};
use std::fs;

#[test]
fn arguments_that_make_no_sense() {
    for (arguments, told) in [
        ("", "Usage"),
        ("walk", "unrecognized subcommand 'walk'"),
        ("run --sensors 0", "--sensors"),
        ("run --clients 0", "--clients"),
        ("run --batch 0", "--batch"),
        ("run --batch 401", "401 is not in 1..=400"),
        ("run --seconds 0", "--seconds"),
        ("run --seconds 1 --readings 1", "cannot be used with"),
        ("run --readings many", "--readings"),
        ("input", "--readings"),
        ("history", "<SENSOR>"),
        ("history wt-0001 --since yesterday", "--since"),
        ("history wt-0001 --event rung", "sensor.alarm_raised"),
        ("minutes wt-0001 --page-size 0", "--page-size"),
    ] {
        Run::of(&mut telemetry(arguments)).assert_failed(2, told);
    }
}

#[test]
fn a_store_that_is_none_or_not_there() {
    let farm = Farm::new();
    for task in [
        "report",
        "alarms",
        "history wt-0001",
        "minutes wt-0001",
        "decommission wt-0001",
    ] {
        farm.run(task).assert_failed(1, "there is no ");
        assert!(!farm.store().exists(), "{task} made one");
    }
    fs::write(farm.store(), "not a store").unwrap();
    for task in [
        "run --readings 1",
        "report",
        "alarms",
        "history wt-0001",
        "minutes wt-0001",
    ] {
        farm.run(task).assert_failed(1, "is no SQLite database");
    }
    assert_eq!(fs::read(farm.store()).unwrap(), b"not a store");
    fs::remove_file(farm.store()).unwrap();
    fs::create_dir(farm.store()).unwrap();
    farm.run("run --readings 1")
        .assert_failed(1, "is a directory");
}

#[test]
fn a_sensor_that_nobody_knows() {
    let farm = Farm::new();
    farm.printed("run --sensors 2 --readings 5");
    for task in ["history", "minutes"] {
        farm.run(&format!("{task} wt-0003"))
            .assert_failed(1, "there is no sensor `wt-0003`");
    }
    let run = farm.run("decommission wt-0003");
    run.assert_failed(1, "there is no such sensor");
}

#[test]
fn a_ledger_that_cannot_be_written() {
    let farm = Farm::new();
    let ledger = farm.folder.path().display().to_string();
    let run = farm.run(&format!("run --readings 1 --ledger {ledger}"));
    run.assert_failed(1, &format!("{ledger} cannot be written"));
}
