use super::file::File;
use super::golden::Golden;
use super::verify::{Program, against, completed};
use super::*;
use crate::log::{DecodeError, RecordedEvent, Stored, Timestamp};
use crate::schema::Shape;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroU8;
use std::panic::catch_unwind;

#[derive(Serialize, Deserialize)]
struct Deposited {
    amount: u64,
    note: Option<String>,
}

impl Event for Deposited {
    const NAME: &'static str = "account.deposited";
    const VERSION: u32 = 2;
    const STORED: Stored<Self> = Stored::of();
    const FORMER: &'static [&'static str] = &["account.paid_in"];
    const SHAPE: Shape = Shape::of(&["amount: u64", "note: Option<String>"]);

    fn read_older(event: &RecordedEvent) -> Result<Self, DecodeError> {
        match event.data().read::<u64>() {
            Ok(amount) => Ok(Self { amount, note: None }),
            Err(source) => Err(event.malformed("u64", source)),
        }
    }
}

const LOCK: &str = r#"# kept
aggregate account

event account.deposited 1
  0: u64
  = 7
event account.deposited 2
  note: Option<String>
  amount: u64
  = {"note":"text","amount":1}
event account.opened 1
"#;

/// What holding `Deposited` to the text comes to.
fn hold(text: &'static str) -> Result<(), String> {
    let events: &'static [Locked] = match count(text) {
        0 => &[],
        1 => Box::leak(Box::new(index::<1>(text))),
        2 => Box::leak(Box::new(index::<2>(text))),
        _ => Box::leak(Box::new(index::<3>(text))),
    };
    catch_unwind(|| Lock::of(text, events).hold::<Deposited>("Deposited"))
        .map_err(|panic| panic.downcast_ref::<String>().cloned().unwrap_or_default())
}

#[test]
fn a_shape_that_is_the_locked_one_or_new_holds() {
    assert_eq!(hold(LOCK), Ok(()));
    assert_eq!(hold(""), Ok(()));
    assert_eq!(hold("event account.deposited 1\n  other: u8\n"), Ok(()));
    assert_eq!(hold("event account.deposited2 2\n  other: u8\n"), Ok(()));
}

#[test]
fn a_shape_that_changed_is_told_by_its_field() {
    for (text, difference) in [
        (
            "event account.deposited 2\n  amount: u32\n  note: Option<String>\n",
            "`amount` is `u64`, and `u32` in events.lock",
        ),
        (
            "event account.deposited 2\n  amount: u32\n  note: Option<String>\nevent account.opened 1\n",
            "`amount` is `u64`, and `u32` in events.lock",
        ),
        (
            "event account.deposited 2\n  amount: u64\n",
            "`note: Option<String>` is not in events.lock",
        ),
        (
            "event account.deposited 2\r\n  amount: u64\r\n  note: Option<String>\r\n  by: Actor\r\n",
            "`by: Actor`, which is in events.lock, is gone",
        ),
        (
            "event account.deposited 2\n  amount: u64\n  note: Option<String>\n  #[serde(tag = \"t\")]\n",
            "`#[serde(tag = \"t\")]`, which is in events.lock, is gone",
        ),
    ] {
        let told = hold(text).unwrap_err();
        assert!(
            told.starts_with(&format!(
                "the stored shape of event `account.deposited` changed, and its version did not: {difference}. "
            )),
            "{told}"
        );
        assert!(told.contains("`version = 3`"), "{told}");
        assert!(
            told.contains("`#[upcast] impl Deposited { #[from(2)]"),
            "{told}"
        );
    }
    let renamed = hold("event account.paid_in 2\n  amount: u32\n").unwrap_err();
    assert!(renamed.contains("`account.paid_in` changed"), "{renamed}");
}

#[test]
fn a_version_is_not_taken_back() {
    assert_eq!(
        hold("event account.deposited 3\n").unwrap_err(),
        "events.lock has version 3 of event `account.deposited`, and this is version 2: \
         a version is never taken back, since what it wrote stays on record"
    );
}

#[test]
fn a_line_that_is_none_of_a_lock_is_told() {
    for (text, line) in [
        ("=======\n", 1),
        ("\n# x\nevent a b\n", 3),
        ("event a\n", 1),
    ] {
        let told = catch_unwind(|| index::<1>(text)).unwrap_err();
        let told = told.downcast_ref::<String>().cloned().unwrap_or_default();
        assert!(
            told.starts_with(&format!("events.lock, line {line}: ")),
            "{told}"
        );
    }
}

fn program() -> Program {
    Program {
        aggregates: BTreeSet::from(["account"]),
        events: vec![Golden::of::<Deposited>()],
    }
}

fn problems(text: &str) -> Vec<String> {
    let (file, program) = (File::read(text).unwrap(), program());
    against(&file, &program)
}

#[test]
fn a_new_lock_holds_the_program_and_is_kept_when_written_again() {
    let program = program();
    let file = completed(File::default(), &program);
    let text = file.to_string();
    assert!(text.ends_with(
        r#"
aggregate account

event account.deposited 2
  amount: u64
  note: Option<String>
  = {"amount":1,"note":"text"}
  = {"amount":1,"note":null}
"#
    ));
    assert_eq!(problems(&text), Vec::<String>::new());
    let with_old = format!("{text}\nevent account.paid_in 1\n  0: u64\n  = 7\n");
    assert_eq!(problems(&with_old), Vec::<String>::new());
    let again = completed(File::read(&with_old).unwrap(), &program);
    assert_eq!(again, File::read(&with_old).unwrap());
}

