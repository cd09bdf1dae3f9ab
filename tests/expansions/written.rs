//! The cases of expansions, as they are written.

#[path = "aggregate.in.rs"]
mod aggregate;
#[path = "answer.in.rs"]
mod answer;
#[path = "apply.in.rs"]
mod apply;
#[path = "command.in.rs"]
mod command;
#[path = "commands.in.rs"]
mod commands;
#[path = "edges.in.rs"]
mod edges;
#[path = "event.in.rs"]
mod event;
#[path = "events.in.rs"]
mod events;
#[path = "handle.in.rs"]
mod handle;
#[path = "id.in.rs"]
mod id;
#[path = "project.in.rs"]
mod project;
#[path = "projection.in.rs"]
mod projection;
#[path = "query.in.rs"]
mod query;
#[path = "resources.in.rs"]
mod resources;
#[path = "service.in.rs"]
mod service;
#[path = "snapshots.in.rs"]
mod snapshots;
#[path = "tables.in.rs"]
mod tables;

#[path = "upcast.in.rs"]
mod upcast;

include!("domain.rs");
