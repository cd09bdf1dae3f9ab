//! Given, when, then: what passes, and what a failure says.

mod failure;

use cqrs_core::__private::{Provide, Resources};
use cqrs_core::prelude::*;
use cqrs_core::testing::Fixture;
use cqrs_tests::*;
use failure::{failure, failure_at};
use std::collections::{HashMap, HashSet};
use std::time::Duration;

fn opened() -> Opened {
    Opened {
        owner: "Ada".into(),
    }
}

fn deposited(amount: u64) -> Deposited {
    Deposited { amount }
}

fn withdrawn(amount: u64) -> Withdrawn {
    Withdrawn { amount }
}

fn deposit(amount: u64) -> Deposit {
    Deposit {
        account: account("a"),
        amount,
    }
}

fn withdraw(amount: u64) -> Withdraw {
    Withdraw {
        account: account("a"),
        amount,
    }
}

fn deposit_with_fee() -> DepositWithFee {
    DepositWithFee {
        account: account("a"),
        amount: 50,
        fee: 1,
    }
}

#[test]
fn what_is_decided_is_as_expected() {
    Account::given((opened(), deposited(50)))
        .when(withdraw(20))
        .then(withdrawn(20))
        .and_nothing_else()
        .state(|account| {
            assert_eq!(
                format!("{account:?}"),
                "Account { open: true, balance: 30 }"
            );
        });
    Account::given_nothing()
        .when(withdraw(20))
        .rejects(AccountError::Insufficient);
    Account::given(opened())
        .when(Empty {
            account: account("a"),
        })
        .then_nothing();
}

#[test]
fn events_are_expected_in_every_shape_in_which_they_are_returned() {
    let decided = || Account::given([opened()]).when(deposit_with_fee());
    decided()
        .then((deposited(50), withdrawn(1)))
        .and_nothing_else();
    decided()
        .then(deposited(50))
        .then(withdrawn(1))
        .and_nothing_else();
    decided()
        .then(vec![
            AccountEvent::Deposited(deposited(50)),
            AccountEvent::Withdrawn(withdrawn(1)),
        ])
        .and_nothing_else();
    decided()
        .then([deposited(50)])
        .then(Some(withdrawn(1)))
        .and_nothing_else();
    decided().then(deposited(50)); // the rest is no matter
}

#[test]
fn a_refusal_can_be_looked_at() {
    let error = Account::given_nothing().when(withdraw(1)).rejection();
    assert_eq!(error.to_string(), "the balance does not cover the amount");
}

#[test]
fn the_same_data_under_another_name_is_another_event() {
    let fixture = || {
        Account::given((opened(), deposited(50)))
            .when(withdraw(20))
            .then(deposited(20))
            .and_nothing_else()
    };
    let text = r#"`account` on `account.withdraw`: event 1 is not what `.then(..)` expects

    expected                got
  > 1. account.deposited    1. account.withdrawn
       {                       {
         "amount": 20            "amount": 20
       }                       }
"#;
    assert_eq!(failure(fixture), text);
}

#[test]
fn a_wrong_field_is_marked_at_the_line_of_the_expectation() {
    let fixture = || {
        Account::given((opened(), deposited(50)))
            .when(withdraw(20))
            .then(withdrawn(30))
            .and_nothing_else()
    };
    let place = line!() - 3;
    let text = r#"`account` on `account.withdraw`: event 1 is not what `.then(..)` expects

    expected                got
    1. account.withdrawn    1. account.withdrawn
       {                       {
  >      "amount": 30            "amount": 20
       }                       }
"#;
    assert_eq!(failure_at(fixture), (place, text.to_owned()));
}

#[test]
fn events_out_of_order_are_told_by_their_names() {
    let text = failure(|| {
        Account::given(opened())
            .when(deposit_with_fee())
            .then((withdrawn(1), deposited(50)))
    });
    assert_eq!(
        text,
        r#"`account` on `account.deposit_with_fee`: event 1 is not what `.then(..)` expects

    expected                got
  > 1. account.withdrawn    1. account.deposited
       {                       {
         "amount": 1             "amount": 50
       }                       }
    2. account.deposited    2. account.withdrawn
"#
    );
}

