//! A bounded run, asked in every way, against a count of what the sensors measured.

use crate::Farm;
use crate::truth::{Read, Readings, input, minutes, sound, thousandths, turns};
use serde_json::json;
use std::cmp::Reverse;

const SENSORS: usize = 6;
const INPUT: &str = "--sensors 6 --batch 7 --seed 42";

fn ran(readings: u64) -> Farm {
    let farm = Farm::new();
    let printed = farm.printed(&format!("run {INPUT} --clients 4 --readings {readings}"));
    let acknowledged = format!("acknowledged: {readings} readings in ");
    assert!(printed.contains(&acknowledged), "{printed}");
    assert!(!printed.contains(['\u{1b}', '\r']), "{printed}"); // it is no terminal
    farm
}

fn len(readings: &[Read]) -> u64 {
    u64::try_from(readings.len()).unwrap()
}

/// What `report --json` must print of these readings.
fn report(readings: &Readings) -> serde_json::Value {
    let all: Vec<u64> = readings
        .values()
        .flat_map(|readings| sound(readings))
        .map(|read| read.1)
        .collect();
    let count: u64 = readings.values().map(|readings| len(readings)).sum();
    let raised = |readings: &Vec<Read>| turns(readings).iter().filter(|turn| turn.1).count();
    let mut most: Vec<_> = readings
        .iter()
        .map(|(sensor, readings)| (sensor, raised(readings)))
        .filter(|(_, alarms)| *alarms > 0)
        .collect();
    most.sort_by_key(|(_, alarms)| Reverse(*alarms)); // stable: among equals by sensor
    let mut worst: Vec<_> = readings
        .iter()
        .flat_map(|(sensor, readings)| {
            let minutes = minutes(readings).into_iter();
            minutes.map(move |(minute, speeds)| {
                let most = speeds.into_iter().max().unwrap();
                (format!("{sensor}/{minute}"), most)
            })
        })
        .collect();
    worst.sort_by_key(|(_, speed)| Reverse(*speed));
    let now = readings
        .values()
        .filter(|readings| turns(readings).len() % 2 == 1);
    json!({
        "fleet": {
            "in_service": SENSORS,
            "speeds": {
                "count": all.len(),
                "sum": all.iter().sum::<u64>(),
                "min": all.iter().min(),
                "max": all.iter().max(),
            },
            "faults": count - u64::try_from(all.len()).unwrap(),
            "alarms": readings.values().map(raised).sum::<usize>(),
            "alarms_now": now.count(),
        },
        "most_alarms": most,
        "worst": worst,
    })
}

/// What a run reports when each sensor goes on from where those before it ended.
fn after(runs: &[u64]) -> Readings {
    let all: u64 = runs.iter().sum();
    let ample = input(&format!("{INPUT} --readings {}", 2 * all));
    let mut readings = Readings::new();
    for run in runs {
        for (sensor, more) in input(&format!("{INPUT} --readings {run}")) {
            let so_far = readings.entry(sensor.clone()).or_default();
            let end = so_far.len() + more.len();
            *so_far = ample[&sensor][..end].to_vec();
        }
    }
    readings
}

#[test]
fn the_read_models_show_what_was_measured() {
    let (first, second) = (5_003, 8_001);
    let farm = ran(first);
    let shown = |farm: &Farm| {
        let printed = farm.printed("report --json --top 1000");
        serde_json::from_str::<serde_json::Value>(&printed).unwrap()
    };
    let readings = after(&[first]);
    let expected = report(&readings);
    assert_eq!(shown(&farm), expected);
    let fleet = &expected["fleet"];
    assert!(
        fleet["alarms"].as_u64() > Some(2) && fleet["faults"].as_u64() > Some(0),
        "{fleet}"
    );

    farm.printed(&format!("run {INPUT} --clients 2 --readings {second}"));
    let readings = after(&[first, second]);
    assert_eq!(shown(&farm), report(&readings));

    for (sensor, readings) in &readings {
        let table = |more: &str| {
            let printed = farm.printed(&format!("minutes {sensor} --page-size 2 {more}"));
            let lines = printed.lines().skip(1).map(|line| {
                let cells: Vec<&str> = line.split_whitespace().collect();
                let speeds = cells[2..].iter().map(|speed| thousandths(speed));
                let count: u64 = cells[1].parse().unwrap();
                (
                    cells[0].to_owned(),
                    [count].into_iter().chain(speeds).collect(),
                )
            });
            lines.collect::<Vec<(String, Vec<u64>)>>()
        };
        let all: Vec<_> = minutes(readings)
            .into_iter()
            .map(|(minute, speeds)| {
                let count = u64::try_from(speeds.len()).unwrap();
                let (min, max) = (speeds.iter().min(), speeds.iter().max());
                let (sum, last) = (speeds.iter().sum::<u64>(), *speeds.last().unwrap());
                (
                    minute,
                    vec![count, *min.unwrap(), sum / count, *max.unwrap(), last],
                )
            })
            .collect();
        assert!(all.len() > 3);
        assert_eq!(table(""), all);
        let some = "--since 2026-01-01T00:01:59Z --until 2026-01-01T00:02:00Z";
        assert_eq!(table(some), all[1..3]);
    }
}

