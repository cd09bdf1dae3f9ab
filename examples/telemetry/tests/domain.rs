//! What a sensor decides, and the laws that it keeps to.

use cqrs_core::Timestamp;
use cqrs_core::testing::proptest::prelude::*;
use cqrs_core::testing::{Fixture, laws};
use telemetry::domain::*;

fn sensor() -> SensorId {
    SensorId::from("wt-0001")
}

/// A reading so many seconds after the start.
fn reading(second: i64, speed: u32) -> Reading {
    let at = Timestamp::from_second(1_767_225_600 + second).unwrap();
    let speed = Speed(speed);
    Reading { at, speed }
}

/// Readings of so many seconds, one after the other.
fn readings<const N: usize>(first: i64, speeds: [u32; N]) -> Vec<Reading> {
    let seconds = first..;
    let both = seconds.zip(speeds);
    both.map(|(second, speed)| reading(second, speed)).collect()
}

fn commissioned() -> Commissioned {
    Commissioned {
        limit: Speed(100),
        patience: 2,
    }
}

fn measured<const N: usize>(first: i64, speeds: [u32; N]) -> Measured {
    let readings = readings(first, speeds);
    Measured { readings }
}

fn report<const N: usize>(first: i64, speeds: [u32; N]) -> Report {
    Report {
        sensor: sensor(),
        readings: readings(first, speeds),
    }
}

fn raised(second: i64, speed: u32) -> AlarmRaised {
    AlarmRaised {
        by: reading(second, speed),
    }
}

fn cleared(second: i64, speed: u32) -> AlarmCleared {
    AlarmCleared {
        by: reading(second, speed),
    }
}

#[test]
fn a_sensor_is_commissioned_once() {
    let commission = |patience| Commission {
        sensor: sensor(),
        limit: Speed(100),
        patience,
    };
    Sensor::given_nothing()
        .when(commission(2))
        .then(commissioned())
        .and_nothing_else();
    Sensor::given_nothing()
        .when(commission(0))
        .rejects(SensorError::NoPatience);
    Sensor::given(commissioned())
        .when(commission(2))
        .rejects(SensorError::InService);
    Sensor::given((commissioned(), Decommissioned { alarm: false }))
        .when(commission(2))
        .rejects(SensorError::Retired);
    Sensor::given_nothing()
        .when(Commission {
            sensor: SensorId::from("a/b"),
            ..commission(2)
        })
        .rejects(SensorError::Name);
}

#[test]
fn an_alarm_takes_readings_in_a_row() {
    Sensor::given(commissioned())
        .when(report(0, [101, 100, 101, 7, 101]))
        .then(measured(0, [101, 100, 101, 7, 101]))
        .and_nothing_else();
    Sensor::given((commissioned(), measured(0, [7, 101]))) // the row goes on from report to report
        .when(report(2, [102, 103]))
        .then((measured(2, [102]), raised(2, 102), measured(3, [103])))
        .and_nothing_else();
    Sensor::given((commissioned(), measured(0, [101, 102]), raised(1, 102)))
        .when(report(2, [100, 101, 99, 98]))
        .then((measured(2, [100, 101, 99, 98]), cleared(5, 98)))
        .and_nothing_else();
}

#[test]
fn one_report_may_raise_and_clear() {
    Sensor::given(commissioned())
        .when(report(0, [101, 102, 100, 7, 8]))
        .then((measured(0, [101, 102]), raised(1, 102)))
        .then((measured(2, [100, 7]), cleared(3, 7), measured(4, [8])))
        .and_nothing_else();
}

#[test]
fn what_cannot_be_measured_is_noted_and_raises_nothing() {
    let most = Speed::MOST.0;
    Sensor::given(commissioned())
        .when(report(0, [101, most + 1, 102]))
        .then(Measured {
            readings: vec![reading(0, 101), reading(2, 102)],
        })
        .then(raised(2, 102))
        .then(Faulted {
            readings: readings(1, [most + 1]),
        })
        .and_nothing_else();
    let readings = readings(5, [most + 1]);
    Sensor::given((commissioned(), Faulted { readings })) // it counts for the order
        .when(report(5, [7]))
        .rejects(out_of_order(5, 5));
}

fn out_of_order(last: i64, at: i64) -> SensorError {
    SensorError::OutOfOrder {
        last: reading(last, 0).at,
        at: reading(at, 0).at,
    }
}

#[test]
fn readings_come_in_order() {
    let given = || Sensor::given((commissioned(), measured(0, [7, 8])));
    given().when(report(1, [8, 9])).rejects(out_of_order(1, 1));
    let mut swapped = report(2, [7, 8, 9]);
    swapped.readings.swap(1, 2);
    given().when(swapped).rejects(out_of_order(4, 3));
    given()
        .when(report(2, [7]))
        .then(measured(2, [7]))
        .and_nothing_else();
}

#[test]
fn a_report_has_some_readings_but_not_too_many() {
    let many = |count| {
        let readings =
            (0..count).map(|second| reading(second, 101 - 100 * u32::from(second % 4 < 2)));
        Report {
            sensor: sensor(),
            readings: readings.collect(),
        }
    };
    Sensor::given(commissioned())
        .when(many(0))
        .rejects(SensorError::NoReadings);
    Sensor::given(commissioned())
        .when(many(401))
        .rejects(SensorError::TooMany(401));
}

#[test]
fn only_a_sensor_in_service_reports() {
    Sensor::given_nothing()
        .when(report(0, [7]))
        .rejects(SensorError::Unknown);
    let alarm = (commissioned(), measured(0, [101, 102]), raised(1, 102));
    let decommission = || Decommission { sensor: sensor() };
    Sensor::given(alarm.clone())
        .when(decommission())
        .then(Decommissioned { alarm: true })
        .and_nothing_else();
    Sensor::given((alarm, Decommissioned { alarm: true }))
        .when(report(2, [7]))
        .rejects(SensorError::Retired);
    Sensor::given_nothing()
        .when(decommission())
        .rejects(SensorError::Unknown);
}

#[test]
fn a_sensor_obeys_the_laws() {
    let sensor = || prop_oneof!["a", "b"].prop_map(SensorId::from);
    let speed = prop_oneof![Just(0), Just(100), Just(101), Just(Speed::MOST.0 + 1)];
    let some = prop::collection::vec(speed, 1..12);
    let report = (sensor(), 0..600_i64, some).prop_map(|(sensor, first, speeds)| Report {
        sensor,
        readings: (first..)
            .step_by(7)
            .zip(speeds)
            .map(|(second, speed)| reading(second, speed))
            .collect(),
    });
    laws::<Sensor>()
        .command(
            (sensor(), 1..4_u32).prop_map(|(sensor, patience)| Commission {
                sensor,
                limit: Speed(100),
                patience,
            }),
        )
        .command(report)
        .command(sensor().prop_map(|sensor| Decommission { sensor }))
        .projection::<SensorMinutes>()
        .projection::<Sensors>()
        .projection::<Fleet>()
        .equal_states()
        .hold();
}
