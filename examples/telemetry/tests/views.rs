//! What the read models show of what happened, and what they are asked.

use cqrs_core::Timestamp;
use cqrs_core::prelude::*;
use cqrs_core::testing::ProjectionFixture;
use telemetry::domain::*;

fn sensor(name: &str) -> SensorId {
    SensorId::from(name)
}

fn time(text: &str) -> Timestamp {
    format!("2026-01-01T{text}Z").parse().unwrap()
}

fn reading(at: &str, speed: u32) -> Reading {
    Reading {
        at: time(at),
        speed: Speed(speed),
    }
}

fn measured(readings: &[(&str, u32)]) -> Measured {
    let readings = readings.iter().map(|&(at, speed)| reading(at, speed));
    Measured {
        readings: readings.collect(),
    }
}

fn commissioned() -> Commissioned {
    Commissioned {
        limit: Speed(100),
        patience: 1,
    }
}

fn minute(sensor: &str, from: &str, of: [u64; 2], range: [u32; 2], last: u32) -> SensorMinutes {
    let from = time(from);
    SensorMinutes {
        of: Some(SensorMinute::of(&sensor.into(), from)),
        from: Some(from),
        speeds: Speeds {
            count: of[0],
            sum: of[1],
            min: Speed(range[0]),
            max: Speed(range[1]),
        },
        worst: Speed(range[1]),
        last: Speed(last),
    }
}

#[test]
fn a_minute_has_a_row_for_each_sensor() {
    let key = |name, at| SensorMinute::of(&sensor(name), time(at));
    SensorMinutes::given(
        sensor("a"),
        (
            commissioned(),
            measured(&[("00:00:58", 5), ("00:00:59.9", 3), ("00:01:00", 9)]),
        ),
    )
    .and(sensor("b"), measured(&[("00:01:30", 1)]))
    .and(sensor("a"), measured(&[("00:01:59.999999", 2)]))
    .shows(
        &key("a", "00:00:00"),
        minute("a", "00:00:00", [2, 8], [3, 5], 3),
    )
    .shows(
        &key("a", "00:01:17"),
        minute("a", "00:01:00", [2, 11], [2, 9], 2),
    )
    .shows(
        &key("b", "00:01:00"),
        minute("b", "00:01:00", [1, 1], [1, 1], 1),
    )
    .and_nothing_else();
}

#[test]
fn a_mean_is_rounded_down() {
    let speeds = |count, sum| Speeds {
        count,
        sum,
        ..Speeds::default()
    };
    assert_eq!(speeds(3, 11).mean(), Some(Speed(3)));
    assert_eq!(speeds(0, 0).mean(), None);
}

#[test]
fn sensors_and_the_fleet_know_their_alarms() {
    let by = reading("00:00:03", 101);
    let faulted = Faulted {
        readings: vec![reading("00:00:04", 99_999)],
    };
    let happened = (
        commissioned(),
        measured(&[("00:00:02", 7), ("00:00:03", 101)]),
        AlarmRaised { by },
        faulted,
    );
    let row = Sensors {
        in_service: true,
        readings: 2,
        faults: 1,
        alarms: 1,
        alarm_since: Some(by.at),
        last: Some(time("00:00:04")),
    };
    Sensors::given(sensor("a"), happened.clone())
        .shows(&sensor("a"), row.clone())
        .and_nothing_else();
    Sensors::given(
        sensor("a"),
        (happened.clone(), Decommissioned { alarm: true }),
    )
    .shows(
        &sensor("a"),
        Sensors {
            in_service: false,
            alarm_since: None,
            ..row
        },
    );

    let fleet = Fleet {
        in_service: 2,
        speeds: Speeds {
            count: 2,
            sum: 108,
            min: Speed(7),
            max: Speed(101),
        },
        faults: 1,
        alarms: 1,
        alarms_now: 1,
    };
    let both = || Fleet::given(sensor("a"), happened.clone()).and(sensor("b"), commissioned());
    both().shows_value(fleet.clone());
    both()
        .and(sensor("a"), Decommissioned { alarm: true })
        .shows_value(Fleet {
            in_service: 1,
            alarms_now: 0,
            ..fleet
        });
}

/// The keys of a page of the minutes of a sensor.
async fn page(
    bus: &Bus<Memory>,
    name: &str,
    (since, until): (Timestamp, Timestamp),
    after: Option<cqrs_core::Cursor>,
) -> (Vec<String>, Option<cqrs_core::Cursor>) {
    let query = MinutesOf {
        sensor: sensor(name),
        since,
        until,
        page_size: 2,
        after,
    };
    let page = bus.query(query).await.unwrap();
    let keys = page.rows.iter().map(|row| row.key.to_string()).collect();
    (keys, page.next)
}

#[tokio::test]
async fn a_range_of_time_of_one_sensor_is_paged() -> Result<(), Box<dyn std::error::Error>> {
    let bus = Bus::open(Memory::new()).await?;
    for name in ["a", "a-", "a0", "b"] {
        let (limit, patience) = (Speed(100), 1);
        let sensor = sensor(name);
        bus.dispatch(Commission {
            sensor: sensor.clone(),
            limit,
            patience,
        })
        .await?;
        let times = ["00:00:10", "00:01:20", "00:02:30", "00:03:40"];
        let readings = times.map(|at| reading(at, 7)).to_vec();
        bus.dispatch(Report { sensor, readings }).await?;
    }
    bus.caught_up().await?;

    let span = (time("00:01:30"), time("00:03:00"));
    let (keys, next) = page(&bus, "a", span, None).await;
    let minutes = ["a/2026-01-01T00:01:00Z", "a/2026-01-01T00:02:00Z"];
    assert_eq!(keys, minutes);
    let (keys, next) = page(&bus, "a", span, next).await;
    assert_eq!(
        (&*keys, next),
        (&["a/2026-01-01T00:03:00Z".into()][..], None)
    );

    let ever = (Timestamp::MIN, Timestamp::MAX);
    let (first, next) = page(&bus, "a", ever, None).await;
    let (second, next) = page(&bus, "a", ever, next).await;
    assert_eq!((first.len(), second.len(), next), (2, 2, None));
    assert_eq!(page(&bus, "c", ever, None).await, (Vec::new(), None));
    Ok(())
}