#[test]
fn what_does_not_hold_is_told() {
    let told = problems(
        "aggregate acount\nevent account.deposited 1\n  0: u64\n  = \"x\"\nevent account.opened 1\n  = null\n",
    );
    for (told, expected) in told.iter().zip([
        "no aggregate is called `acount` any more",
        "what version 1 of event `account.deposited` wrote is not read any more, `\"x\"`: ",
        "no event is called `account.opened` any more",
        "version 2 of event `account.deposited` (`cqrs_core::schema::lock::tests::Deposited`) is not in it: run `EVENTS_LOCK=write cargo test",
        "aggregate `account` is not in it: run",
    ]) {
        assert!(told.starts_with(expected), "{told}");
    }
    assert_eq!(told.len(), 5, "{told:#?}");

    let shape = "event account.deposited 2\n  amount: u64\n  note: Option<String>\n";
    for (text, expected) in [
        ("aggregate account\nevent account.deposited 2\n  amount: u32\n  = {\"amount\":1,\"note\":null}\n".to_owned(), "is `amount: u32` in it, and `amount: u64, note: Option<String>` in the program"),
        (format!("aggregate account\n{shape}"), "has no sample"),
        (format!("aggregate account\n{shape}  = {{\"amount\":1}}\n"), "would be written otherwise than its sample in it, `{\"amount\":1,\"note\":null}` and not `{\"amount\":1}`"),
    ] {
        let told = problems(&text);
        assert_eq!(told.len(), 1, "{told:#?}");
        assert!(told[0].contains(expected), "{told:#?}");
    }
}

/// What sorts of things events hold.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Assorted {
    id: uuid::Uuid,
    at: crate::log::Timestamp,
    count: NonZeroU8,
    by_name: BTreeMap<String, Vec<i128>>,
    pair: (char, f32),
    bytes: [u8; 3],
    tree: Tree,
    kind: Kind,
    any: serde_json::Value,
    #[serde(flatten)]
    more: More,
    tagged: Tagged,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct More {
    deep: bool,
    deeper: i8,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Tree(Vec<Tree>, Option<Box<Tree>>);

#[derive(Debug, PartialEq, Serialize, Deserialize)]
enum Kind {
    Plain,
    One(u8),
    Two(u8, u8),
    Named { of: String },
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
enum Tagged {
    Number(u8),
    Text(String),
}

impl Event for Assorted {
    const NAME: &'static str = "assorted";
    const VERSION: u32 = 1;
    const STORED: Stored<Self> = Stored::of();
    const SHAPE: Shape = Shape::of(&[]);
}

#[test]
fn samples_are_made_up_of_what_a_type_asks_for() {
    let samples = (Golden::of::<Assorted>().samples)();
    assert_eq!(samples.len(), 5, "{samples:#?}");
    for kind in [
        "\"Plain\"",
        "{\"One\":7}",
        "{\"Two\":[7,8]}",
        "{\"Named\":{\"of\":\"text2\"}}",
    ] {
        assert!(
            samples.iter().any(|sample| sample.contains(kind)),
            "{kind}: {samples:#?}"
        );
    }
}

/// Two of a kind: the one must be the later, the other the same.
#[derive(Serialize, Deserialize)]
#[serde(try_from = "[Timestamp; 2]", into = "[Timestamp; 2]")]
struct Time<const RISING: bool>([Timestamp; 2]);

impl<const RISING: bool> TryFrom<[Timestamp; 2]> for Time<RISING> {
    type Error = &'static str;

    fn try_from([from, to]: [Timestamp; 2]) -> Result<Self, Self::Error> {
        let fits = if RISING { from < to } else { from == to };
        fits.then_some(Self([from, to])).ok_or("no")
    }
}

impl<const RISING: bool> From<Time<RISING>> for [Timestamp; 2] {
    fn from(time: Time<RISING>) -> Self {
        time.0
    }
}

impl<const RISING: bool> Clone for Time<RISING> {
    fn clone(&self) -> Self {
        Self(self.0)
    }
}

impl<const RISING: bool> Event for Time<RISING> {
    const NAME: &'static str = "time";
    const VERSION: u32 = 1;
    const STORED: Stored<Self> = Stored::of();
    const SHAPE: Shape = Shape::of(&[]);
}

#[test]
fn what_a_sample_is_asked_for_again_is_later_unless_it_must_be_the_same() {
    let rising = (Golden::of::<Time<true>>().samples)();
    assert_eq!(
        rising,
        [r#"["2026-01-02T03:04:05Z","2026-01-03T03:04:05Z"]"#]
    );
    let same = (Golden::of::<Time<false>>().samples)();
    assert_eq!(same, [r#"["2026-01-02T03:04:05Z","2026-01-02T03:04:05Z"]"#]);
}

/// A type that accepts nothing that is made up.
#[derive(Serialize)]
struct Choosy;

impl<'de> Deserialize<'de> for Choosy {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        if text == "open sesame" {
            Ok(Self)
        } else {
            Err(serde::de::Error::custom("no"))
        }
    }
}

impl Event for Choosy {
    const NAME: &'static str = "choosy";
    const VERSION: u32 = 1;
    const STORED: Stored<Self> = Stored::of();
    const SHAPE: Shape = Shape::of(&[]);
}

#[test]
fn a_type_that_accepts_nothing_made_up_has_no_samples() {
    assert_eq!((Golden::of::<Choosy>().samples)(), Vec::<String>::new());
}
