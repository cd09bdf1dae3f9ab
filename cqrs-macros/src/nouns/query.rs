//! `#[derive(Query)]`.

use super::Noun;
use crate::errors::Errors;
use crate::options::{Grammar, Options, Setting};
use crate::paths::Private;
use proc_macro2::TokenStream;
use quote::quote;
use syn::{Attribute, Ident};

const NOUN: Noun = Noun {
    attribute: "query",
    a: "a query",
    not_generic: "its name stands for one question; write one struct for each query",
    derive: "Query",
    mark: "",
    mark_takes_options: false,
};

pub(crate) const GRAMMAR: Grammar = Grammar {
    attribute: NOUN.attribute,
    literal: "a name",
    field: false,
    options: &[Setting::Crate],
};

/// A query.
struct Query {
    cqrs: Private,
    /// What everything generated for it carries over.
    carried: Vec<Attribute>,
    ident: Ident,
    name: String,
    /// Whether to demand that a read model answers it: not of one whose definition is in error.
    asserted: bool,
}

/// Expands the derive.
pub(crate) fn derive(input: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let query = parse(input, &mut errors);
    errors.follow(query.map(|query| expand(&query)).unwrap_or_default())
}

fn parse(input: TokenStream, errors: &mut Errors) -> Option<Query> {
    let input = super::read(input, &NOUN, errors)?;
    let options = Options::of(&input.attrs, &GRAMMAR, errors);
    let fields = super::struct_fields(&input, &NOUN, "write one for each query", errors);
    Some(Query {
        cqrs: options.private(),
        carried: crate::syntax::carried(&input.attrs),
        name: super::stored_name(&options, &input.ident, &NOUN, errors),
        asserted: fields.is_some(),
        ident: input.ident,
    })
}

fn expand(query: &Query) -> TokenStream {
    let message = message(query);
    let answered = query.asserted.then(|| answered(query));
    quote!(#message #answered)
}

/// `impl Query for Richest { .. }`
fn message(query: &Query) -> TokenStream {
    let Query {
        cqrs,
        carried,
        ident,
        name,
        ..
    } = query;
    quote! {
        #(#carried)*
        #[automatically_derived]
        impl #cqrs::Query for #ident {
            const NAME: &'static ::core::primitive::str = #name;
        }
    }
}

/// `const _: () = answered::<Richest>();`
fn answered(query: &Query) -> TokenStream {
    let Query {
        cqrs,
        carried,
        ident,
        ..
    } = query;
    quote! {
        #(#carried)*
        const _: () = #cqrs::assert::answered::<#ident>();
    }
}
