//! Given, shows: what passes, and what a failure says.

mod failure;

use cqrs_core::prelude::*;
use cqrs_core::testing::{Fixture, ProjectionFixture};
use cqrs_tests::*;
use failure::{failure, failure_at};
use std::cell::Cell;
use std::collections::HashSet;

fn opened(owner: &str) -> Opened {
    Opened {
        owner: owner.into(),
    }
}

fn deposited(amount: u64) -> Deposited {
    Deposited { amount }
}

fn withdrawn(amount: u64) -> Withdrawn {
    Withdrawn { amount }
}

fn balance(owner: &str, amount: u64) -> Balance {
    Balance {
        owner: owner.into(),
        amount,
    }
}

fn time(text: &str) -> Timestamp {
    text.parse().unwrap()
}

#[test]
fn rows_are_as_expected() {
    Balance::given(account("a"), (opened("Ada"), deposited(50)))
        .and(account("b"), opened("Bob"))
        .and(account("a"), vec![AccountEvent::from(withdrawn(20))])
        .shows(&account("a"), balance("Ada", 30))
        .shows_nothing(&account("c"))
        .shows(&account("b"), balance("Bob", 0))
        .and_nothing_else();
    Balance::given(account("a"), opened("Ada"))
        .shows_nothing(&account("b"))
        .shows(&account("a"), balance("Ada", 0)); // the rest is no matter
}

#[test]
fn that_there_are_no_rows_is_expected_as_well() {
    let nothing: [Opened; 0] = [];
    Balance::given(account("a"), nothing).shows_no_rows();
    let text = failure(|| Balance::given(account("a"), opened("Ada")).shows_no_rows());
    assert!(text.contains("`a`"), "{text}");
}

#[test]
fn an_aggregate_is_given_beside_a_projection() {
    Account::given(opened("Ada"))
        .when(Deposit {
            account: account("a"),
            amount: 5,
        })
        .then(deposited(5));
    Balance::given(account("a"), deposited(5)).shows(&account("a"), balance("", 5));
}

#[tokio::test]
async fn so_it_is_within_a_runtime() {
    Balance::given(account("a"), deposited(5)).shows(&account("a"), balance("", 5));
}

#[test]
fn a_value_is_as_expected() {
    let at = time("1997-01-01T12:00:00Z");
    Holdings::given(account("a"), (opened("Ada"), deposited(5)))
        .at(at)
        .and(account("b"), opened("Bob"))
        .shows_value(Holdings {
            accounts: 2,
            total: 5,
            last: Some(at),
        });
    // what it does not fold leaves the default
    Weather::given(account("a"), opened("Ada")).shows_value(Weather::default());
}

/// A branch of the bank: another aggregate, with ids of another type.
#[derive(Aggregate, Debug, Default)]
#[aggregate("branch", id = u32)]
struct Branch;

#[events("branch")]
enum BranchEvent {
    Founded { town: String },
    Moved { town: String, to: String },
    Closed { town: String },
    Surveyed { height: f64 },
    Coded { code: Code },
    Rated { stars: Stars },
}

/// Its text is read only if it is one letter.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "String")]
struct Code(String);

impl TryFrom<String> for Code {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, &'static str> {
        if text.len() == 1 {
            Ok(Self(text))
        } else {
            Err("a code is one letter")
        }
    }
}

/// How many is written, but not read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Stars {
    #[serde(skip_deserializing)]
    many: u8,
}

#[apply]
impl Branch {
    fn founded(&mut self, _: &Founded) {
        panic!("a projection's test asks nothing of the aggregate");
    }

    fn moved(&mut self, _: &Moved) {}

    fn closed(&mut self, _: &Closed) {}

    fn surveyed(&mut self, _: &Surveyed) {}

    fn coded(&mut self, _: &Coded) {}

    fn rated(&mut self, _: &Rated) {}
}

/// What happened in a town: a row a town, from two aggregates.
#[derive(Projection, Debug, Default, PartialEq, Serialize, Deserialize)]
#[projection("towns", key = String)]
struct Town {
    story: Vec<String>,
    /// In no order.
    actors: HashSet<String>,
}

