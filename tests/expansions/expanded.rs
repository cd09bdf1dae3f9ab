//! The cases of expansions, as the macros expand them: the code is on record, and works.
#![allow(
    clippy::duplicated_attributes,
    clippy::needless_pass_by_value,
    clippy::redundant_closure_for_method_calls,
    clippy::semicolon_if_nothing_returned,
    clippy::single_match,
    clippy::unit_arg,
    clippy::unreadable_literal,
    reason = "clippy says these of what is written by hand, and here it cannot know that it is not"
)]

#[path = "aggregate.out.rs"]
#[rustfmt::skip]
mod aggregate;
#[path = "answer.out.rs"]
#[rustfmt::skip]
mod answer;
#[path = "apply.out.rs"]
#[rustfmt::skip]
mod apply;
#[path = "command.out.rs"]
#[rustfmt::skip]
mod command;
#[path = "commands.out.rs"]
#[rustfmt::skip]
mod commands;
#[path = "edges.out.rs"]
#[rustfmt::skip]
mod edges;
#[path = "event.out.rs"]
#[rustfmt::skip]
mod event;
#[path = "events.out.rs"]
#[rustfmt::skip]
mod events;
#[path = "handle.out.rs"]
#[rustfmt::skip]
mod handle;
#[allow(unused_imports, reason = "the input names what the macros took")]
#[path = "id.out.rs"]
#[rustfmt::skip]
mod id;
#[path = "project.out.rs"]
#[rustfmt::skip]
mod project;
#[path = "projection.out.rs"]
#[rustfmt::skip]
mod projection;
#[allow(unused_imports, reason = "the input names what the macros took")]
#[path = "query.out.rs"]
#[rustfmt::skip]
mod query;
#[path = "resources.out.rs"]
#[rustfmt::skip]
mod resources;
#[path = "service.out.rs"]
#[rustfmt::skip]
mod service;
#[path = "snapshots.out.rs"]
#[rustfmt::skip]
mod snapshots;
#[path = "tables.out.rs"]
#[rustfmt::skip]
mod tables;
#[path = "upcast.out.rs"]
#[rustfmt::skip]
mod upcast;

include!("domain.rs");