#[test]
fn only_the_first_event_that_differs_is_shown_in_full() {
    let text = failure(|| {
        Account::given(opened()).when(deposit_with_fee()).then((
            deposited(50),
            withdrawn(2),
            withdrawn(3),
        ))
    });
    assert_eq!(
        text,
        r#"`account` on `account.deposit_with_fee`: event 2 is not what `.then(..)` expects

    expected                got
    1. account.deposited    1. account.deposited
    2. account.withdrawn    2. account.withdrawn
       {                       {
  >      "amount": 2             "amount": 1
       }                       }
    3. account.withdrawn    (no event)
"#
    );
}

#[test]
fn an_event_that_is_missing_is_shown() {
    let text = failure(|| {
        Account::given(opened())
            .when(deposit_with_fee())
            .then(deposited(50))
            .then((withdrawn(1), withdrawn(2)))
    });
    assert_eq!(
        text,
        r#"`account` on `account.deposit_with_fee`: event 3, which `.then(..)` expects, is missing

    expected                got
    2. account.withdrawn    2. account.withdrawn
  > 3. account.withdrawn    (no event)
       {
         "amount": 2
       }
"#
    );
}

#[test]
fn an_event_too_many_is_shown() {
    let fixture = || {
        Account::given(opened())
            .when(deposit_with_fee())
            .then(deposited(50))
            .and_nothing_else()
    };
    let place = line!() - 2;
    let text = r#"`account` on `account.deposit_with_fee`: `.and_nothing_else()` expects no further event

    2. account.withdrawn
       {
         "amount": 1
       }
"#;
    assert_eq!(failure_at(fixture), (place, text.to_owned()));
}

#[test]
fn an_event_where_none_is_expected_is_shown() {
    let text = failure(|| {
        Account::given((opened(), deposited(50)))
            .when(withdraw(20))
            .then_nothing()
    });
    assert_eq!(
        text,
        r#"`account` on `account.withdraw`: `.then_nothing()` expects no event

    1. account.withdrawn
       {
         "amount": 20
       }
"#
    );
}

#[test]
fn a_refusal_where_events_are_expected_is_shown() {
    let fixture = || {
        Account::given(opened())
            .when(withdraw(20))
            .then(withdrawn(20))
    };
    let place = line!() - 2;
    let text = "\
`account` on `account.withdraw`: it was rejected, but `.then(..)` expects events

    Insufficient
";
    assert_eq!(failure_at(fixture), (place, text.to_owned()));

    assert_eq!(
        failure(|| Account::given(opened()).when(withdraw(20)).then_nothing()),
        "\
`account` on `account.withdraw`: it was rejected, but `.then_nothing()` expects that it is taken

    Insufficient
"
    );
}

#[test]
fn a_refusal_for_another_reason_is_shown() {
    let fixture = || {
        Account::given_nothing()
            .when(deposit(1))
            .rejects(AccountError::Insufficient);
    };
    let place = line!() - 2;
    let text = "\
`account` on `account.deposit`: it was rejected, but not with what `.rejects(..)` expects

    expected        got
  > Insufficient    NotOpen
";
    assert_eq!(failure_at(fixture), (place, text.to_owned()));
}

#[test]
fn events_where_a_refusal_is_expected_are_shown() {
    let text = failure(|| {
        Account::given(opened())
            .when(deposit(1))
            .rejects(AccountError::NotOpen);
    });
    assert_eq!(
        text,
        r#"`account` on `account.deposit`: it was not rejected, but `.rejects(..)` expects that

    expected    got
  > NotOpen     1. account.deposited
                   {
                     "amount": 1
                   }
"#
    );

    let fixture = || Account::given(opened()).when(deposit(1)).rejection();
    let place = line!() - 1;
    let text = r#"`account` on `account.deposit`: it was not rejected, but `.rejection()` expects that

    1. account.deposited
       {
         "amount": 1
       }
"#;
    assert_eq!(failure_at(fixture), (place, text.to_owned()));
}

#[test]
fn a_handler_that_panics_fails_the_fixture() {
    let fixture = || {
        Account::given((opened(), deposited(7))).when(Explode {
            account: account("a"),
        })
    };
    let place = line!() - 4;
    let text = "`account` on `account.explode`: the handler panicked: boom at balance 7";
    assert_eq!(failure_at(fixture), (place, text.to_owned()));
}

