//! A crate with an `events.lock`, as its user has it: each change of an event, and what the compiler and the lock's
//! own test say to it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// That of the workspace, so that the dependencies which it has built are taken.
const PROFILE: &str = r#"
[profile.dev]
debug = "line-tables-only"

[profile.dev.package."*"]
debug = false

[profile.dev.build-override]
opt-level = 1
"#;

/// A package of its own, beside the workspace.
struct Package {
    folder: PathBuf,
}

/// How a run of cargo ended, and all that it said.
struct Ended {
    well: bool,
    said: String,
}

impl Package {
    fn new(name: &str) -> Self {
        let tmp = Path::new(env!("CARGO_TARGET_TMPDIR"));
        let folder = tmp.join(name);
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(folder.join("src")).unwrap();
        let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let workspace = workspace.canonicalize().unwrap();
        let manifest = format!(
            "[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n\
             [dependencies]\ncqrs-core = {{ path = \"{}\" }}\nserde = \"1\"\n\n[workspace]\n{PROFILE}",
            workspace.join("cqrs-core").display()
        );
        fs::write(folder.join("Cargo.toml"), manifest).unwrap();
        fs::copy(workspace.join("Cargo.lock"), folder.join("Cargo.lock")).unwrap();
        Self { folder }
    }

    fn lock(&self) -> PathBuf {
        self.folder.join("events.lock")
    }

    fn write(&self, lib: &str) {
        fs::write(self.folder.join("src/lib.rs"), lib).unwrap();
    }

    fn cargo(&self, mode: &str, args: &[&str]) -> Ended {
        let output = Command::new(env!("CARGO"))
            .args(args)
            .args(["--offline", "--color=never"])
            .current_dir(&self.folder)
            .env("EVENTS_LOCK", mode)
            .env("CARGO_TARGET_DIR", self.folder.join("../.."))
            .env_remove("RUSTFLAGS")
            .output()
            .unwrap();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Ended {
            well: output.status.success(),
            said: text(&output.stdout) + &text(&output.stderr),
        }
    }

    #[track_caller]
    fn holds(&self) {
        let ended = self.cargo("", &["test", "events_lock"]);
        assert!(ended.well, "{}", ended.said);
        assert!(
            ended.said.contains("test events_lock::holds ... ok"),
            "{}",
            ended.said
        );
    }

    #[track_caller]
    fn is_written(&self) {
        let ended = self.cargo("write", &["test", "events_lock"]);
        assert!(ended.well, "{}", ended.said);
    }

    /// It does not compile, and that is said once.
    #[track_caller]
    fn does_not_compile(&self, said: &[&str]) {
        self.fails(&["check"], said);
    }

    /// The lock's test fails, and says that.
    #[track_caller]
    fn does_not_hold(&self, said: &[&str]) {
        self.fails(&["test", "events_lock"], said);
    }

    #[track_caller]
    fn fails(&self, args: &[&str], said: &[&str]) {
        let ended = self.cargo("", args);
        assert!(!ended.well, "it should fail: {args:?}");
        for said in said {
            assert!(
                ended.said.contains(said),
                "{said}\n\nis not in\n\n{}",
                ended.said
            );
        }
    }
}

/// The domain, with those events.
fn domain(events: &str) -> String {
    format!(
        "use cqrs_core::prelude::*;

cqrs_core::events_lock!(); // `EVENTS_LOCK=write cargo test events_lock` writes it

#[derive(Aggregate, Default)]
#[aggregate(\"account\", id = String)]
pub struct Account;

#[apply]
impl Account {{
    fn deposited(&mut self, _: &Deposited) {{}}
}}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Money {{
    pub cents: u64,
}}

pub mod events {{
    use super::*;

{events}
}}
pub use events::*;
"
    )
}

