//! The built program, run as its users run it.

mod counted;
mod killed;
mod refused;
mod truth;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// `telemetry` with these arguments, not yet run.
fn telemetry(arguments: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_telemetry"));
    command.args(arguments.split_whitespace());
    command
}

/// What a run of the program left behind.
struct Run {
    code: Option<i32>,
    out: String,
    err: String,
}

impl Run {
    fn of(command: &mut Command) -> Self {
        Self::from(command.output().unwrap())
    }

    /// Asserts that the run failed with that code, and tells `what`.
    #[track_caller]
    fn assert_failed(&self, code: i32, what: &str) {
        assert_eq!(self.code, Some(code), "{}{}", self.out, self.err);
        assert!(
            self.err.contains(what),
            "expected {what:?} in: {}",
            self.err
        );
        assert!(!self.err.contains("panicked"), "{}", self.err);
    }

    /// The output of a run that succeeded.
    #[track_caller]
    fn printed(self) -> String {
        assert_eq!(self.code, Some(0), "{}{}", self.out, self.err);
        self.out
    }
}

impl From<Output> for Run {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

/// A store in a folder of its own, gone when dropped.
struct Farm {
    folder: tempfile::TempDir,
}

impl Farm {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self { folder }
    }

    fn store(&self) -> PathBuf {
        self.path("telemetry.db")
    }

    fn path(&self, name: &str) -> PathBuf {
        Path::join(self.folder.path(), name)
    }

    /// `telemetry` with these arguments on this store, not yet run.
    fn command(&self, arguments: &str) -> Command {
        let mut command = telemetry(arguments);
        command.arg("--store").arg(self.store());
        command
    }

    fn run(&self, arguments: &str) -> Run {
        Run::of(&mut self.command(arguments))
    }

    #[track_caller]
    fn printed(&self, arguments: &str) -> String {
        self.run(arguments).printed()
    }
}
