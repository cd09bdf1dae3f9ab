//! What the test of a lock does: holds it against the program, or writes it.

use super::file::{Entry, File};
use super::golden::{Golden, Goldens};
use crate::log::unordered;
use crate::registry::{self, Kind};
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use std::io::ErrorKind;
use std::iter;

/// Holds the lock at `path` against the events and aggregates of the crate that `module` belongs to; with
/// `EVENTS_LOCK=write` in the environment, adds to it first what is new.
///
/// # Panics
/// When it does not hold: with all that is wrong, and what to do about each.
pub fn verify(path: &str, module: &str) {
    let module = module.split("::").next().unwrap_or(module);
    let program = Program::of(module);
    let problems = match std::env::var("EVENTS_LOCK").as_deref() {
        Err(_) | Ok("") => held(path, &program),
        Ok("write") => written(path, &program),
        Ok(other) => vec![format!(
            "EVENTS_LOCK is `{other}`: it is `write`, or nothing"
        )],
    };
    assert!(
        problems.is_empty(),
        "{path} does not hold:\n- {}\n",
        problems.join("\n- ")
    );
}

/// What the lock is held against.
pub(super) struct Program {
    pub(super) aggregates: BTreeSet<&'static str>,
    pub(super) events: Vec<Golden>,
}

impl Program {
    /// That of the crate: tests of other crates are not compiled with it, but their aggregates are.
    fn of(module: &str) -> Self {
        let own = |path: &str| path.split("::").next() == Some(module);
        let registered = registry::registered()
            .unwrap_or_else(|twice| panic!("the names of the program are not unique: {twice}"));
        let mut events: Vec<Golden> = inventory::iter::<Goldens>()
            .filter_map(|goldens| goldens.0)
            .flatten()
            .copied()
            .collect();
        events.sort_by_key(|golden| golden.event);
        Self {
            aggregates: registered
                .into_iter()
                .filter(|it| it.kind() == Kind::Aggregate && own(it.type_name()))
                .map(registry::Registration::name)
                .collect(),
            events,
        }
    }

    fn bearing(&self, name: &str) -> Option<&Golden> {
        let bears = |golden: &&Golden| golden.event.names().any(|known| known == name);
        self.events.iter().find(bears)
    }
}

pub(super) fn held(path: &str, program: &Program) -> Vec<String> {
    match fs::read_to_string(path) {
        Ok(text) => match File::read(&text) {
            Ok(file) => against(&file, program),
            Err(lines) => lines,
        },
        Err(error) => vec![format!("it cannot be read: {error}")],
    }
}

/// All that is wrong: first what was lost, since of a name that changed the lost one says what to do.
pub(super) fn against(file: &File, program: &Program) -> Vec<String> {
    broken(file, program)
        .chain(missing(file, program))
        .collect()
}

pub(super) fn written(path: &str, program: &Program) -> Vec<String> {
    let text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => String::new(),
        Err(error) => return vec![format!("it cannot be read: {error}")],
    };
    let before = match File::read(&text) {
        Ok(file) => file,
        Err(lines) => return lines,
    };
    let after = completed(before, program);
    let problems: Vec<String> = broken(&after, program).collect();
    if problems.is_empty()
        && let Err(error) = fs::write(path, after.to_string())
    {
        return vec![format!("it cannot be written: {error}")];
    }
    problems
}

/// The lock with what is new in the program.
pub(super) fn completed(mut file: File, program: &Program) -> File {
    let aggregates = program.aggregates.iter().map(|&name| name.to_owned());
    file.aggregates.extend(aggregates);
    for golden in &program.events {
        let key = (golden.event.name.to_owned(), golden.event.version);
        let entry = file.events.entry(key).or_insert_with(|| Entry {
            shape: lines(golden).map(str::to_owned).collect(),
            samples: Vec::new(),
        });
        if entry.samples.is_empty() {
            entry.samples = (golden.samples)();
        }
    }
    file
}

fn lines(golden: &Golden) -> impl Iterator<Item = &'static str> {
    golden.shape.lines().iter().copied()
}

