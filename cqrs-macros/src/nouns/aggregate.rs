//! `#[derive(Aggregate)]`.

use super::Noun;
use crate::errors::Errors;
use crate::options::{Grammar, Options, Setting};
use crate::paths::Private;
use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::{Attribute, Data, Ident, Type};

const NOUN: Noun = Noun {
    attribute: "aggregate",
    a: "an aggregate",
    not_generic: "its stored name stands for one kind of stream; write one type for each",
    derive: "Aggregate",
    mark: "",
};

pub(crate) const GRAMMAR: Grammar = Grammar {
    attribute: NOUN.attribute,
    literal: "a name",
    field: false,
    options: &[Setting::Id, Setting::Crate],
};

/// An aggregate.
struct Aggregate {
    cqrs: Private,
    /// What everything generated for it carries over.
    carried: Vec<Attribute>,
    ident: Ident,
    name: String,
    id: Type,
}

/// Expands the derive.
pub(crate) fn derive(input: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let aggregate = parse(input, &mut errors);
    errors.follow(
        aggregate
            .map(|aggregate| expand(&aggregate))
            .unwrap_or_default(),
    )
}

fn parse(input: TokenStream, errors: &mut Errors) -> Option<Aggregate> {
    let input = super::read(input, &NOUN, errors)?;
    if let Data::Union(data) = &input.data {
        errors.at(
            data.union_token,
            "an aggregate is a struct or an enum: its state is folded, then read",
        );
        return None;
    }
    let options = Options::of(&input.attrs, &GRAMMAR, errors);
    Some(Aggregate {
        cqrs: options.private(),
        carried: crate::syntax::carried(&input.attrs),
        name: super::stored_name(&options, &input.ident, &NOUN, errors),
        id: id(&options, &input.ident, errors),
        ident: input.ident,
    })
}

/// The id type. Where it is missing and nothing else is wrong, that is the error, and a number stands in for it.
fn id(options: &Options, ident: &Ident, errors: &mut Errors) -> Type {
    if let Some(id) = &options.id {
        return id.clone();
    }
    if errors.is_empty() {
        let message = format!(
            "aggregate `{ident}` does not say what names its instances: \
             write the type of its id, as in `#[aggregate(id = {ident}Id)]`"
        );
        errors.at(ident, message);
    }
    syn::parse_quote!(::core::primitive::u64)
}

fn expand(aggregate: &Aggregate) -> TokenStream {
    let Aggregate {
        cqrs,
        carried,
        ident,
        name,
        id,
    } = aggregate;
    let here = crate::syntax::glue(ident);
    let at = cqrs.at(here);
    let initial = quote_spanned!(here=> fn initial() -> Self { #at::initial::<#ident>() });
    quote! {
        #(#carried)*
        #[automatically_derived]
        impl #cqrs::Target for #ident {
            type Kind = #cqrs::EventSourced;
        }

        #(#carried)*
        #[automatically_derived]
        impl #cqrs::Aggregate for #ident {
            type Id = #id;

            const NAME: &'static ::core::primitive::str = #name;

            #initial
        }

        #(#carried)*
        #[automatically_derived]
        impl #cqrs::Names<#ident> for #id {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::messages;

    #[test]
    fn an_aggregate_has_an_id() {
        assert_eq!(
            messages(derive(quote!(
                #[aggregate("account")]
                struct Account;
            ))),
            [
                "aggregate `Account` does not say what names its instances: \
                 write the type of its id, as in `#[aggregate(id = AccountId)]`"
            ]
        );
    }
}
