//! What the program is made of: all its commands, events, queries, aggregates, services and
//! projections, and how they hang together.
//!
//! It is read from what the verbs registered, so it is always that of the program that runs.
//!
//! ```standalone_crate
//! use cqrs_core::catalogue::{Catalogue, Handler, explain};
//! use cqrs_core::prelude::*;
//!
//! #[commands("account", account: String)]
//! pub enum AccountCommand {
//!     Deposit { amount: u64 },
//! }
//!
//! #[events("account")]
//! pub enum AccountEvent {
//!     Deposited { amount: u64 },
//! }
//!
//! #[derive(Aggregate, Default)]
//! #[aggregate("account", id = String)]
//! pub struct Account;
//!
//! #[handle]
//! impl Account {
//!     fn deposit(&self, command: &Deposit) -> Result<Deposited, &'static str> {
//!         ensure!(command.amount > 0, "nothing was deposited");
//!         Ok(Deposited { amount: command.amount })
//!     }
//! }
//!
//! #[apply]
//! impl Account {
//!     fn deposited(&mut self, _: &Deposited) {}
//! }
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let catalogue = Catalogue::of_program()?;
//! let deposit = &catalogue.commands[0];
//! assert_eq!((deposit.name, deposit.handled_by), ("account.deposit", Handler::Aggregate("account")));
//! assert_eq!(deposit.may_record, ["account.deposited"]);
//!
//! println!("{}", catalogue.to_json()); // for programs
//! println!("{}", catalogue.to_mermaid()); // a diagram, where Markdown is shown
//! println!("{catalogue}"); // in words
//!
//! let told = explain::<Deposit>()?.to_string(); // one of them in words
//! assert!(told.contains("may record account.deposited, which nothing projects"));
//! # Ok(())
//! # }
//! ```

mod entry;
mod explanation;
mod mermaid;
mod type_name;

pub use entry::{
    AggregateEntry, Answerer, CommandEntry, EventEntry, Handler, ProjectionEntry, QueryEntry,
    ServiceEntry,
};
pub use explanation::{ExplainError, Explanation, explain};
pub use type_name::TypeName;

use crate::aggregate::Handling;
use crate::registry::{DuplicateName, Facts, Registration, registered};
use serde::Serialize;
use std::any::{TypeId, type_name};
use std::collections::BTreeMap;
use std::convert::Infallible;

/// All that the program has, each kind sorted by name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Catalogue {
    /// What it can be told to do.
    pub commands: Vec<CommandEntry>,
    /// What can happen.
    pub events: Vec<EventEntry>,
    /// What it can be asked.
    pub queries: Vec<QueryEntry>,
    /// What decides by events.
    pub aggregates: Vec<AggregateEntry>,
    /// What handles and answers without events, if it does any of both.
    pub services: Vec<ServiceEntry>,
    /// What is folded from events.
    pub projections: Vec<ProjectionEntry>,
}

impl Catalogue {
    /// Reads what the program registered.
    ///
    /// # Errors
    /// When two types of one kind bear one name: the bus would not open either.
    pub fn of_program() -> Result<Self, DuplicateName> {
        let all = registered()?;
        let projections: BTreeMap<TypeId, &'static str> = all
            .iter()
            .filter(|it| matches!(it.facts(), Facts::Projection { .. }))
            .map(|it| (it.id(), it.name()))
            .collect();
        let mut catalogue = Self {
            commands: Vec::new(),
            events: Vec::new(),
            queries: Vec::new(),
            aggregates: Vec::new(),
            services: Vec::new(),
            projections: Vec::new(),
        };
        for registration in all {
            catalogue.add(registration, &projections);
        }
        catalogue.services.sort_by_key(|service| service.type_name);
        catalogue.services.dedup();
        Ok(catalogue)
    }

