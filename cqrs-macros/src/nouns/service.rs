//! `#[derive(Service)]`.

use super::Noun;
use crate::errors::Errors;
use crate::options::{Grammar, Options, Setting};
use crate::paths::Private;
use proc_macro2::TokenStream;
use quote::quote;
use syn::{Attribute, Ident};

const NOUN: Noun = Noun {
    attribute: "service",
    a: "a service",
    not_generic: "a bus provides it by its type; write one type for each service",
    derive: "Service",
    mark: "",
    mark_takes_options: false,
};

pub(crate) const GRAMMAR: Grammar = Grammar {
    attribute: NOUN.attribute,
    literal: "",
    field: false,
    options: &[Setting::Crate],
};

/// A service.
struct Service {
    cqrs: Private,
    /// What everything generated for it carries over.
    carried: Vec<Attribute>,
    ident: Ident,
}

/// Expands the derive.
pub(crate) fn derive(input: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let service = parse(input, &mut errors);
    errors.follow(service.map(|service| expand(&service)).unwrap_or_default())
}

fn parse(input: TokenStream, errors: &mut Errors) -> Option<Service> {
    let input = super::read(input, &NOUN, errors)?;
    let options = Options::of(&input.attrs, &GRAMMAR, errors);
    Some(Service {
        cqrs: options.private(),
        carried: crate::syntax::carried(&input.attrs),
        ident: input.ident,
    })
}

/// `impl Target for Catalog { type Kind = Direct; }`, and that its `#[answer]` methods read no rows
fn expand(service: &Service) -> TokenStream {
    let Service {
        cqrs,
        carried,
        ident,
    } = service;
    quote! {
        #(#carried)*
        #[automatically_derived]
        impl #cqrs::Target for #ident {
            type Kind = #cqrs::Direct;
        }

        #(#carried)*
        #[automatically_derived]
        impl #cqrs::ReadModel for #ident {
            type Source = #cqrs::Nothing;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::messages;

    #[test]
    fn a_service_is_stored_under_no_name_and_is_one_type() {
        assert_eq!(
            messages(derive(quote!(
                #[service("catalog")]
                struct Catalog;
            ))),
            ["a text is no option here: `#[service]` takes `crate = ::path`"]
        );
        assert_eq!(
            messages(derive(quote!(
                struct Catalog<S>(S);
            ))),
            [
                "a service cannot be generic: a bus provides it by its type; write one type for each service"
            ]
        );
    }
}