#[test]
fn an_apply_method_that_panics_fails_the_fixture() {
    assert_eq!(
        failure(|| Account::given((opened(), withdrawn(1))).when(deposit(1))),
        "`account` on `account.deposit`: panic while given event 2 was written and applied: \
         attempt to subtract with overflow"
    );
    let text = failure(|| {
        Account::given((opened(), deposited(u64::MAX)))
            .when(deposit(1))
            .then(deposited(1))
    });
    assert_eq!(
        text,
        "`account` on `account.deposit`: panic while event 1 was written and applied: \
         attempt to add with overflow"
    );
}

/// A gauge, whose handlers ask for all there is, and whose events get lost in every way there is.
#[derive(Aggregate, Debug, Default)]
#[aggregate("gauge", id = String)]
struct Gauge {
    readings: Vec<Reading>,
}

#[derive(Debug, Clone, Default, PartialEq)]
struct Reading {
    value: f64,
    unit: String,
}

#[commands("gauge", gauge: String)]
enum GaugeCommand {
    Read { value: f64 },
    Calibrate { from: u8, to: u8 },
    Stamp,
    Describe,
    ReadSensor,
    Chart,
    Label { notes: usize },
}

/// Written, but not the unit.
#[derive(Event, Debug, Clone, Serialize, Deserialize)]
#[event("gauge.read")]
struct Measured {
    value: f64,
    #[serde(skip)]
    unit: String,
}

/// What it was before is written, but not read. It has neither `Debug` nor `PartialEq`.
#[derive(Event, Clone, Serialize, Deserialize)]
#[event("gauge.calibrated", version = 2)]
struct Calibrated {
    #[serde(skip_deserializing)]
    from: u8,
    to: u8,
}

#[upcast]
impl Calibrated {
    #[from(1)]
    fn from_v1(old: Self) -> Self {
        old
    }
}

#[derive(Event, Clone, Serialize, Deserialize)]
#[event("gauge.stamped")]
struct Stamped {
    by: Option<String>,
    at: Timestamp,
}

/// The points have no order.
#[derive(Event, Clone, Serialize, Deserialize)]
#[event("gauge.charted")]
struct Charted {
    points: HashMap<String, u8>,
}

/// Nor have these.
#[derive(Event, Clone, Serialize, Deserialize)]
#[event("gauge.tagged")]
struct Tagged {
    words: HashSet<String>,
}

/// JSON has no such keys.
#[derive(Event, Clone, Serialize, Deserialize)]
#[event("gauge.labelled")]
struct Labelled {
    notes: HashMap<(u8, u8), String>,
}

struct Sensor(f64);

/// What the gauge's handlers need.
struct Workshop {
    sensor: Sensor,
}

impl Resources for Workshop {}

impl Provide<Sensor> for Workshop {
    fn provide(&self) -> &Sensor {
        &self.sensor
    }
}

fn points() -> HashMap<String, u8> {
    (0..20).map(|point| (point.to_string(), point)).collect()
}

#[handle]
impl Gauge {
    fn read(&self, command: &Read) -> Measured {
        Measured {
            value: command.value,
            unit: "kPa".into(),
        }
    }

    fn calibrate(&self, command: &Calibrate) -> Calibrated {
        Calibrated {
            from: command.from,
            to: command.to,
        }
    }

    fn stamp(&self, _: &Stamp, context: &Context) -> Stamped {
        Stamped {
            by: context.actor().map(str::to_owned),
            at: context.now(),
        }
    }

    /// Refuses, saying what it is.
    fn describe(&self, _: &Describe) -> Result<Measured, Vec<Reading>> {
        Err(self.readings.clone())
    }

    async fn read_sensor(&self, _: &ReadSensor, sensor: &Sensor) -> Measured {
        tokio::time::sleep(Duration::from_millis(1)).await;
        Measured {
            value: sensor.0,
            unit: String::new(),
        }
    }

    fn chart(&self, _: &Chart) -> Charted {
        Charted { points: points() }
    }

    fn label(&self, command: &Label) -> Labelled {
        let notes = (0..command.notes).map(|_| ((0, 0), String::new()));
        Labelled {
            notes: notes.collect(),
        }
    }
}

#[apply]
impl Gauge {
    fn measured(&mut self, event: &Measured) {
        let Measured { value, unit } = event.clone();
        self.readings.push(Reading { value, unit });
    }

    fn calibrated(&mut self, _: &Calibrated) {}

