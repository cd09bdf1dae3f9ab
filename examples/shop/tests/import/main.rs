//! The built program, run as its users run it: `shop import FILE`.

mod asking;
mod bad_input;
mod full;
mod killed;
mod output;
mod truth;

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::LazyLock;
use std::sync::atomic::{AtomicUsize, Ordering};

/// The log that comes with the shop.
const SAMPLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/data/cdnow_sample.txt");

/// `shop`, not yet run.
fn shop() -> Command {
    Command::new(env!("CARGO_BIN_EXE_shop"))
}

/// `shop import` with these arguments, into a store of its own, not yet run.
fn import<A: AsRef<OsStr>>(arguments: impl IntoIterator<Item = A>) -> Command {
    let mut command = shop();
    command.arg("import").args(arguments);
    command.arg("--store").arg(new_store());
    command
}

/// The path of a store that is not there, in a folder that later runs of the tests clear.
fn new_store() -> PathBuf {
    static ROOT: LazyLock<PathBuf> = LazyLock::new(|| {
        let root = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("shop-stores");
        clear(&root);
        root
    });
    static COUNT: AtomicUsize = AtomicUsize::new(0);
    let number = COUNT.fetch_add(1, Ordering::Relaxed);
    let folder = ROOT.join(format!("{}-{number}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    folder.join("shop.db")
}

/// Removes what runs left that have ended: another may still be at it.
fn clear(root: &Path) {
    for left in std::fs::read_dir(root).into_iter().flatten().flatten() {
        let name = left.file_name();
        let process = name.to_str().and_then(|name| name.split('-').next());
        let is_own = process == Some(&std::process::id().to_string());
        if is_own || process.is_none_or(|id| !Path::new("/proc").join(id).exists()) {
            std::fs::remove_dir_all(left.path()).ok();
        }
    }
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

    /// The last line of the output.
    fn last_line(&self) -> &str {
        self.out.lines().last().unwrap_or_default()
    }

    /// Asserts that the run failed, as a program that knows what it does.
    fn assert_failed(&self) {
        assert_eq!(self.code, Some(1), "stderr: {}", self.err);
        assert!(!self.err.contains("panicked"), "{}", self.err);
        assert!(
            !self.out.contains("\"orders\""),
            "totals of a failed import: {}",
            self.out
        );
    }

    /// Asserts that the run succeeded.
    fn assert_succeeded(&self) {
        assert_eq!(self.code, Some(0), "stderr: {}", self.err);
    }

    /// Asserts that standard error tells `what`.
    fn assert_tells(&self, what: &str) {
        assert!(
            self.err.contains(what),
            "expected {what:?} in: {}",
            self.err
        );
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

/// A log in a folder of its own, gone when dropped.
struct Scratch {
    folder: tempfile::TempDir,
}

impl Scratch {
    fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
        }
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("log.txt")
    }

    fn with(content: impl AsRef<[u8]>) -> Self {
        let scratch = Self::new();
        std::fs::write(scratch.path(), content).unwrap();
        scratch
    }
}