#[project]
impl Town {
    #[key(event.town)]
    fn founded(&mut self, event: &Founded, at: &Recorded) -> Result<(), String> {
        if event.town == "Atlantis" {
            return Err("it sank".to_owned());
        }
        self.tell(at);
        Ok(())
    }

    #[key(event.town, event.to)]
    fn moved(&mut self, event: &Moved, at: &Recorded) {
        assert_ne!(event.town, event.to, "it stays where it is");
        self.tell(at);
    }

    #[key(event.town)]
    fn closed(&mut self, event: &Closed) -> Change {
        let _ = event;
        Change::Delete
    }

    #[key(event.owner)]
    fn opened(&mut self, event: &Opened, at: &Recorded) {
        let _ = event;
        self.tell(at);
    }
}

impl Town {
    fn tell(&mut self, at: &Recorded) {
        let Recorded {
            name,
            stream,
            version,
            position,
            recorded_at,
            occurred_at,
            metadata,
            ..
        } = at;
        let actor = metadata.actor.as_deref().unwrap_or("nobody");
        self.actors.insert(actor.to_owned());
        self.story.push(format!(
            "{position} {name} of {stream} {version}, {recorded_at} for {occurred_at}, by {actor}"
        ));
    }
}

fn founded(town: &str) -> Founded {
    Founded { town: town.into() }
}

fn moved(town: &str, to: &str) -> Moved {
    Moved {
        town: town.into(),
        to: to.into(),
    }
}

fn closed(town: &str) -> Closed {
    Closed { town: town.into() }
}

#[test]
fn a_fold_sees_when_where_and_by_whom_it_happened() {
    let (monday, friday) = (time("1997-01-06T08:00:00Z"), time("1997-01-10T08:00:00Z"));
    let row = |actors: &[&str], story: &[&str]| Town {
        actors: actors.iter().map(ToString::to_string).collect(),
        story: story.iter().map(ToString::to_string).collect(),
    };
    let founded_in_york =
        "1 branch.founded of branch/7 1, 1997-01-10T08:00:00Z for 1997-01-06T08:00:00Z, by ada";
    let to_hull =
        "3 branch.moved of branch/7 2, 1997-01-06T08:00:00Z for 1997-01-06T08:00:00Z, by nobody";
    Town::given(7, founded("York"))
        .at(friday)
        .occurred_at(monday)
        .by("ada")
        .and(account("a"), opened("York"))
        .at(monday)
        .by("bob")
        .and(7, moved("York", "Hull"))
        .at(monday)
        .shows(&"Hull".into(), row(&["nobody"], &[to_hull]))
        .shows(
            &"York".into(),
            row(
                &["bob", "ada", "nobody"],
                &[
                    founded_in_york,
                    "2 account.opened of account/a 1, 1997-01-06T08:00:00Z for 1997-01-06T08:00:00Z, by bob",
                    to_hull,
                ],
            ),
        )
        .and_nothing_else();
}

#[test]
fn a_row_that_is_deleted_is_none_until_it_begins_again() {
    let twice = || Town::given(7, founded("York")).and(7, (closed("York"), closed("York")));
    twice().shows_nothing(&"York".into()).and_nothing_else();
    let text = failure(|| {
        twice()
            .and(8, founded("York"))
            .shows_nothing(&"York".into())
    });
    assert!(text.contains("branch.founded of branch/8 1"), "{text}");
    assert!(!text.contains("branch/7"), "{text}");
}

#[test]
fn a_wrong_field_is_marked_at_the_line_of_the_expectation() {
    let fixture = || {
        Balance::given(account("a"), (opened("Ada"), deposited(50)))
            .and(account("b"), opened("Bob"))
            .shows(&account("b"), balance("Bob", 0))
            .shows(&account("a"), balance("Ada", 30))
            .and_nothing_else();
    };
    let place = line!() - 3;
    let text = r#"`balances`: the row `a` is not what `.shows(..)` expects

    expected            got
    {                   {
  >   "amount": 30,       "amount": 50,
      "owner": "Ada"      "owner": "Ada"
    }                   }
"#;
    assert_eq!(failure_at(fixture), (place, text.to_owned()));

    let first = || Balance::given(account("a"), deposited(1)).shows(&account("a"), balance("", 2));
    let place = line!() - 1;
    assert_eq!(failure_at(first).0, place);
}

