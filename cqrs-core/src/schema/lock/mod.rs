//! `events.lock`: the stored shape of each version of each event, held against the program.
//!
//! What a constant can hold is held by the compiler, at the event: that its shape is the locked one.
//! The rest is for the test that [`events_lock!`](crate::events_lock) writes.

mod file;
mod golden;
mod message;
mod scan;
mod verify;

pub use golden::{Golden, Goldens};
pub use verify::verify;

use crate::fnv::Fnv;
use crate::message::Event;
use message::Message;
use scan::{after, equal, line, number, split, trimmed};

/// The text of an `events.lock`, and where its events stand.
#[derive(Debug, Clone, Copy)]
pub struct Lock {
    text: &'static str,
    events: &'static [Locked],
    is_there: bool,
}

/// A version of an event in the text.
#[derive(Debug, Clone, Copy)]
pub struct Locked {
    /// Of the name: most names are told apart by it.
    hash: u64,
    name: (usize, usize),
    version: u32,
    /// Where the lines of its shape begin.
    shape: usize,
}

impl Lock {
    /// That of a crate without one.
    pub const NONE: Self = Self {
        text: "",
        events: &[],
        is_there: false,
    };

    /// One that is about to be written.
    pub const NONE_YET: Self = Self {
        is_there: true,
        ..Self::NONE
    };

    /// That of the text, whose [`index`] is given.
    pub const fn of(text: &'static str, events: &'static [Locked]) -> Self {
        Self {
            text,
            events,
            is_there: true,
        }
    }

    /// What the lock's test holds it against; nothing, where there is no lock.
    pub const fn goldens(&self, events: &'static [Golden]) -> Goldens {
        Goldens(if self.is_there { Some(events) } else { None })
    }

    /// Holds the event, which is called `ident` in the program, to the lock; one that is not in it is new.
    ///
    /// # Panics
    /// When the lock knows another shape of the same version, or a later version: as an error of the
    /// compiler.
    #[track_caller]
    pub const fn hold<E: Event>(&self, ident: &str) {
        self.hold_name::<E>(E::NAME, ident);
        let mut at = 0;
        while at < E::FORMER.len() {
            self.hold_name::<E>(E::FORMER[at], ident);
            at += 1;
        }
    }

    #[track_caller]
    const fn hold_name<E: Event>(&self, name: &str, ident: &str) {
        let hash = Fnv::new().bytes(name.as_bytes()).digest();
        let mut at = 0;
        while at < self.events.len() {
            let locked = &self.events[at];
            if locked.hash == hash && equal(self.name(locked), name.as_bytes()) {
                assert!(
                    locked.version <= E::VERSION,
                    "{}",
                    taken_back(name, locked.version, E::VERSION).text()
                );
                if locked.version == E::VERSION
                    && let Some(difference) = self.difference(locked, E::SHAPE.lines())
                {
                    panic!("{}", changed(name, E::VERSION, ident, &difference).text());
                }
            }
            at += 1;
        }
    }

    const fn name(&self, locked: &Locked) -> &[u8] {
        let (start, length) = locked.name;
        self.text.as_bytes().split_at(start).1.split_at(length).0
    }

    /// What differs first between the locked shape and `now`.
    const fn difference(&self, locked: &Locked, now: &[&str]) -> Option<Message> {
        let body = self.text.as_bytes().split_at(locked.shape).1;
        let mut rest = body;
        while let Some((was, following)) = shape_line(rest) {
            rest = following;
            let (field, ty) = split(was, b": ");
            let mut found = None;
            let mut at = 0;
            while at < now.len() {
                if equal(split(now[at].as_bytes(), b": ").0, field) {
                    found = Some(now[at].as_bytes());
                }
                at += 1;
            }
            match found {
                Some(line) if equal(line, was) => {}
                Some(line) => {
                    let is = split(line, b": ").1;
                    return Some(
                        Message::new("`")
                            .then(field)
                            .and("` is `")
                            .then(is)
                            .and("`, and `")
                            .then(ty)
                            .and("` in events.lock"),
                    );
                }
                None => {
                    return Some(
                        Message::new("`")
                            .then(was)
                            .and("`, which is in events.lock, is gone"),
                    );
                }
            }
        }
        let mut at = 0;
        while at < now.len() {
            let line = now[at].as_bytes();
            if !has_line(body, line) {
                return Some(Message::new("`").then(line).and("` is not in events.lock"));
            }
            at += 1;
        }
        None
    }
}

