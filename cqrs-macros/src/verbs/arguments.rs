//! What a handler or an answer takes besides its message.

use super::Verb;
use super::signature::{behind, is_reference_to};
use crate::errors::Errors;
use crate::paths::Private;
use crate::syntax;
use proc_macro2::{Ident, TokenStream};
use quote::quote;
use syn::{PatType, Type, TypeReference};

/// A parameter after the message.
pub(super) enum Argument {
    /// `context: &Context`
    Context,
    /// `mailer: &Mailer`
    Resource(Type),
}

/// Reads the parameters after the message; each is borrowed.
pub(super) fn read(others: &[&PatType], verb: &Verb, errors: &mut Errors) -> Vec<Argument> {
    others.iter().filter_map(|parameter| argument(&parameter.ty, verb, errors)).collect()
}

fn argument(ty: &Type, verb: &Verb, errors: &mut Errors) -> Option<Argument> {
    if is_reference_to(ty, "Context") {
        return Some(Argument::Context);
    }
    let resource = behind(ty);
    match syntax::peeled(ty) {
        Type::Reference(TypeReference { mutability: None, lifetime: None, .. })
            if !matches!(resource, Type::ImplTrait(_)) =>
        {
            Some(Argument::Resource(resource.clone()))
        }
        _ => {
            let message = format!(
                "after the {}, {} method takes resources of the bus, borrowed and by their type: write `&{}`",
                verb.message,
                verb.a,
                match resource {
                    Type::ImplTrait(_) => "Mailer".to_owned(),
                    other => syntax::text(other),
                }
            );
            errors.at(ty, message);
            None
        }
    }
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
    let mut provided: Vec<&Type> = Vec::new();
    for argument in arguments {
        if let Argument::Resource(ty) = argument
            && !provided.iter().any(|known| syntax::alike(known, &ty))
        {
            provided.push(ty);
        }
    }
    quote!(#resources: #cqrs::Resources #(+ #cqrs::Provide<#provided>)*)
}

/// `context`, or `_` where no parameter needs it.
pub(super) fn context(arguments: &[Argument]) -> TokenStream {
    named_if(arguments.iter().any(|argument| matches!(argument, Argument::Context)), quote!(context))
}

/// `resources`, or `_` where no parameter needs them.
pub(super) fn resources(arguments: &[Argument]) -> TokenStream {
    named_if(arguments.iter().any(|argument| matches!(argument, Argument::Resource(_))), quote!(resources))
}

fn named_if(used: bool, name: TokenStream) -> TokenStream {
    if used { name } else { quote!(_) }
}