    fn stamped(&mut self, _: &Stamped) {}

    fn charted(&mut self, _: &Charted) {}

    fn tagged(&mut self, _: &Tagged) {}

    fn labelled(&mut self, _: &Labelled) {}
}

fn measured(value: f64) -> Measured {
    Measured {
        value,
        unit: "kPa".into(),
    }
}

fn gauge() -> String {
    "g".into()
}

fn read(value: f64) -> Read {
    Read {
        gauge: gauge(),
        value,
    }
}

fn calibrate(from: u8) -> Calibrate {
    Calibrate {
        gauge: gauge(),
        from,
        to: 9,
    }
}

fn read_sensor() -> ReadSensor {
    ReadSensor { gauge: gauge() }
}

const WORKSHOP: Workshop = Workshop {
    sensor: Sensor(1.5),
};

#[test]
fn a_handler_sees_the_time_and_the_actor_that_are_given() {
    let at = "1997-01-01T12:00:00Z".parse().unwrap();
    Gauge::given_nothing()
        .at(at)
        .by("ada")
        .when(Stamp { gauge: gauge() })
        .then(Stamped {
            by: Some("ada".into()),
            at,
        })
        .and_nothing_else();
    let text = failure(|| {
        Gauge::given_nothing()
            .at(at)
            .when(Stamp { gauge: gauge() })
            .then(Stamped {
                by: Some("ada".into()),
                at,
            })
    });
    assert_eq!(
        text,
        r#"`gauge` on `gauge.stamp`: event 1 is not what `.then(..)` expects

    expected                              got
    1. gauge.stamped                      1. gauge.stamped
       {                                     {
         "at": "1997-01-01T12:00:00Z",         "at": "1997-01-01T12:00:00Z",
  >      "by": "ada"                           "by": null
       }                                     }
"#
    );
}

#[derive(Command, Serialize, Deserialize)]
#[command("gauge.trace")]
struct Trace {
    #[id]
    gauge: String,
}

#[handle]
impl Gauge {
    fn trace(&self, _: &Trace, context: &Context) -> Stamped {
        let (id, correlation) = (context.command_id(), context.correlation_id());
        let cause = context.causation_id().map(|cause| cause.to_string());
        Stamped {
            by: Some(format!("{id} {correlation} {}", cause.unwrap_or_default())),
            at: context.occurred_at(),
        }
    }
}

#[test]
fn a_handler_sees_what_the_caller_says_of_the_command() {
    let trace = || Trace { gauge: gauge() };
    let (id, other) = (CommandId::derived(["a"]), CommandId::derived(["b"]));
    let at = "1997-01-01T12:00:00Z".parse().unwrap();
    let stamped = |by: String| Stamped { by: Some(by), at };
    Gauge::given_nothing()
        .at(at)
        .id(id)
        .when(trace())
        .then(stamped(format!("{id} {id} ")))
        .and_nothing_else();
    Gauge::given_nothing()
        .id(id)
        .occurred_at(at)
        .correlation(other)
        .caused_by(other)
        .when(trace())
        .then(stamped(format!("{id} {other} {other}")))
        .and_nothing_else();
}

#[test]
fn an_async_handler_is_waited_for_and_takes_its_resources() {
    Gauge::given_nothing()
        .with(WORKSHOP)
        .when(read_sensor())
        .then(measured(1.5))
        .and_nothing_else();
}

#[tokio::test]
async fn an_async_handler_is_waited_for_within_a_runtime_too() {
    Gauge::given_nothing()
        .with(WORKSHOP)
        .when(read_sensor())
        .then(measured(1.5));
}

#[test]
fn a_number_that_json_has_no_word_for_cannot_be_written() {
    let text = "`gauge.read`, cannot be written: `gauge.read` does not encode as JSON: `value`: NaN is no number that JSON can hold";

    let fixture = || Gauge::given_nothing().when(read(f64::NAN));
    let place = line!() - 1;
    let decided = format!("`gauge` on `gauge.read`: event 1, {text}");
    assert_eq!(failure_at(fixture), (place, decided));

    let given = failure(|| Gauge::given((measured(1.0), measured(f64::NAN))).when(read(1.0)));
    assert_eq!(
        given,
        format!("`gauge` on `gauge.read`: given event 2, {text}")
    );
}

