//! Entries in words, each with what hangs together with it.

use super::{
    AggregateEntry, Answerer, Catalogue, CommandEntry, EventEntry, Handler, ProjectionEntry,
    QueryEntry, ServiceEntry, TypeName,
};
use crate::registry::DuplicateName;
use std::any::{TypeId, type_name};
use std::fmt;

/// Tells in words what the program does with the type `T`: of a command who handles it, what may
/// happen, and who projects that; of an event, a query, an aggregate, a service or a projection the like.
///
/// ```standalone_crate
/// # use cqrs_core::prelude::*;
/// # use cqrs_core::catalogue::explain;
/// # #[commands("door", door: u32)]
/// # pub enum DoorCommand { Open }
/// # #[events("door")]
/// # pub enum DoorEvent { Opened }
/// # #[derive(Aggregate, Default)]
/// # #[aggregate("door", id = u32)]
/// # pub struct Door { open: bool }
/// # #[handle]
/// # impl Door {
/// #     fn open(&self, _: &Open) -> Option<Opened> { (!self.open).then_some(Opened) }
/// # }
/// # #[apply]
/// # impl Door { fn opened(&mut self, _: &Opened) { self.open = true; } }
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let told = explain::<Opened>()?.to_string();
/// let [title, fact, cause, reader] = told.lines().collect::<Vec<_>>()[..] else { panic!() };
/// assert_eq!(title, "event door.opened: Opened, version 1");
/// assert!(fact.starts_with("  a fact of aggregate door (Door), applied at "));
/// assert_eq!(cause, "  recorded by door.open");
/// assert_eq!(reader, "  projected by nothing");
/// # Ok(())
/// # }
/// ```
///
/// # Errors
/// When the program registered no such type, or two under one name.
pub fn explain<T: 'static>() -> Result<Explanation, ExplainError> {
    let explanation = Catalogue::of_program()?.explain::<T>();
    explanation.ok_or_else(|| ExplainError::NotRegistered {
        type_name: type_name::<T>(),
    })
}

/// Why there is nothing to tell of a type.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ExplainError {
    /// No verb registered it.
    #[error(
        "`{type_name}` is none of this program's commands, events, queries, aggregates, services and projections"
    )]
    NotRegistered {
        /// The type.
        type_name: &'static str,
    },
    /// Two types of one kind bear one name.
    #[error(transparent)]
    DuplicateName(#[from] DuplicateName),
}

/// What the catalogue tells of a type in words: it displays as a title and lines below it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation {
    /// More than one where a type, or a name, is of several kinds.
    topics: Vec<Topic>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Topic {
    title: String,
    lines: Vec<String>,
}

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, Topic { title, lines }) in self.topics.iter().enumerate() {
            if place > 0 {
                f.write_str("\n\n")?;
            }
            f.write_str(&printable(title))?;
            for line in lines {
                write!(f, "\n  {}", printable(line))?;
            }
        }
        Ok(())
    }
}

/// All of it in words.
impl fmt::Display for Catalogue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.explained(|_, _| true).fmt(f)
    }
}

