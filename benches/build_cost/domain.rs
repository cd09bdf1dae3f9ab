//! Writes the crates that are built: domains of aggregates with ten commands and ten events each.

use std::fmt::Write;

pub const PAIRS_AN_AGGREGATE: usize = 10;

/// How the messages are written.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Spelling {
    /// A struct each, with a derive.
    Structs,
    /// As variants of an enum under `#[commands]` and `#[events]`.
    Vocabulary,
}

/// What is derived of the domain. The types and the methods are the same.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Level {
    /// The traits of the standard library alone.
    Plain,
    /// Besides, serde's.
    Serde,
    /// Instead, stubs of serde's.
    Stub,
    /// Besides the stubs, ours.
    Ours,
}

/// A crate to build.
#[derive(Debug, Clone, Copy)]
pub struct Domain {
    pub spelling: Spelling,
    pub level: Level,
    pub pairs: usize,
}

impl Domain {
    pub fn name(&self) -> String {
        format!("{:?}-{:?}-{}", self.spelling, self.level, self.pairs).to_lowercase()
    }

    /// The files of the crate: their names under `src`, and what is in them.
    pub fn files(&self) -> Vec<(String, String)> {
        let modules = 0..self.pairs / PAIRS_AN_AGGREGATE;
        // so that each of them loads the same crates
        let mut root = String::from(
            "extern crate cqrs_core as _;\nextern crate serde as _;\nextern crate stub as _;\n",
        );
        for number in modules.clone() {
            let _ = writeln!(root, "pub mod m{number};");
        }
        let modules = modules.map(|number| (format!("m{number}.rs"), self.module(number)));
        [("lib.rs".to_owned(), root)]
            .into_iter()
            .chain(modules)
            .collect()
    }

    fn is_ours(&self) -> bool {
        self.level == Level::Ours
    }

    /// What stands there with our macros alone.
    fn ours<'a>(&self, text: &'a str) -> &'a str {
        if self.is_ours() { text } else { "" }
    }

    fn module(&self, number: usize) -> String {
        let category = format!("m{number}");
        let [imports, serde] = match self.level {
            Level::Plain => ["", ""],
            Level::Serde => [
                "use serde::{Deserialize, Serialize};",
                ", Serialize, Deserialize",
            ],
            Level::Stub => [
                "use stub::{Deserialize, Serialize};",
                ", Serialize, Deserialize",
            ],
            Level::Ours => [
                "use cqrs_core::prelude::*;\n#[allow(unused_imports)]\nuse stub::{Deserialize, Serialize};",
                ", Serialize, Deserialize",
            ],
        };
        let id = if self.is_ours() {
            "Id".to_owned()
        } else {
            format!("Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash{serde}")
        };
        let messages = match (self.spelling, self.is_ours()) {
            (Spelling::Structs, _) => self.structs(&category, serde),
            (Spelling::Vocabulary, false) => self.structs(&category, serde) + &enums(),
            (Spelling::Vocabulary, true) => vocabularies(&category),
        };
        let aggregate = if self.is_ours() {
            format!("#[derive(Aggregate, Default)]\n#[aggregate({category:?}, id = Account)]")
        } else {
            "#[derive(Default)]".to_owned()
        };
        let decisions = each_pair(
            "
    pub fn decide#(&self, command: &Do#) -> Result<Done#, Refused> {
        if self.closed {
            return Err(Refused::NotOpen);
        }
        Ok(Done# { amount: command.amount, note: command.note.clone() })
    }",
        );
        let effects = each_pair(
            "
    pub fn done#(&mut self, event: &Done#) {
        self.total += event.amount;
        self.note.clone_from(&event.note);
    }",
        );
        let (handle, apply) = (self.ours("#[handle]"), self.ours("#[apply]"));
        format!(
            "{imports}

#[derive({id})]
pub struct Account(String);

#[derive(Debug)]
pub enum Refused {{
    NotOpen,
}}

{messages}

{aggregate}
pub struct Ledger {{
    closed: bool,
    total: u64,
    note: String,
}}

{handle}
impl Ledger {{{decisions}
}}

{apply}
impl Ledger {{{effects}
}}
"
        )
    }

    fn structs(&self, category: &str, serde: &str) -> String {
        let (command, event) = (self.ours(", Command"), self.ours(", Event"));
        let id = self.ours("#[id] ");
        let named = |attribute: &str, word: &str| {
            if self.is_ours() {
                format!("#[{attribute}(\"{category}.{word}#\")]\n")
            } else {
                String::new()
            }
        };
        let (command_name, event_name) = (named("command", "do"), named("event", "done"));
        each_pair(&format!(
            "
#[derive(Debug, Clone, PartialEq{serde}{command})]
{command_name}pub struct Do# {{
    {id}pub account: Account,
    pub amount: u64,
    pub note: String,
}}

#[derive(Debug, Clone, PartialEq{serde}{event})]
{event_name}pub struct Done# {{
    pub amount: u64,
    pub note: String,
}}
"
        ))
    }
}

/// The enums that a vocabulary keeps.
fn enums() -> String {
    let (commands, events) = (
        each_pair("\n    Do#(Do#),"),
        each_pair("\n    Done#(Done#),"),
    );
    format!(
        "
#[derive(Debug, Clone, PartialEq)]
pub enum Command {{{commands}
}}

#[derive(Debug, Clone, PartialEq)]
pub enum Event {{{events}
}}
"
    )
}

fn vocabularies(category: &str) -> String {
    let commands = each_pair("\n    Do# { amount: u64, note: String },");
    let events = each_pair("\n    Done# { amount: u64, note: String },");
    format!(
        "
#[commands({category:?}, account: Account, crate = ::stub)]
pub enum Command {{{commands}
}}

#[events({category:?}, crate = ::stub)]
pub enum Event {{{events}
}}
"
    )
}

/// The text for each pair of an aggregate, with its number in place of each `#` that follows a letter.
fn each_pair(text: &str) -> String {
    (0..PAIRS_AN_AGGREGATE)
        .map(|pair| numbered(text, pair))
        .collect()
}

fn numbered(text: &str, pair: usize) -> String {
    let mut numbered = String::new();
    for character in text.chars() {
        if character == '#' && numbered.ends_with(char::is_alphabetic) {
            let _ = write!(numbered, "{pair}");
        } else {
            numbered.push(character);
        }
    }
    numbered
}