/// When a report was sent whose readings, seven at a time, hold that one: at the last of them.
fn sent(readings: &[Read], at: &str) -> String {
    let mut reports = readings.chunks(7);
    let report = reports.find(|report| report.iter().any(|read| read.0 == at));
    report.unwrap().last().unwrap().0.clone()
}

#[test]
fn the_log_tells_of_the_alarms_of_all_sensors() {
    let farm = ran(6_000);
    let readings = input(&format!("{INPUT} --readings 6000"));
    let expected = |since: &str, until: &str| {
        let mut lines = Vec::new();
        for (sensor, readings) in &readings {
            for ((at, speed), raised) in turns(readings) {
                let sent = sent(readings, at);
                let name = if raised { "raised" } else { "cleared" };
                let speed = format!("{}.{:03}", speed / 1000, speed % 1000);
                if (since..=until).contains(&sent.trim_end_matches('Z')) {
                    lines.push(format!(
                        "{sensor} {sent} sensor.alarm_{name} at {at} with {speed} mm/s"
                    ));
                }
            }
        }
        lines.sort();
        lines
    };
    let told = |arguments: &str| {
        let printed = farm.printed(arguments);
        let lines = printed.lines();
        let words = |line: &str| line.split_whitespace().collect::<Vec<_>>().join(" ");
        let mut lines: Vec<String> = lines.map(words).collect();
        lines.sort();
        lines
    };
    let all = expected("0", "9");
    assert!(all.len() > 5, "{all:?}");
    assert_eq!(told("alarms"), all);
    let mut times: Vec<&str> = all
        .iter()
        .map(|line| &line[8..line.find('Z').unwrap()])
        .collect();
    times.sort_unstable();
    let [since, until] = [1, 2].map(|third| times[times.len() * third / 3]); // both belong to it
    let some = expected(since, until);
    assert!(some.len() > 1 && some.len() < all.len());
    let span = &format!("--since {since}Z --until {until}Z");
    assert_eq!(told(&format!("alarms {span}")), some);

    // the same, sensor by sensor
    let without_version = |line: &str| line.split_once(' ').unwrap().1.to_owned();
    let each = |more: &str| {
        let mut lines = Vec::new();
        for sensor in readings.keys() {
            for event in ["alarm_raised", "sensor.alarm_cleared"] {
                let told = told(&format!("history {sensor} --event {event} {more}"));
                lines.extend(
                    told.iter()
                        .map(|line| format!("{sensor} {}", without_version(line))),
                );
            }
        }
        lines.sort();
        lines
    };
    assert_eq!(each(""), all);
    assert_eq!(each(span), some);
}

#[test]
fn the_history_of_a_sensor_is_all_that_happened_to_it() {
    let farm = ran(3_000);
    let readings = input(&format!("{INPUT} --readings 3000"));
    for (sensor, readings) in &readings {
        let told = farm.printed(&format!("history {sensor}"));
        let lines: Vec<Vec<&str>> = told
            .lines()
            .map(|line| line.split_whitespace().collect())
            .collect();
        let versions: Vec<String> = (1..=lines.len())
            .map(|version| version.to_string())
            .collect();
        assert!(lines.iter().map(|line| line[0]).eq(&versions), "{told}");
        let count = |name: &str| {
            let those = lines.iter().filter(|line| line[2] == name);
            those
                .map(|line| line[3].parse::<usize>().unwrap())
                .sum::<usize>()
        };
        let sound = sound(readings).len();
        assert_eq!(count("sensor.measured"), sound);
        assert_eq!(count("sensor.faulted"), readings.len() - sound);
        let alarms = lines
            .iter()
            .filter(|line| line[2].starts_with("sensor.alarm_"));
        assert_eq!(alarms.count(), turns(readings).len());
        assert_eq!(lines[0][2], "sensor.commissioned");
    }
}

#[test]
fn a_sensor_out_of_service_reports_no_more() {
    let farm = ran(60);
    farm.printed("decommission wt-0003");
    farm.printed(&format!("run {INPUT} --readings 60"));
    farm.run("decommission wt-0003")
        .assert_failed(1, "out of service");
    let report: serde_json::Value = serde_json::from_str(&farm.printed("report --json")).unwrap();
    assert_eq!(report["fleet"]["in_service"], 5);
    let told = farm.printed("history wt-0003");
    assert!(told.ends_with("sensor.decommissioned\n"), "{told}");
}