const FIRST: &str = r#"    #[events("account")]
    pub enum AccountEvent {
        Deposited { amount: u64, #[serde(default)] by: Option<String> },
        #[event(record = Account)]
        Noted(Money),
    }
"#;

const SECOND: &str = r#"    #[events("account")]
    pub enum AccountEvent {
        #[event(version = 2)]
        Deposited { amount: Money },
        #[event(record = Account)]
        Noted(Money),
    }
"#;

const UPCAST: &str = r"
    #[derive(Deserialize)]
    struct Bare {
        amount: u64,
    }

    #[upcast]
    impl Deposited {
        #[from(1)]
        fn in_cents(old: Bare) -> Self {
            let cents = old.amount * 100;
            Self { amount: Money { cents } }
        }
    }
";

const LOCK_OF_FIRST: &str = r#"
aggregate account

event account.deposited 1
  amount: u64
  by: Option<String> #[serde(default)]
  = {"amount":1,"by":"text"}
  = {"amount":1,"by":null}

event account.noted 1
  0: Money
  = {"cents":1}
"#;

const LOCK_OF_SECOND: &str = r#"
aggregate account

event account.deposited 1
  amount: u64
  by: Option<String> #[serde(default)]
  = {"amount":1,"by":"text"}
  = {"amount":1,"by":null}

event account.deposited 2
  amount: Money
  = {"amount":{"cents":1}}

event account.noted 1
  0: Money
  = {"cents":1}
"#;

/// The aggregate under another name; the names of its events stay, and it says so.
fn of_another_aggregate(domain: &str) -> String {
    let renamed = domain.replace("aggregate(\"account\"", "aggregate(\"konto\"");
    renamed.replace(
        "events(\"account\"",
        "events(\"account\", aggregate = \"konto\"",
    )
}

#[test]
#[allow(clippy::too_many_lines, reason = "it is one story")]
fn a_lock_is_kept_by_the_compiler_and_by_its_test() {
    let package = Package::new("locked-bank");

    // there is none yet
    package.write(&domain(FIRST));
    package.does_not_compile(&[
        "couldn't read",
        "events.lock",
        // the compiler shows the line, so what its comment says is read there
        "cqrs_core::events_lock!(); // `EVENTS_LOCK=write cargo test events_lock` writes it",
    ]);
    package.is_written();
    let lock = fs::read_to_string(package.lock()).unwrap();
    assert!(lock.ends_with(LOCK_OF_FIRST), "{lock}");
    package.holds();
    package.is_written();
    assert_eq!(
        fs::read_to_string(package.lock()).unwrap(),
        lock,
        "written again"
    );

    // a field changes, comes, goes
    let changed = FIRST.replace("amount: u64", "amount: u32");
    package.write(&domain(&changed));
    let guide = include_str!("../cqrs-core/src/guide/changing.md");
    let told = guide.lines().find(|line| line.starts_with("error[E0080]"));
    package.does_not_compile(&[
        told.unwrap(),
        "        Deposited { amount: u32",
        "        ^^^^^^^^^",
        "could not compile `locked-bank` (lib) due to 1 previous error",
    ]);
    let ended = package.cargo("write", &["test", "events_lock"]);
    assert!(
        !ended.well && ended.said.contains("a changed shape has a new `version`"),
        "{}",
        ended.said
    );
    assert_eq!(
        fs::read_to_string(package.lock()).unwrap(),
        lock,
        "a refused change is not written"
    );
    let both = FIRST
        .replace("by: Option<String>", "to: String")
        .replace("Noted(Money)", "Noted(Money, u8)");
    package.write(&domain(&both));
    package.does_not_compile(&[
        "`by: Option<String> #[serde(default)]`, which is in events.lock, is gone",
        "`1: u8` is not in events.lock",
        "due to 2 previous errors",
    ]);

    // a new version needs an upcaster, and a place in the lock
    package.write(&domain(SECOND));
    package.does_not_compile(&[
        "event `events::Deposited` cannot be read as its version 1 wrote it",
        "        #[event(version = 2)]",
        "                          ^",
        "due to 1 previous error",
    ]);
    package.write(&domain(&[SECOND, UPCAST].concat()));
    package.does_not_hold(&[
        "version 2 of event `account.deposited` (`locked_bank::events::Deposited`) is not in it: run `EVENTS_LOCK=write cargo test events_lock`, and commit the file",
    ]);
    package.is_written();
    let lock = fs::read_to_string(package.lock()).unwrap();
    assert!(lock.ends_with(LOCK_OF_SECOND), "{lock}");
    package.holds();

    // what is on record must stay readable: by the upcaster, within a type, under its name
    let careless = UPCAST
        .replace("        amount: u64,", "        amount: bool,")
        .replace("old.amount * 100", "u64::from(old.amount)");
    package.write(&domain(&[SECOND, &careless].concat()));
    package.does_not_hold(&[
        "what version 1 of event `account.deposited` wrote is not read any more, `{\"amount\":1,\"by\":\"text\"}`: ",
        "invalid type: integer `1`, expected a boolean",
        "; if this could never be on record, put real data in its place",
    ]);
    let good = domain(&[SECOND, UPCAST].concat());
    package.write(&good.replace(
        "    pub cents: u64,",
        "    #[serde(alias = \"cents\", rename = \"c\")]\n    pub cents: u64,",
    ));
    package.does_not_hold(&[
        "version 1 of event `account.noted` would be written otherwise than its sample in it, `{\"c\":1}` and not `{\"cents\":1}`",
    ]);
    let renamed = good.replace("Noted(", "Remarked(");
    package.write(&renamed);
    package.does_not_hold(&[
        "version 1 of event `account.remarked` (`locked_bank::events::Remarked`) is not in it",
        "no event is called `account.noted` any more, and streams hold it: if it has another name now, say so there, `was = \"account.noted\"`",
    ]);
    package.write(&renamed.replace(
        "record = Account",
        "record = Account, was = \"account.noted\"",
    ));
    package.is_written();
    package.holds();
    package.write(&of_another_aggregate(&good));
    package.does_not_hold(&[
        "no aggregate is called `account` any more, and its streams are on record",
    ]);
    package.write(&domain(FIRST));
    package.does_not_compile(&[
        "events.lock has version 2 of event `account.deposited`, and this is version 1",
    ]);

    // a conflict of a merge
    fs::write(package.lock(), format!("<<<<<<< ours\n{lock}")).unwrap();
    package.write(&good);
    package.does_not_compile(&["events.lock, line 1: `<<<<<<< ours` is no line of a lock"]);
}
