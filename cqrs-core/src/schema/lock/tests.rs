use super::file::File;
use super::golden::Golden;
use super::verify::{Program, against, completed, held, written};
use super::*;
use crate::log::{DecodeError, RecordedEvent, Stored, Timestamp};
use crate::schema::Shape;
use serde::{Deserialize, Deserializer, Serialize, de};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::num::NonZeroU8;
use std::panic::catch_unwind;
use std::process;

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

/// A folder of this run, which goes when this does.
struct Folder(std::path::PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let name = format!("cqrs-{name}-{}", process::id());
        let folder = std::env::temp_dir().join(name);
        fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }

    fn file(&self, name: &str) -> String {
        self.0.join(name).to_str().unwrap().to_owned()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[test]
fn a_lock_is_written_where_none_was_and_left_as_it_is_where_it_does_not_hold() {
    let folder = Folder::new("lock-written");
    let (path, program) = (folder.file("events.lock"), program());
    assert_eq!(written(&path, &program), Vec::<String>::new());
    let lock = fs::read_to_string(&path).unwrap();
    assert_eq!(lock, completed(File::default(), &program).to_string());
    assert_eq!(held(&path, &program), Vec::<String>::new());

    for (text, expected) in [
        (
            lock.replace("amount: u64", "amount: u32"),
            "version 2 of event `account.deposited` is `amount: u32, note",
        ),
        ("=======\n".to_owned(), "line 1: `=======`"),
    ] {
        fs::write(&path, &text).unwrap();
        for told in [written(&path, &program), held(&path, &program)] {
            assert_eq!(told.len(), 1, "{told:#?}");
            assert!(told[0].starts_with(expected), "{told:#?}");
        }
        assert_eq!(fs::read_to_string(&path).unwrap(), text);
    }
}

#[test]
fn a_lock_that_is_no_file_is_told() {
    let folder = Folder::new("lock-unread");
    let told = |of: Vec<String>| of.join("\n");
    let (none, program) = (folder.file("none/events.lock"), program());
    assert!(told(held(&none, &program)).starts_with("it cannot be read: "));
    assert!(told(written(&none, &program)).starts_with("it cannot be written: "));
    let itself = folder.file("");
    assert!(told(held(&itself, &program)).starts_with("it cannot be read: "));
    assert!(told(written(&itself, &program)).starts_with("it cannot be read: "));

    let failed = catch_unwind(|| verify(&none, module_path!())).unwrap_err();
    let failed = failed.downcast_ref::<String>().unwrap();
    let start = format!("{none} does not hold:\n- it cannot be ");
    assert!(failed.starts_with(&start), "{failed}");
}

/// What sorts of things events hold.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Assorted {
    id: uuid::Uuid,
    at: crate::log::Timestamp,
    count: NonZeroU8,
    by_name: BTreeMap<String, Vec<i128>>,
    pair: (char, f32),
    share: f64,
    bytes: [u8; 3],
    tree: Tree,
    kind: Kind,
    any: Value,
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
    for part in [
        r#""count":1,"by_name":{"text":[2]},"pair":["a",3.5],"share":4.5,"bytes":[5,6,7],"#,
        r#""any":"text2","deep":true,"deeper":8,"tagged":"text3"}"#,
    ] {
        assert!(samples[0].contains(part), "{part}: {samples:#?}");
    }
    for kind in [
        "\"Plain\"",
        "{\"One\":8}",
        "{\"Two\":[8,9]}",
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
    assert_eq!((Golden::of::<Ones>().samples)(), ["[1,1,1]"]);
}

/// Numbers each of which must be one.
#[derive(Serialize, Deserialize)]
#[serde(try_from = "[u8; 3]")]
struct Ones([u8; 3]);

impl TryFrom<[u8; 3]> for Ones {
    type Error = &'static str;

    fn try_from(numbers: [u8; 3]) -> Result<Self, Self::Error> {
        (numbers == [1; 3]).then_some(Self(numbers)).ok_or("no")
    }
}

impl Event for Ones {
    const NAME: &'static str = "ones";
    const VERSION: u32 = 1;
    const STORED: Stored<Self> = Stored::of();
    const SHAPE: Shape = Shape::of(&[]);
}

/// What takes whatever comes, and then not all of it.
#[derive(Serialize, Deserialize)]
struct Particular {
    #[serde(deserialize_with = "nothing")]
    nothing: Value,
    #[serde(deserialize_with = "list")]
    list: Value,
    inner: Inner,
    kind: NotPlain,
    deep: Deep<Deep<Deep<u8>>>,
    #[serde(flatten)]
    switch: Switch,
}

#[derive(Serialize, Deserialize)]
struct Inner {
    #[serde(deserialize_with = "list")]
    list: Value,
}

type Deep<T> = [[[[T; 1]; 1]; 1]; 1];

fn nothing<'de, D: Deserializer<'de>>(from: D) -> Result<Value, D::Error> {
    let value = Value::deserialize(from)?;
    let fits = value.is_null().then_some(value);
    fits.ok_or_else(|| de::Error::custom("something"))
}

fn list<'de, D: Deserializer<'de>>(from: D) -> Result<Value, D::Error> {
    let value = Value::deserialize(from)?;
    let fits = value.is_array().then_some(value);
    fits.ok_or_else(|| de::Error::custom("no list"))
}

/// The first of the variants is none that is accepted.
#[derive(Serialize, Deserialize)]
#[serde(try_from = "Kind")]
struct NotPlain(Kind);

impl TryFrom<Kind> for NotPlain {
    type Error = &'static str;

    fn try_from(kind: Kind) -> Result<Self, Self::Error> {
        (kind != Kind::Plain).then_some(Self(kind)).ok_or("no")
    }
}

/// One that calls what is on missing.
#[derive(Serialize)]
struct Switch {
    off: bool,
}

impl<'de> Deserialize<'de> for Switch {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        match BTreeMap::<String, bool>::deserialize(from)?.get("off") {
            Some(false) => Ok(Self { off: false }),
            _ => Err(de::Error::missing_field("off")),
        }
    }
}

impl Event for Particular {
    const NAME: &'static str = "particular";
    const VERSION: u32 = 1;
    const STORED: Stored<Self> = Stored::of();
    const SHAPE: Shape = Shape::of(&[]);
}

#[test]
fn a_sample_is_sought_until_each_part_is_accepted() {
    let samples = (Golden::of::<Particular>().samples)();
    let sample = |kind: &str, deep: u8| {
        [
            r#"{"nothing":null,"list":["text"],"inner":{"list":["text2"]},"kind":"#,
            kind,
            &format!(r#","deep":[[[[[[[[[[[[{deep}]]]]]]]]]]]],"off":false}}"#),
        ]
        .concat()
    };
    assert_eq!(
        samples,
        [
            sample(r#"{"One":1}"#, 2),
            sample(r#"{"Two":[1,2]}"#, 3),
            sample(r#"{"Named":{"of":"text3"}}"#, 1),
        ]
    );
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