#[test]
fn a_row_that_is_missing_is_told_with_those_that_there_are() {
    let fixture = || {
        Balance::given(account("a"), opened("Ada"))
            .and(account("b"), opened("Bob"))
            .shows(&account("c"), balance("Cy", 0))
    };
    let place = line!() - 2;
    let text = r#"`balances`: the row `c`, which `.shows(..)` expects, is missing

    expected           got
  > {                  (no row)
      "amount": 0,
      "owner": "Cy"
    }

the rows that there are: `a`, `b`"#;
    assert_eq!(failure_at(fixture), (place, text.to_owned()));
    let none = failure(|| Balance::given(7, founded("York")).shows(&account("a"), balance("", 0)));
    assert!(none.ends_with("\nthere are no rows"), "{none}");
}

#[test]
fn a_row_where_none_is_expected_is_shown() {
    let fixture = || Balance::given(account("a"), opened("Ada")).shows_nothing(&account("a"));
    let place = line!() - 1;
    let text = r#"`balances`: there is a row `a`, where `.shows_nothing(..)` expects none

    {
      "amount": 0,
      "owner": "Ada"
    }
"#;
    assert_eq!(failure_at(fixture), (place, text.to_owned()));
}

#[test]
fn rows_too_many_are_shown() {
    let fixture = || {
        Balance::given(account("a"), opened("Ada"))
            .and(account("b"), opened("Bob"))
            .and(account("c"), opened("Cy"))
            .shows(&account("b"), balance("Bob", 0))
            .and_nothing_else();
    };
    let place = line!() - 2;
    let text = r#"`balances`: `.and_nothing_else()` expects no further row

    `a`
      {
        "amount": 0,
        "owner": "Ada"
      }
    `c`
      {
        "amount": 0,
        "owner": "Cy"
      }
"#;
    assert_eq!(failure_at(fixture), (place, text.to_owned()));
}

#[test]
fn a_value_that_is_another_is_shown() {
    let fixture = || {
        Holdings::given(account("a"), deposited(5))
            .at(time("1997-01-01T12:00:00Z"))
            .shows_value(Holdings {
                total: 5,
                ..Holdings::default()
            });
    };
    let place = line!() - 5;
    let text = r#"`holdings`: the value is not what `.shows_value(..)` expects

    expected            got
    {                   {
      "accounts": 0,      "accounts": 0,
  >   "last": null,       "last": "1997-01-01T12:00:00Z",
      "total": 5          "total": 5
    }                   }
"#;
    assert_eq!(failure_at(fixture), (place, text.to_owned()));
}

#[test]
fn an_event_that_cannot_be_folded_is_named_with_its_row_and_why() {
    let fixture = || {
        Balance::given(account("b"), deposited(1))
            .and(account("a"), (deposited(1), withdrawn(2)))
            .shows(&account("b"), balance("", 1))
    };
    let place = line!() - 2;
    let text = "`balances`: given event 3, `account.withdrawn`, cannot be folded into the row `a`: \
                its `#[project]` method panicked: attempt to subtract with overflow";
    assert_eq!(failure_at(fixture), (place, text.to_owned()));

    assert_eq!(
        failure(|| Town::given(7, founded("Atlantis")).shows_nothing(&String::new())),
        "`towns`: given event 1, `branch.founded`, cannot be folded into the row `Atlantis`: it sank"
    );
    let moved = || Town::given(7, (founded("York"), moved("York", "York")));
    let text = failure(|| moved().shows_nothing(&String::new()));
    assert!(
        text.starts_with(
            "`towns`: given event 2, `branch.moved`, cannot be folded into the row `York`: \
             its `#[project]` method panicked: assertion `left != right` failed: it stays where it is"
        ),
        "{text}"
    );
    assert_eq!(
        failure(|| Town::given(7, founded("")).shows_nothing(&String::new())),
        "`towns`: given event 1, `branch.founded`, cannot be folded into the row ``: \
         the id of `towns` is empty: give at least one character"
    );
}

