//! What a handler or an answer takes besides its message.

use super::signature::{behind, is_borrowed, is_named, is_reference_to};
use super::{Receiver, Verb};
use crate::errors::Errors;
use crate::paths::Private;
use crate::syntax;
use proc_macro2::{Ident, TokenStream};
use quote::quote;
use syn::{PatType, Type};

/// A parameter after the message.
pub(super) enum Argument {
    /// `context: &Context`
    Context,
    /// `mailer: &Mailer`
    Resource(Box<Type>),
}

/// Reads the parameters after the message; each is borrowed.
pub(super) fn read(others: &[&PatType], verb: &Verb, errors: &mut Errors) -> Vec<Argument> {
    others
        .iter()
        .filter_map(|parameter| argument(&parameter.ty, verb, errors))
        .collect()
}

fn argument(ty: &Type, verb: &Verb, errors: &mut Errors) -> Option<Argument> {
    if let Some(foreign) = verb.foreign(ty) {
        errors.at(ty, foreign);
        return None;
    }
    if is_reference_to(ty, "Context") {
        return Some(Argument::Context);
    }
    match behind(ty) {
        rows if is_named(rows, "Rows") => no_rows(ty, verb, errors),
        Type::ImplTrait(_) => wrong(ty, "Mailer", verb, errors),
        resource if is_borrowed(ty) => return Some(Argument::Resource(Box::new(resource.clone()))),
        resource => wrong(ty, &syntax::text(resource), verb, errors),
    }
    None
}

/// Rows are no resource, which nobody who wants two projections can know.
fn no_rows(ty: &Type, verb: &Verb, errors: &mut Errors) {
    let instead = match verb.receiver {
        Receiver::Source(_) => {
            "reads the rows of its own projection only: ask the other by a query of its own, \
             or let one projection keep both"
        }
        _ => {
            "reads no rows: let whoever dispatches ask the projection, and the command hold the answer"
        }
    };
    errors.at(ty, format_args!("{} method {instead}", verb.a));
}

fn wrong(ty: &Type, instead: &str, verb: &Verb, errors: &mut Errors) {
    let message = format!(
        "after the {}, {} method takes resources of the bus, borrowed and by their type: write `&{instead}`",
        verb.message, verb.a
    );
    errors.at(ty, message);
}

/// The arguments of a call, each with its comma: `, context, Provide::<Mailer>::provide(resources)`.
pub(super) fn passed(cqrs: &Private, arguments: &[Argument]) -> TokenStream {
    let passed = arguments.iter().map(|argument| match argument {
        Argument::Context => quote!(context),
        Argument::Resource(ty) => quote!(#cqrs::Provide::<#ty>::provide(resources)),
    });
    quote!(#(, #passed)*)
}

/// The type parameter for the resources of the bus: `R: Resources + Provide<Mailer>`.
pub(super) fn bounded(cqrs: &Private, resources: &Ident, arguments: &[Argument]) -> TokenStream {
    let provided = resource_types(arguments);
    quote!(#resources: #cqrs::Resources #(+ #cqrs::Provide<#provided>)*)
}

/// The types of the resources, each once.
pub(super) fn resource_types(arguments: &[Argument]) -> Vec<&Type> {
    let mut once: Vec<&Type> = Vec::new();
    for ty in types(arguments) {
        if !once.iter().any(|known| syntax::alike(known, &ty)) {
            once.push(ty);
        }
    }
    once
}

/// The types of the resources, whose names no type parameter may take.
pub(super) fn types(arguments: &[Argument]) -> impl Iterator<Item = &Type> {
    arguments.iter().filter_map(|argument| match argument {
        Argument::Context => None,
        Argument::Resource(ty) => Some(&**ty),
    })
}

/// `context`, or `_` where no parameter needs it.
pub(super) fn context(arguments: &[Argument]) -> TokenStream {
    named_if(
        arguments
            .iter()
            .any(|argument| matches!(argument, Argument::Context)),
        quote!(context),
    )
}

/// `resources`, or `_` where no parameter needs them.
pub(super) fn resources(arguments: &[Argument]) -> TokenStream {
    named_if(
        arguments
            .iter()
            .any(|argument| matches!(argument, Argument::Resource(_))),
        quote!(resources),
    )
}

fn named_if(used: bool, name: TokenStream) -> TokenStream {
    if used { name } else { quote!(_) }
}