    fn add(&mut self, it: &Registration, projections: &BTreeMap<TypeId, &'static str>) {
        let (name, version, place, id) = (it.name(), it.version(), it.place(), it.id());
        let type_name = TypeName::new(it.type_name());
        match it.facts() {
            Facts::Command { handling, returns } => {
                let (handled_by, error, may_record) = match handling {
                    Handling::Decides {
                        aggregate,
                        emits,
                        error,
                    } => (
                        Handler::Aggregate(aggregate),
                        refusal(error()),
                        names(&emits.events()),
                    ),
                    Handling::Answers => (Handler::Service(self.service(it)), None, Vec::new()),
                };
                self.commands.push(CommandEntry {
                    name,
                    version,
                    type_name,
                    place,
                    handled_by,
                    returns: TypeName::new(returns),
                    error,
                    may_record,
                    resources: it.needs().map(TypeName::new).collect(),
                    id,
                });
            }
            Facts::Event { aggregate } => self.events.push(EventEntry {
                name,
                version,
                type_name,
                place,
                aggregate,
                was: it.former(),
                record_only: it.is_record_only(),
                id,
            }),
            Facts::Query { returns, error } => {
                let answered_by = match projections.get(&it.owner_id()) {
                    Some(projection) => Answerer::Projection(projection),
                    None => Answerer::Service(self.service(it)),
                };
                self.queries.push(QueryEntry {
                    name,
                    type_name,
                    place,
                    answered_by,
                    returns: TypeName::new(returns),
                    error: refusal(error),
                    id,
                });
            }
            Facts::Aggregate { id: id_type } => self.aggregates.push(AggregateEntry {
                name,
                type_name,
                place,
                id_type: TypeName::new(id_type),
                applies: names(it.events()),
                id,
            }),
            Facts::Projection {
                key,
                indexes,
                tables,
            } => self.projections.push(ProjectionEntry {
                name,
                version,
                type_name,
                place,
                key: key.map(TypeName::new),
                tables: tables.map(TypeName::new),
                indexes: indexes.iter().map(|field| field.name).collect(),
                projects: names(it.events()),
                id,
            }),
        }
    }

    /// Notes the service that owns what is registered.
    fn service(&mut self, it: &Registration) -> TypeName {
        let type_name = TypeName::new(it.owner());
        self.services.push(ServiceEntry {
            type_name,
            id: it.owner_id(),
        });
        type_name
    }

    /// As JSON, indented: an object with a list for each kind, types by their full names.
    pub fn to_json(&self) -> String {
        serde_json::to_string_pretty(self).expect("texts, numbers and lists of them are JSON")
    }

    /// As a Mermaid flowchart, which GitHub and others draw where Markdown says ` ```mermaid `.
    ///
    /// It reads from left to right: a box for each aggregate with its commands and the events that
    /// each may record, the projections that fold them, the queries that these answer; and a box
    /// for each service. Types stand there by their short names. Those who draw it refuse more than
    /// 500 arrows, unless they are configured otherwise.
    pub fn to_mermaid(&self) -> String {
        mermaid::flowchart(self)
    }

    fn handled_by(&self, handler: Handler) -> impl Iterator<Item = &CommandEntry> {
        let commands = self.commands.iter();
        commands.filter(move |command| command.handled_by == handler)
    }

    fn answered_by(&self, answerer: Answerer) -> impl Iterator<Item = &QueryEntry> {
        let queries = self.queries.iter();
        queries.filter(move |query| query.answered_by == answerer)
    }

    fn facts_of(&self, aggregate: &str) -> impl Iterator<Item = &EventEntry> {
        let events = self.events.iter();
        events.filter(move |event| event.aggregate == aggregate)
    }

    fn recording(&self, event: &str) -> impl Iterator<Item = &CommandEntry> {
        let commands = self.commands.iter();
        commands.filter(move |command| command.may_record.contains(&event))
    }

    fn projecting(&self, event: &str) -> impl Iterator<Item = &ProjectionEntry> {
        let projections = self.projections.iter();
        projections.filter(move |projection| projection.projects.contains(&event))
    }
}

fn names(events: &[crate::message::EventType]) -> Vec<&'static str> {
    events.iter().map(|event| event.name).collect()
}

/// The type of an error, unless it is the one that cannot be.
fn refusal(error: &'static str) -> Option<TypeName> {
    (error != type_name::<Infallible>()).then(|| TypeName::new(error))
}