#[test]
fn an_event_that_cannot_be_folded_into_a_value_is_named_with_why() {
    assert_eq!(
        failure(|| Holdings::given(account("a"), withdrawn(2)).shows_value(Holdings::default())),
        "`holdings`: given event 1, `account.withdrawn`, cannot be folded into the value: \
         its `#[project]` method panicked: attempt to subtract with overflow"
    );
}

/// What the sky does: whatever a value must not do.
#[derive(Projection, Debug, Default, PartialEq, Serialize, Deserialize)]
#[projection("weather")]
struct Weather {
    height: f64,
    codes: Vec<Code>,
    stars: Option<Stars>,
    /// Counted, but not kept.
    #[serde(skip)]
    changes: u32,
    /// What the count was.
    seen: u32,
    luck: u32,
}

thread_local!(static THROWS: Cell<u32> = const { Cell::new(0) });

#[project]
impl Weather {
    /// What it shows depends on how often it was called.
    fn closed(&mut self, _: &Closed) {
        THROWS.set(THROWS.get() + 1);
        self.luck = THROWS.get();
    }

    fn moved(&mut self, _: &Moved) {
        self.changes += 1;
        self.seen = self.changes;
    }

    fn surveyed(&mut self, event: &Surveyed) {
        self.height = event.height / 0.0;
    }

    fn coded(&mut self, event: &Coded) {
        self.codes.push(Code(event.code.0.repeat(2)));
    }

    fn rated(&mut self, event: &Rated) {
        let many = event.stars.many + 1;
        self.stars = Some(Stars { many });
    }
}

#[test]
fn a_fold_that_depends_on_something_else_is_found_out() {
    let fixture = || Weather::given(7, closed("York")).shows_value(Weather::default());
    let place = line!() - 1;
    let (line, text) = failure_at(fixture);
    assert_eq!(line, place);
    assert_eq!(
        text,
        r#"`weather`: folded a second time from the start, the value is another

    the first time      the second time
    {                   {
      "codes": [],        "codes": [],
      "height": 0.0,      "height": 0.0,
  >   "luck": 1,          "luck": 2,
      "seen": 0,          "seen": 0,
      "stars": null       "stars": null
    }                   }

a fold must depend on nothing but the row, the event and its `Recorded`"#
    );
}

#[test]
fn a_field_that_is_not_written_is_found_out_by_what_is_folded_on_it() {
    Weather::given(7, moved("York", "Hull")).shows_value(Weather {
        seen: 1,
        ..Weather::default()
    });
    let fixture = || {
        Weather::given(7, (moved("York", "Hull"), moved("Hull", "York")))
            .shows_value(Weather::default());
    };
    assert_eq!(
        failure(fixture),
        r#"`weather`: folded one event at a time, with the rows read back before each, the value is another

    all at once         one at a time
    {                   {
      "codes": [],        "codes": [],
      "height": 0.0,      "height": 0.0,
      "luck": 0,          "luck": 0,
  >   "seen": 2,          "seen": 1,
      "stars": null       "stars": null
    }                   }

what a row says must survive `Serialize` and `Deserialize`"#
    );
}

#[test]
fn what_json_does_not_show_is_shown_as_it_is() {
    let text = failure(|| {
        Weather::given(7, moved("York", "Hull")).shows_value(Weather {
            changes: 1,
            seen: 1,
            ..Weather::default()
        });
    });
    assert_eq!(
        text,
        r"`weather`: the value is not what `.shows_value(..)` expects

    expected            got
    Weather {           Weather {
        height: 0.0,        height: 0.0,
        codes: [],          codes: [],
        stars: None,        stars: None,
  >     changes: 1,         changes: 0,
        seen: 1,            seen: 1,
        luck: 0,            luck: 0,
    }                   }
"
    );
}

fn weather(event: impl Into<BranchEvent>) -> cqrs_core::testing::Happened<Weather> {
    Weather::given(7, event.into())
}

