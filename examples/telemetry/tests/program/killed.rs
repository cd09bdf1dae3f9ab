//! A run that is killed in the middle, or interrupted, and run again.

use crate::truth::{Readings, input, is_fault};
use crate::{Farm, Run};
use rusqlite::Connection;
use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

const INPUT: &str = "--sensors 20 --batch 3 --seed 9";

/// The readings of each sensor that are in the file, as `SQLite` tells them: in the order of its
/// events, of which one report's faults come last.
fn recorded(farm: &Farm) -> Readings {
    let file = Connection::open(farm.store()).unwrap();
    let mut log = file
        .prepare(
            "SELECT stream, at, speed FROM (
                 SELECT l.stream, l.version, r.key, r.value ->> 'at' AS at, r.value ->> 'speed' AS speed
                 FROM cqrs_log l, json_each(l.data, '$.readings') r
                 WHERE l.name IN ('sensor.measured', 'sensor.faulted')
             ) ORDER BY stream, version, key",
        )
        .unwrap();
    let rows = log.query_map((), |row| Ok((row.get(0)?, (row.get(1)?, row.get(2)?))));
    let mut readings = Readings::new();
    for row in rows.unwrap() {
        let (sensor, (at, speed)): (String, (String, u32)) = row.unwrap();
        let readings = readings.entry(sensor).or_default();
        readings.push((at, speed.into()));
    }
    for readings in readings.values_mut() {
        readings.sort_by_key(|(at, speed)| (tenths(at), is_fault(*speed))); // none is dropped
    }
    readings
}

/// The tenths of a second of a time of that hour: `..T00:01:02.3Z`.
fn tenths(at: &str) -> u32 {
    let clock = at
        .strip_prefix("2026-01-01T")
        .unwrap()
        .trim_end_matches('Z');
    let (clock, tenth) = clock.split_once('.').unwrap_or((clock, "0"));
    let seconds = clock
        .split(':')
        .fold(0, |sum, part| sum * 60 + part.parse::<u32>().unwrap());
    seconds * 10 + tenth.parse::<u32>().unwrap()
}

/// A report that was acknowledged: the first time, the last, how many readings.
type Acknowledged = (String, String, usize);

/// The reports that the program wrote down once they were acknowledged.
fn ledger(farm: &Farm) -> BTreeMap<String, Vec<Acknowledged>> {
    let text = fs::read_to_string(farm.path("ledger")).unwrap_or_default();
    let (whole, _) = text.rsplit_once('\n').unwrap_or_default(); // a line may have been cut
    let mut ledger = BTreeMap::<String, Vec<_>>::new();
    for line in whole.lines() {
        let [sensor, first, last, count] = line.split(' ').collect::<Vec<_>>()[..] else {
            panic!("{line}");
        };
        let report = (first.to_owned(), last.to_owned(), count.parse().unwrap());
        ledger.entry(sensor.to_owned()).or_default().push(report);
    }
    ledger
}

/// Asserts that each acknowledged reading is in the file once, and that nothing is in it but what
/// the sensors measured, each reading once and in its place. Gives how many are recorded, and how
/// many of them acknowledged.
#[track_caller]
fn assert_kept(farm: &Farm) -> (usize, usize) {
    let recorded = recorded(farm);
    let longest = recorded.values().map(Vec::len).max().unwrap();
    let truth = input(&format!("{INPUT} --readings {}", 20 * (longest + 3)));
    for (sensor, readings) in &recorded {
        assert_eq!(readings, &truth[sensor][..readings.len()], "{sensor}");
    }
    let mut acknowledged = 0;
    for (sensor, reports) in ledger(farm) {
        let mut end = 0; // of the report before
        for (first, last, count) in reports {
            let place = |at: &str| recorded[&sensor].iter().position(|read| read.0 == at);
            let begin = place(&first).unwrap_or_else(|| panic!("{sensor} {first} is lost"));
            assert!(begin >= end, "{sensor} {first} was acknowledged twice");
            end = begin + count;
            assert_eq!(place(&last), Some(end - 1), "{sensor} {last}");
            acknowledged += count;
        }
    }
    (recorded.values().map(Vec::len).sum(), acknowledged)
}

