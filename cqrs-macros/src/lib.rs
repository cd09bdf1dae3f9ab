//! The derives and attributes of `cqrs-core`, which re-exports them all.
#![forbid(unsafe_code)]

mod errors;
mod event_set;
mod names;
mod nouns;
mod options;
mod paths;
mod syntax;
mod verbs;
mod vocabulary;

use proc_macro::TokenStream;

/// Command.
#[proc_macro_derive(Command, attributes(command, id))]
pub fn derive_command(input: TokenStream) -> TokenStream {
    nouns::command::derive(input.into()).into()
}

/// Event.
#[proc_macro_derive(Event, attributes(event, tag))]
pub fn derive_event(input: TokenStream) -> TokenStream {
    nouns::event::derive(input.into()).into()
}

/// Query.
#[proc_macro_derive(Query, attributes(query))]
pub fn derive_query(input: TokenStream) -> TokenStream {
    nouns::query::derive(input.into()).into()
}

/// Aggregate.
#[proc_macro_derive(Aggregate, attributes(aggregate))]
pub fn derive_aggregate(input: TokenStream) -> TokenStream {
    nouns::aggregate::derive(input.into()).into()
}

/// Projection.
#[proc_macro_derive(Projection, attributes(projection, index))]
pub fn derive_projection(input: TokenStream) -> TokenStream {
    nouns::projection::derive(input.into()).into()
}

/// Id.
#[proc_macro_derive(Id, attributes(id))]
pub fn derive_id(input: TokenStream) -> TokenStream {
    nouns::id::derive(input.into()).into()
}

/// Commands.
#[proc_macro_attribute]
pub fn commands(args: TokenStream, item: TokenStream) -> TokenStream {
    vocabulary::commands(args.into(), item.into()).into()
}

/// Events.
#[proc_macro_attribute]
pub fn events(args: TokenStream, item: TokenStream) -> TokenStream {
    vocabulary::events(args.into(), item.into()).into()
}

/// Handle.
#[proc_macro_attribute]
pub fn handle(args: TokenStream, item: TokenStream) -> TokenStream {
    verbs::handle::handle(args.into(), item.into()).into()
}

/// Apply.
#[proc_macro_attribute]
pub fn apply(args: TokenStream, item: TokenStream) -> TokenStream {
    verbs::apply::apply(args.into(), item.into()).into()
}

/// Project.
#[proc_macro_attribute]
pub fn project(args: TokenStream, item: TokenStream) -> TokenStream {
    verbs::project::project(args.into(), item.into()).into()
}

/// Answer.
#[proc_macro_attribute]
pub fn answer(args: TokenStream, item: TokenStream) -> TokenStream {
    verbs::answer::answer(args.into(), item.into()).into()
}

/// Key.
#[proc_macro_attribute]
pub fn key(_: TokenStream, item: TokenStream) -> TokenStream {
    verbs::key::misplaced(item.into()).into()
}
