//! The built program, as its users run it.

use std::process::{Command, Output};
use tempfile::TempDir;

/// A folder in which the program runs.
struct Folder(TempDir);

impl Folder {
    fn new() -> Self {
        Self(TempDir::new().unwrap())
    }

    fn run<const N: usize>(&self, arguments: [&str; N]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_catalog"));
        let command = command.args(arguments).current_dir(&self.0);
        command.output().unwrap()
    }

    /// What a run that succeeds prints.
    #[track_caller]
    fn printed<const N: usize>(&self, arguments: [&str; N]) -> String {
        let run = self.run(arguments);
        assert!(run.status.success() && run.stderr.is_empty(), "{run:?}");
        String::from_utf8(run.stdout).unwrap()
    }

    /// What a run that fails says, and its code.
    #[track_caller]
    fn refused<const N: usize>(&self, arguments: [&str; N]) -> (Option<i32>, String) {
        let run = self.run(arguments);
        assert!(!run.status.success() && run.stdout.is_empty(), "{run:?}");
        (run.status.code(), String::from_utf8(run.stderr).unwrap())
    }
}

#[test]
fn products_are_added_repriced_found_and_listed() {
    let folder = Folder::new();
    assert_eq!(folder.printed(["list"]), "");
    assert_eq!(folder.printed(["add", "Kettle", "24.90"]), "");
    assert_eq!(folder.printed(["add", " Café cup ", "3"]), "");
    assert_eq!(
        folder.printed(["list"]),
        "Café cup         3.00\nKettle          24.90\n"
    );
    assert_eq!(folder.printed(["reprice", "Kettle", "19.05"]), "");
    assert_eq!(folder.printed(["find", "Kettle"]), "Kettle        19.05\n");
}

#[test]
fn a_catalogue_is_in_its_file() {
    let folder = Folder::new();
    folder.printed(["--file", "a.db", "add", "Kettle", "24.90"]);
    folder.printed(["add", "Cup", "3", "--file", "b.db"]);
    assert!(
        folder
            .printed(["list", "--file", "a.db"])
            .starts_with("Kettle")
    );
    assert!(
        folder
            .printed(["list", "--file", "b.db"])
            .starts_with("Cup")
    );
    assert_eq!(folder.printed(["list"]), "");
}

#[test]
fn what_is_refused_is_said_on_one_line() {
    let folder = Folder::new();
    folder.printed(["add", "Kettle", "24.90"]);
    let line = |text: &str| (Some(1), format!("catalog: {text}\n"));
    assert_eq!(
        folder.refused(["add", "Kettle", "1"]),
        line("there is a `Kettle` already: give it another price, or this one another name")
    );
    assert_eq!(
        folder.refused(["reprice", "Cup", "1"]),
        line("there is no `Cup`: add it first")
    );
    assert_eq!(folder.refused(["find", "Cup"]), line("there is no `Cup`"));
    let (code, text) = folder.refused(["list", "--file", "."]);
    assert_eq!(code, Some(1));
    assert!(
        text.starts_with("catalog: .: it cannot be opened as a catalogue: "),
        "{text}"
    );
}

#[test]
fn bad_input_never_reaches_the_catalogue() {
    let folder = Folder::new();
    for (arguments, why) in [
        (["add", "Kettle", "24.9"], "with both cents or none"),
        (["add", "Kettle", "1e9"], "with both cents or none"),
        (
            ["add", "Kettle", "42949672.96"],
            "a price is at most 42949672.95",
        ),
        (["add", "  ", "1"], "a name has at least one character"),
        (
            ["add", "a\u{1b}[31m", "1"],
            "a name holds no control characters",
        ),
    ] {
        let (code, text) = folder.refused(arguments);
        assert_eq!(code, Some(2), "{text}");
        assert!(text.contains(why), "{text}");
    }
    assert_eq!(folder.printed(["list"]), "");
}