fn run(farm: &Farm) -> Command {
    let mut command = farm.command(&format!("run {INPUT} --clients 8"));
    command.arg("--ledger").arg(farm.path("ledger"));
    command
}

/// A run that has acknowledged something more.
fn begun(farm: &Farm) -> Child {
    let len = || fs::metadata(farm.path("ledger")).map_or(0, |file| file.len());
    let before = len();
    let mut child = run(farm)
        .args(["--seconds", "600"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    while len() < before + 2_000 {
        assert_eq!(child.try_wait().unwrap(), None, "it ended by itself");
        sleep(Duration::from_millis(2));
    }
    child
}

/// What the read models count: readings and faults, of the fleet, of the minutes.
fn shown(farm: &Farm) -> [usize; 2] {
    let report: serde_json::Value = serde_json::from_str(&farm.printed("report --json")).unwrap();
    let of_fleet = |what: &str| {
        let count = report["fleet"].pointer(what).unwrap().as_u64();
        usize::try_from(count.unwrap()).unwrap()
    };
    let file = Connection::open(farm.store()).unwrap();
    let sum = "SELECT sum(row ->> '$.speeds.count') FROM sensor_minutes_v1";
    let summed = |sql: &str| -> usize {
        let sum: u32 = file.query_row(sql, (), |row| row.get(0)).unwrap();
        usize::try_from(sum).unwrap()
    };
    let of_minutes = summed(sum);
    assert_eq!(of_minutes, of_fleet("/speeds/count"));
    let in_all = of_minutes + of_fleet("/faults");
    let of_sensors = "SELECT sum(row ->> 'readings') + sum(row ->> 'faults') FROM sensors_v1";
    [in_all, summed(of_sensors)]
}

#[test]
fn what_was_acknowledged_before_a_kill_is_there_once() {
    let farm = Farm::new();
    let mut before = 0;
    for kill in 0..6 {
        let mut child = begun(&farm);
        sleep(Duration::from_millis(kill * 7)); // somewhere else each time
        child.kill().unwrap(); // SIGKILL
        child.wait().unwrap();
        let (recorded, acknowledged) = assert_kept(&farm);
        assert!(acknowledged > before, "nothing was acknowledged");
        assert!(recorded >= acknowledged);
        before = acknowledged;
    }
    let (recorded, acknowledged) = assert_kept(&farm);
    Run::of(run(&farm).args(["--readings", "600"])).printed();
    assert_eq!(assert_kept(&farm), (recorded + 600, acknowledged + 600));
    assert_eq!(shown(&farm), [recorded + 600; 2]);
}

#[test]
fn an_interrupted_run_ends_with_all_that_it_acknowledged() {
    let farm = Farm::new();
    for _ in 0..2 {
        let mut child = begun(&farm);
        let mut live = BufReader::new(child.stdout.take().unwrap());
        let mut printed = String::new();
        live.read_line(&mut printed).unwrap();
        assert!(printed.contains("s  readings/s "), "{printed}");
        assert!(printed.contains("behind"), "{printed}");
        let id = child.id().to_string();
        let sent = Command::new("sh")
            .args(["-c", &format!("kill -INT {id}")])
            .status();
        assert!(sent.unwrap().success());
        live.read_to_string(&mut printed).unwrap();
        assert!(child.wait().unwrap().success(), "{printed}");
        assert!(printed.contains("read models: all shown"), "{printed}");
        let (recorded, acknowledged) = assert_kept(&farm);
        assert_eq!(recorded, acknowledged);
        assert_eq!(shown(&farm), [recorded; 2]);
    }
}
