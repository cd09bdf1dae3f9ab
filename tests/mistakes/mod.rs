//! The table of mistakes, the messages of its cases, and the chapter of the guide that shows both.

mod chapter;
mod cross;

pub use chapter::chapter;
pub use cross::cross;

use std::fs;
use std::path::Path;

/// A row of the table.
pub struct Row<'a> {
    pub rule: &'a str,
    /// The macros, or what else is used wrongly.
    pub of: &'a str,
    /// The option, or where the mistake stands.
    pub place: &'a str,
    /// The file.
    pub case: &'a str,
    message: &'a str,
}

impl<'a> Row<'a> {
    /// What the compiler says: one message, or several between `&&`.
    pub fn messages(&self) -> impl Iterator<Item = &'a str> {
        self.message.split(" && ")
    }

    /// Whether that is one of them.
    pub fn says(&self, message: &str) -> bool {
        self.messages().any(|own| own == message)
    }
}

/// The table.
pub fn rows() -> Vec<Row<'static>> {
    let mut lines = include_str!("../rules.tsv").lines();
    let head = "rule\tmacro\toption or place\tcase file\tmessage";
    assert_eq!(lines.next(), Some(head));
    let rows = lines.map(|line| {
        let columns: Vec<&str> = line.split('\t').collect();
        let [rule, of, place, case, message] = columns[..] else {
            panic!("a row has five columns: {line:?}");
        };
        assert!(
            columns.iter().all(|column| !column.trim().is_empty()),
            "a column is empty: {line:?}"
        );
        Row {
            rule,
            of,
            place,
            case,
            message,
        }
    });
    rows.collect()
}

/// One error that the compiler reports.
pub struct Mistake {
    pub message: String,
    /// The lines of code that it shows first, without their numbers.
    pub code: Vec<String>,
    /// What it adds in words of ours.
    pub notes: Vec<String>,
}

/// The errors of a case, as they are on record.
pub fn mistakes_of(case: &str) -> Vec<Mistake> {
    let ui = Path::new(env!("CARGO_MANIFEST_DIR")).join("ui");
    let stderr = fs::read_to_string(ui.join(case).with_extension("stderr")).unwrap_or_default();
    let mut mistakes: Vec<Mistake> = Vec::new();
    let mut shows = false;
    for line in stderr.lines() {
        if line.starts_with("error") {
            let message = line.split_once(": ").map_or(line, |(_, message)| message);
            mistakes.push(Mistake {
                message: message.to_owned(),
                code: Vec::new(),
                notes: Vec::new(),
            });
            shows = true;
            continue;
        }
        let Some(mistake) = mistakes.last_mut() else {
            continue;
        };
        let text = line.trim_start();
        if let Some(note) = text.strip_prefix("= note: ") {
            if is_ours(note) {
                mistake.notes.push(note.to_owned());
            }
        } else if line.starts_with(|c: char| c.is_alphabetic())
            || text.starts_with("= ")
            || text.starts_with(":::")
        {
            shows = false; // where a bound stands, and what else implements it
        } else if shows && !text.starts_with("-->") && !text.is_empty() {
            let code = text.trim_start_matches(|c: char| c.is_ascii_digit() || c == ' ');
            if code.ends_with("macro expansion") {
                mistake.code.pop(); // the attribute, which is not where the mistake is
            } else if code != "|" && (code.starts_with('|') || code == "...") {
                mistake.code.push(code.to_owned());
            }
        }
    }
    mistakes
}

/// Whether it is a note of ours: the compiler adds others, of how it came to look there.
fn is_ours(note: &str) -> bool {
    let theirs = [
        "required for",
        "this error originates",
        "expected",
        "the following trait bounds",
        "for that trait",
        "`#[warn",
        "`#[deny",
    ];
    !theirs.iter().any(|begin| note.starts_with(begin)) && !note.contains("redundant requirement")
}