/// What is in the program and not in the lock.
fn missing<'a>(file: &File, program: &'a Program) -> impl Iterator<Item = String> + use<'a> {
    const REMEDY: &str = "run `EVENTS_LOCK=write cargo test events_lock`, and commit the file";
    let known = |golden: &Golden| {
        let key = (golden.event.name.to_owned(), golden.event.version);
        file.events.contains_key(&key)
    };
    let events: Vec<_> = program
        .events
        .iter()
        .filter(|&golden| !known(golden))
        .collect();
    let aggregates: Vec<_> = program
        .aggregates
        .iter()
        .filter(|&&name| !file.aggregates.contains(name))
        .collect();
    let events = events.into_iter().map(|golden| {
        let (event, of) = (golden.event, (golden.type_name)());
        let (name, version) = (event.name, event.version);
        format!("version {version} of event `{name}` (`{of}`) is not in it: {REMEDY}")
    });
    let aggregates = aggregates
        .into_iter()
        .map(|name| format!("aggregate `{name}` is not in it: {REMEDY}"));
    events.chain(aggregates)
}

/// What is in the lock and not so in the program.
fn broken<'a>(file: &'a File, program: &'a Program) -> impl Iterator<Item = String> + use<'a> {
    let aggregates = file
        .aggregates
        .iter()
        .filter(|name| !program.aggregates.contains(name.as_str()))
        .map(|name| {
            format!(
                "no aggregate is called `{name}` any more, and its streams are on record: give the name back, as in `#[aggregate(\"{name}\", ..)]`; or delete the line, if there are no such streams"
            )
        });
    let events = file.events.iter().flat_map(move |((name, version), entry)| {
        let problems: Box<dyn Iterator<Item = String>> = match program.bearing(name) {
            None => Box::new(iter::once(format!(
                "no event is called `{name}` any more, and streams hold it: if it has another name now, say so there, `was = \"{name}\"`; delete it here, if nothing ever stored one"
            ))),
            Some(golden) => Box::new(broken_entry(name, *version, entry, golden)),
        };
        problems
    });
    aggregates.chain(events)
}

fn broken_entry<'a>(
    name: &'a str,
    version: u32,
    entry: &'a Entry,
    golden: &'a Golden,
) -> impl Iterator<Item = String> + use<'a> {
    let now: BTreeSet<&str> = lines(golden).collect();
    let was: BTreeSet<&str> = entry.shape.iter().map(String::as_str).collect();
    let changed = (version == golden.event.version && now != was).then(|| {
        let sum = |lines: &BTreeSet<&str>| lines.iter().copied().collect::<Vec<_>>().join(", ");
        format!(
            "version {version} of event `{name}` is `{}` in it, and `{}` in the program: a changed shape has a new `version`; if nothing was ever stored as it is here, delete it here and write it again",
            sum(&was),
            sum(&now),
        )
    });
    let unsampled = entry.samples.is_empty().then(|| {
        format!(
            "version {version} of event `{name}` has no sample, and none that its type accepts could be made up: write one under it, a line `= {{..}}` of JSON"
        )
    });
    let samples = entry
        .samples
        .iter()
        .filter_map(move |sample| broken_sample(name, version, sample, golden));
    changed.into_iter().chain(unsampled).chain(samples)
}

fn broken_sample(name: &str, version: u32, sample: &str, golden: &Golden) -> Option<String> {
    let again = match golden.read(name, version, sample) {
        Ok(again) => again,
        Err(error) => {
            return Some(format!(
                "what version {version} of event `{name}` wrote is not read any more, `{sample}`: {error}; if this could never be on record, put real data in its place"
            ));
        }
    };
    let compact = |json: &[u8]| {
        let value: Option<Value> = serde_json::from_slice(json).ok();
        value.map(|value| unordered(value.to_string().as_bytes()))
    };
    let again = again.as_bytes().unwrap_or_default();
    let is_the_same = compact(again) == compact(sample.as_bytes());
    (version == golden.event.version && !is_the_same).then(|| {
        format!(
            "version {version} of event `{name}` would be written otherwise than its sample in it, `{}` and not `{sample}`: something within it changed, so it needs a new `version`",
            String::from_utf8_lossy(again)
        )
    })
}