#[test]
fn a_number_comes_back_to_its_last_digit() {
    let value = 907.303_832_202_868_9; // a parser that is not exact makes it ..688
    Gauge::given_nothing()
        .when(read(value))
        .then(measured(value))
        .and_nothing_else();
}

#[test]
fn a_field_that_is_written_but_not_read_does_not_come_back() {
    assert_eq!(
        failure(|| Gauge::given_nothing().when(calibrate(3))),
        r#"`gauge` on `gauge.calibrate`: event 1, `gauge.calibrated`, does not come back from the log as it was

    encoded         decoded and encoded again
    {               {
  >   "from": 3,      "from": 0,
      "to": 9         "to": 9
    }               }

what an event says must survive `Serialize` and `Deserialize`; if the loss is meant, say `.without_round_trip()`"#
    );
    Gauge::given_nothing()
        .without_round_trip()
        .when(calibrate(3))
        .then(Calibrated { from: 3, to: 9 });
}

#[test]
fn a_field_that_is_not_written_shows_in_the_state_and_in_what_is_decided_on_it() {
    let read_back = Reading {
        value: 1.0,
        unit: String::new(),
    };
    let as_it_was = Reading {
        value: 1.0,
        unit: "kPa".into(),
    };
    Gauge::given_nothing()
        .when(read(1.0))
        .then(measured(1.0))
        .state(|gauge| assert_eq!(gauge.readings, std::slice::from_ref(&read_back)));
    Gauge::given(measured(1.0))
        .when(Describe { gauge: gauge() })
        .rejects(vec![read_back]);
    Gauge::given(measured(1.0))
        .without_round_trip()
        .when(Describe { gauge: gauge() })
        .rejects(vec![as_it_was]);
}

#[test]
fn errors_are_shown_a_line_a_field() {
    let text = failure(|| {
        Gauge::given(measured(1.0))
            .when(Describe { gauge: gauge() })
            .rejects(vec![Reading {
                value: 2.0,
                unit: String::new(),
            }]);
    });
    assert_eq!(
        text,
        r#"`gauge` on `gauge.describe`: it was rejected, but not with what `.rejects(..)` expects

    expected               got
    [                      [
        Reading {              Reading {
  >         value: 2.0,            value: 1.0,
            unit: "",              unit: "",
        },                     },
    ]                      ]
"#
    );
}

#[test]
fn a_version_other_than_the_first_is_part_of_what_is_shown() {
    let text = failure(|| {
        Gauge::given_nothing()
            .when(calibrate(0))
            .then(Calibrated { from: 0, to: 8 })
    });
    assert_eq!(
        text,
        r#"`gauge` on `gauge.calibrate`: event 1 is not what `.then(..)` expects

    expected                           got
    1. gauge.calibrated (version 2)    1. gauge.calibrated (version 2)
       {                                  {
         "from": 0,                         "from": 0,
  >      "to": 8                            "to": 9
       }                                  }
"#
    );
}

#[test]
fn the_order_of_keys_does_not_count() {
    Gauge::given(Charted { points: points() })
        .when(Chart { gauge: gauge() })
        .then(Charted { points: points() })
        .and_nothing_else();
}

#[test]
fn a_set_that_comes_back_in_another_order_comes_back_as_it_was() {
    let words = (0..20).map(|word| word.to_string()).collect();
    Gauge::given(Tagged { words })
        .when(read(1.0))
        .then(measured(1.0));
}

#[test]
fn an_event_that_cannot_be_written_fails_the_fixture() {
    let why = "cannot be written: `gauge.labelled` does not encode as JSON: key must be a string";
    let label = || Label {
        gauge: gauge(),
        notes: 1,
    };
    let labelled = || {
        Gauge {
            readings: Vec::new(),
        }
        .label(&label())
    };
    assert_eq!(
        failure(|| Gauge::given_nothing().when(label())),
        format!("`gauge` on `gauge.label`: event 1, `gauge.labelled`, {why}")
    );
    let given = || {
        Gauge::given(labelled())
            .without_round_trip()
            .when(read(1.0))
    };
    assert_eq!(
        failure(given),
        format!("`gauge` on `gauge.read`: given event 1 {why}")
    );
    let expected = || Gauge::given_nothing().when(read(1.0)).then(labelled());
    assert_eq!(
        failure(expected),
        format!("`gauge` on `gauge.read`: expected event 1 {why}")
    );
}