/// The next line of a shape, and what follows it; nothing where the shape ends.
const fn shape_line(text: &[u8]) -> Option<(&[u8], &[u8])> {
    if !matches!(text, [b' ' | b'\t', ..]) {
        return None;
    }
    let (first, rest) = line(text);
    match trimmed(first) {
        [] | [b'=', ..] => None,
        shape => Some((shape, rest)),
    }
}

const fn has_line(mut body: &[u8], sought: &[u8]) -> bool {
    while let Some((line, rest)) = shape_line(body) {
        if equal(line, sought) {
            return true;
        }
        body = rest;
    }
    false
}

const fn changed(name: &str, version: u32, ident: &str, difference: &Message) -> Message {
    Message::new("the stored shape of event `")
        .and(name)
        .and("` changed, and its version did not: ")
        .then(difference.text().as_bytes())
        .and(". What version ")
        .number(version)
        .and(" wrote stays on record: write `version = ")
        .number(version + 1)
        .and("`, and how that is read, `#[upcast] impl ")
        .and(ident)
        .and(" { #[from(")
        .number(version)
        .and(")] fn ..(old: OldShape) -> Self }`. If nothing was ever stored as events.lock has it, correct it there")
}

const fn taken_back(name: &str, locked: u32, version: u32) -> Message {
    Message::new("events.lock has version ")
        .number(locked)
        .and(" of event `")
        .and(name)
        .and("`, and this is version ")
        .number(version)
        .and(": a version is never taken back, since what it wrote stays on record")
}

/// How many versions of events a lock has.
pub const fn count(text: &str) -> usize {
    let mut rest = text.as_bytes();
    let mut count = 0;
    while !rest.is_empty() {
        let (first, following) = line(rest);
        if after(first, b"event ").is_some() {
            count += 1;
        }
        rest = following;
    }
    count
}

/// Where they stand.
///
/// # Panics
/// When a line is none of a lock: as an error of the compiler, that says which.
#[track_caller]
pub const fn index<const N: usize>(text: &str) -> [Locked; N] {
    let none = Locked {
        hash: 0,
        name: (0, 0),
        version: 0,
        shape: 0,
    };
    let mut events = [none; N];
    let mut found = 0;
    let mut lines = 0;
    let mut rest = text.as_bytes();
    while !rest.is_empty() {
        let start = text.len() - rest.len();
        let (first, following) = line(rest);
        rest = following;
        lines += 1;
        if let Some(event) = after(first, b"event ") {
            let (name, version) = split(event, b" ");
            let Some(version) = number(version) else {
                panic!("{}", unreadable(lines, first).text());
            };
            events[found] = Locked {
                hash: Fnv::new().bytes(name).digest(),
                name: (start + b"event ".len(), name.len()),
                version,
                shape: text.len() - rest.len(),
            };
            found += 1;
        } else if !is_known(first) {
            panic!("{}", unreadable(lines, first).text());
        }
    }
    events
}

const fn is_known(line: &[u8]) -> bool {
    matches!(line, [] | [b'#' | b' ' | b'\t', ..]) || after(line, b"aggregate ").is_some()
}

const fn unreadable(line: u32, text: &[u8]) -> Message {
    Message::new("events.lock, line ")
        .number(line)
        .and(": `")
        .then(text)
        .and("` is no line of a lock, which are `event name 1`, `aggregate name`, what is indented under an event, and comments after `#`")
}

#[cfg(test)]
mod tests;
