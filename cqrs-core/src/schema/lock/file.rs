//! The text of a lock, read and written.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

const HEAD: &str = "\
# The stored shape of each version of each event, and samples of it that must stay readable.
# `EVENTS_LOCK=write cargo test events_lock` adds what is new. Commit this file.
";

/// What a lock holds.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) struct File {
    /// The stored names of aggregates, which begin the names of streams.
    pub(super) aggregates: BTreeSet<String>,
    /// By stored name and version.
    pub(super) events: BTreeMap<(String, u32), Entry>,
}

/// A version of an event.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) struct Entry {
    /// The lines of its shape.
    pub(super) shape: Vec<String>,
    /// JSON.
    pub(super) samples: Vec<String>,
}

impl File {
    /// Reads a text; or tells the lines that are none of a lock.
    pub(super) fn read(text: &str) -> Result<Self, Vec<String>> {
        let mut file = Self::default();
        let mut bad = Vec::new();
        let mut current = None;
        for (number, line) in (1..).zip(text.lines()) {
            let inner = line.trim();
            if inner.is_empty() || line.starts_with('#') {
                continue;
            }
            if line.starts_with([' ', '\t']) {
                let entry = current.as_ref().and_then(|key| file.events.get_mut(key));
                match (entry, inner.strip_prefix('=')) {
                    (Some(entry), Some(sample)) => entry.samples.push(sample.trim().to_owned()),
                    (Some(entry), None) => entry.shape.push(inner.to_owned()),
                    (None, _) => bad.push(format!("line {number}: `{inner}` belongs to no event")),
                }
                continue;
            }
            current = None;
            if let Some(name) = line.strip_prefix("aggregate ") {
                file.aggregates.insert(name.trim().to_owned());
            } else if let Some(key) = event(line) {
                if file.events.insert(key.clone(), Entry::default()).is_some() {
                    bad.push(format!("line {number}: `{line}` is there twice"));
                }
                current = Some(key);
            } else {
                bad.push(format!("line {number}: `{line}` is no line of a lock"));
            }
        }
        if bad.is_empty() { Ok(file) } else { Err(bad) }
    }
}

fn event(line: &str) -> Option<(String, u32)> {
    let (name, version) = line.strip_prefix("event ")?.split_once(' ')?;
    let version = version.trim().parse().ok().filter(|&version| version > 0)?;
    Some((name.to_owned(), version))
}

impl fmt::Display for File {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(HEAD)?;
        if !self.aggregates.is_empty() {
            f.write_str("\n")?;
        }
        for name in &self.aggregates {
            writeln!(f, "aggregate {name}")?;
        }
        for ((name, version), Entry { shape, samples }) in &self.events {
            writeln!(f, "\nevent {name} {version}")?;
            for line in shape {
                writeln!(f, "  {line}")?;
            }
            for sample in samples {
                writeln!(f, "  = {sample}")?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = r#"
aggregate account

event account.deposited 1
  amount: u64
  = {"amount":1}
  = {"amount":2}

event account.opened 2
"#;

    #[test]
    fn a_lock_is_written_as_it_was_read() {
        let file = File::read(TEXT).unwrap();
        assert_eq!(file.aggregates.len(), 1);
        assert_eq!(file.events.len(), 2);
        let deposited = &file.events[&("account.deposited".to_owned(), 1)];
        assert_eq!(deposited.shape, ["amount: u64"]);
        assert_eq!(deposited.samples.len(), 2);
        assert_eq!(file.to_string(), format!("{HEAD}{TEXT}"));
        let crlf = file.to_string().replace('\n', "\r\n");
        assert_eq!(File::read(&crlf).unwrap(), file);
    }

    #[test]
    fn what_is_no_lock_is_told_by_its_lines() {
        let text = "<<<<<<< ours\nevent a 0\n  x: u8\nevent b 1\nevent b 1\n";
        assert_eq!(
            File::read(text).unwrap_err(),
            [
                "line 1: `<<<<<<< ours` is no line of a lock",
                "line 2: `event a 0` is no line of a lock",
                "line 3: `x: u8` belongs to no event",
                "line 5: `event b 1` is there twice",
            ]
        );
    }
}