#[test]
fn a_row_that_does_not_come_back_from_a_store_is_shown() {
    let rated = || Rated {
        stars: Stars { many: 0 },
    };
    let fixture = || weather(rated()).shows_value(Weather::default());
    let place = line!() - 1;
    let text = r#"`weather`: the value does not come back from the store as it was

    encoded             decoded and encoded again
    {                   {
      "codes": [],        "codes": [],
      "height": 0.0,      "height": 0.0,
      "luck": 0,          "luck": 0,
      "seen": 0,          "seen": 0,
      "stars": {          "stars": {
  >     "many": 1           "many": 0
      }                   }
    }                   }

what a row says must survive `Serialize` and `Deserialize`; if the loss is meant, say `.without_round_trip()`"#;
    assert_eq!(failure_at(fixture), (place, text.to_owned()));
    weather(rated()).without_round_trip().shows_value(Weather {
        stars: Some(Stars { many: 0 }),
        ..Weather::default()
    });

    let text = failure(|| {
        let code = Code("a".into());
        weather(Coded { code }).shows_value(Weather::default());
    });
    assert!(
        text.starts_with(
            "`weather`: the value cannot be read again: a code is one letter at line 1 column "
        ),
        "{text}"
    );
    assert!(
        text.contains("\n      \"codes\": [\n        \"aa\"\n      ],\n"),
        "{text}"
    );
}

#[test]
fn a_row_that_cannot_be_written_is_told_with_its_event() {
    assert_eq!(
        failure(|| weather(Surveyed { height: 1.0 }).shows_value(Weather::default())),
        "`weather`: given event 1, `branch.surveyed`, cannot be folded into the value: \
         the row cannot be written: `weather` does not encode as JSON: `height`: inf is no number that JSON can hold"
    );
}

#[test]
fn an_event_that_does_not_come_back_from_the_log_is_told_by_its_number() {
    let many = |many| Rated {
        stars: Stars { many },
    };
    let rated = move || Weather::given(7, founded("York")).and(7, (many(0), many(3), many(4)));
    assert_eq!(
        failure(move || rated().shows_value(Weather::default())),
        r#"`weather`: given event 3, `branch.rated`, does not come back from the log as it was

    encoded          decoded and encoded again
    {                {
      "stars": {       "stars": {
  >     "many": 3        "many": 0
      }                }
    }                }

what an event says must survive `Serialize` and `Deserialize`; if the loss is meant, say `.without_round_trip()`"#
    );
    rated().without_round_trip().shows_value(Weather {
        stars: Some(Stars { many: 0 }),
        ..Weather::default()
    });
}

#[test]
fn an_event_that_cannot_be_read_is_not_folded() {
    let coded = || {
        let code = Code("ab".into());
        Weather::given(7, (founded("York"), Coded { code }))
    };
    let text = failure(|| coded().shows_value(Weather::default()));
    assert!(
        text.starts_with("`weather`: given event 2, `branch.coded`, does not come back from the log: a code is one letter"),
        "{text}"
    );
    let text = failure(|| coded().without_round_trip().shows_value(Weather::default()));
    assert!(
        text.starts_with(
            "`weather`: given event 2, `branch.coded`, cannot be folded into the value: \
             its data does not decode as "
        ),
        "{text}"
    );
    assert!(
        text.contains(": a code is one letter at line 1 column "),
        "{text}"
    );
}

#[test]
fn an_event_that_cannot_be_written_is_told_by_its_number() {
    let surveyed = || Weather::given(7, founded("York")).and(7, Surveyed { height: f64::NAN });
    let why = "`weather`: given event 2 cannot be written: `branch.surveyed` does not encode as JSON: \
               `height`: NaN is no number that JSON can hold";
    assert_eq!(failure(|| surveyed().shows_value(Weather::default())), why);
    assert_eq!(
        failure(|| surveyed()
            .without_round_trip()
            .shows_value(Weather::default())),
        why
    );
}

#[test]
fn an_id_that_names_nothing_is_told() {
    assert_eq!(
        failure(|| Balance::given(account("a"), opened("Ada"))
            .and(account(""), deposited(1))
            .shows_nothing(&account(""))),
        "`balances`: given event 2: the id of `account` is empty: give at least one character"
    );
}