impl Catalogue {
    /// What there is to tell of the type `T`, if it is one of the program's.
    pub fn explain<T: 'static>(&self) -> Option<Explanation> {
        let of = TypeId::of::<T>();
        Some(self.explained(|_, id| id == of)).filter(Explanation::tells)
    }

    /// What there is to tell of the name: a stored one, or that of a service's type.
    ///
    /// A command, an event, a query, an aggregate and a projection may share a name: it tells of each.
    pub fn explain_name(&self, name: &str) -> Option<Explanation> {
        Some(self.explained(|its, _| its == name)).filter(Explanation::tells)
    }

    /// Tells of the entries that are asked for by name and type.
    fn explained(&self, asked: impl Fn(&str, TypeId) -> bool) -> Explanation {
        let mut topics = Vec::new();
        let aggregates = self.aggregates.iter().filter(|it| asked(it.name, it.id));
        topics.extend(aggregates.map(|it| self.aggregate(it)));
        let services = self.services.iter();
        let services = services.filter(|it| asked(&it.type_name.to_string(), it.id));
        topics.extend(services.map(|it| self.service_in_words(it)));
        let commands = self.commands.iter().filter(|it| asked(it.name, it.id));
        topics.extend(commands.map(|it| self.command(it)));
        let events = self.events.iter().filter(|it| asked(it.name, it.id));
        topics.extend(events.map(|it| self.event(it)));
        let projections = self.projections.iter().filter(|it| asked(it.name, it.id));
        topics.extend(projections.map(|it| self.projection(it)));
        let queries = self.queries.iter().filter(|it| asked(it.name, it.id));
        topics.extend(queries.map(|it| self.query(it)));
        Explanation { topics }
    }

    fn command(&self, it: &CommandEntry) -> Topic {
        let mut topic = Topic::new("command", it.name, it.type_name).version(it.version);
        match it.handled_by {
            Handler::Aggregate(aggregate) => {
                let aggregate = self.aggregate_in_words(aggregate);
                topic.line(format!("handled by {aggregate} at {}", it.place));
                for event in &it.may_record {
                    topic.line(match &*listed(self.projecting(event).map(|it| it.name)) {
                        "" => format!("may record {event}, which nothing projects"),
                        projections => format!("may record {event}, projected by {projections}"),
                    });
                }
                if it.may_record.is_empty() {
                    topic.line("records nothing");
                }
                topic.line(match &it.error {
                    Some(error) => format!("may be refused with {error}"),
                    None => "cannot be refused".to_owned(),
                });
            }
            Handler::Service(service) => {
                topic.line(format!("handled by service {service} at {}", it.place));
                topic.line(format!("returns {}", it.returns));
            }
        }
        topic.list("asks for", it.resources.iter());
        topic
    }

    fn event(&self, it: &EventEntry) -> Topic {
        let mut topic = Topic::new("event", it.name, it.type_name).version(it.version);
        let aggregate = self.aggregate_in_words(it.aggregate);
        topic.line(if it.record_only {
            format!(
                "a fact of {aggregate}, kept for the record alone, at {}",
                it.place
            )
        } else {
            format!("a fact of {aggregate}, applied at {}", it.place)
        });
        topic.list("stored before as", it.was.iter());
        let commands = self.recording(it.name).map(|it| it.name);
        topic.list_or("recorded by", commands, "no command");
        let projections = self.projecting(it.name).map(|it| it.name);
        topic.list_or("projected by", projections, "nothing");
        topic
    }

    fn query(&self, it: &QueryEntry) -> Topic {
        let mut topic = Topic::new("query", it.name, it.type_name);
        match it.answered_by {
            Answerer::Projection(name) => {
                let projections = self.projections.iter();
                let projection = projections.clone().find(|it| it.name == name);
                topic.line(match projection {
                    Some(it_is) => format!(
                        "answered by projection {name} ({}) at {}",
                        it_is.type_name, it.place
                    ),
                    None => format!("answered by projection {name} at {}", it.place),
                });
                let events = projection.map(|it| it.projects.iter());
                topic.list("folded from", events.into_iter().flatten());
            }
            Answerer::Service(service) => {
                topic.line(format!("answered by service {service} at {}", it.place));
            }
        }
        topic.line(format!("returns {}", it.returns));
        topic.list("may fail with", it.error.iter());
        topic
    }

    fn aggregate(&self, it: &AggregateEntry) -> Topic {
        let mut topic = Topic::new("aggregate", it.name, it.type_name);
        topic.line(format!("an instance is named by its {}", it.id_type));
        let commands = self.handled_by(Handler::Aggregate(it.name));
        topic.list("handles", commands.map(|it| it.name));
        topic.list(&format!("applies at {}:", it.place), it.applies.iter());
        let records = self.facts_of(it.name).filter(|event| event.record_only);
        topic.list("keeps for the record:", records.map(|it| it.name));
        topic
    }

    fn service_in_words(&self, it: &ServiceEntry) -> Topic {
        let mut topic = Topic {
            title: format!("service {}", it.type_name),
            lines: Vec::new(),
        };
        let commands = self.handled_by(Handler::Service(it.type_name));
        topic.list("handles", commands.map(|it| it.name));
        let queries = self.answered_by(Answerer::Service(it.type_name));
        topic.list("answers", queries.map(|it| it.name));
        topic
    }

    fn projection(&self, it: &ProjectionEntry) -> Topic {
        let mut topic = Topic::new("projection", it.name, it.type_name).version(it.version);
        topic.line(match (&it.key, &it.tables) {
            (Some(key), _) => format!("a row for each {key}"),
            (None, Some(transaction)) => format!("tables of its own, through a {transaction}"),
            (None, None) => "one value".to_owned(),
        });
        topic.list("indexed by", it.indexes.iter());
        topic.list(&format!("projects at {}:", it.place), it.projects.iter());
        let queries = self.answered_by(Answerer::Projection(it.name));
        topic.list("answers", queries.map(|it| it.name));
        topic
    }

    /// `aggregate account (Account)`
    fn aggregate_in_words(&self, name: &str) -> String {
        match self.aggregates.iter().find(|it| it.name == name) {
            Some(it) => format!("aggregate {name} ({})", it.type_name),
            None => format!("aggregate {name}"),
        }
    }
}

impl Explanation {
    fn tells(&self) -> bool {
        !self.topics.is_empty()
    }
}

impl Topic {
    fn new(kind: &str, name: &str, type_name: TypeName) -> Self {
        Self {
            title: format!("{kind} {name}: {type_name}"),
            lines: Vec::new(),
        }
    }

    fn version(mut self, version: u32) -> Self {
        self.title = format!("{}, version {version}", self.title);
        self
    }

    fn line(&mut self, line: impl Into<String>) {
        self.lines.push(line.into());
    }

    /// A line that lists things, if there are any.
    fn list(&mut self, what: &str, things: impl Iterator<Item: fmt::Display>) {
        let things = listed(things);
        if !things.is_empty() {
            self.line(format!("{what} {things}"));
        }
    }

    /// A line that lists things, or says what there is in place of them.
    fn list_or(&mut self, what: &str, things: impl Iterator<Item: fmt::Display>, none: &str) {
        let things = listed(things);
        let things = if things.is_empty() { none } else { &things };
        self.line(format!("{what} {things}"));
    }
}

/// The line with nothing in it that a terminal obeys, whatever the names are.
fn printable(line: &str) -> String {
    let mut printable = String::with_capacity(line.len());
    for c in line.chars() {
        if matches!(c, '"' | '\'' | '\\') {
            printable.push(c);
        } else {
            printable.extend(c.escape_debug());
        }
    }
    printable
}

/// `a, b, c`
fn listed(things: impl Iterator<Item: fmt::Display>) -> String {
    let things: Vec<String> = things.map(|thing| thing.to_string()).collect();
    things.join(", ")
}
