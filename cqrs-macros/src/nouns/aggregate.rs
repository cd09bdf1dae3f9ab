//! `#[derive(Aggregate)]`.

use super::Noun;
use crate::errors::Errors;
use crate::options::{Grammar, Options, Setting};
use crate::paths::Private;
use proc_macro2::{Literal, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::{Attribute, Data, DeriveInput, Ident, Type};

const NOUN: Noun = Noun {
    attribute: "aggregate",
    a: "an aggregate",
    not_generic: "its stored name stands for one kind of stream; write one type for each",
    derive: "Aggregate",
    mark: "",
    mark_takes_options: false,
};

pub(crate) const GRAMMAR: Grammar = Grammar {
    attribute: NOUN.attribute,
    literal: "a name",
    field: false,
    options: &[
        Setting::Id,
        Setting::SnapshotEvery,
        Setting::Version,
        Setting::Crate,
    ],
};

/// An aggregate.
struct Aggregate {
    cqrs: Private,
    /// What everything generated for it carries over.
    carried: Vec<Attribute>,
    ident: Ident,
    name: String,
    id: Type,
    snapshots: Option<Snapshots>,
}

/// How its state is kept.
struct Snapshots {
    /// How many events lie between two of them.
    every: u32,
    /// The version of the fold.
    version: u32,
    /// The digest of the type as it is written.
    definition: u64,
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
        snapshots: snapshots(&options, &input, errors),
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

fn snapshots(options: &Options, input: &DeriveInput, errors: &mut Errors) -> Option<Snapshots> {
    if let Some(place) = options.version_place
        && !options.names(Setting::SnapshotEvery)
    {
        errors.push(syn::Error::new(
            place,
            "a version tells the snapshots of one fold from those of another, and there are none: \
             write `snapshot_every = 500` beside it, or leave it out",
        ));
    }
    Some(Snapshots {
        every: options.snapshot_every?,
        version: options.version.unwrap_or(1),
        definition: definition(input),
    })
}

/// The digest of what a state is written as: the fields, and what other derives are told.
fn definition(input: &DeriveInput) -> u64 {
    let told = input
        .attrs
        .iter()
        .filter(|attr| !crate::syntax::is(attr, NOUN.attribute));
    let shape = match &input.data {
        Data::Struct(data) => data.fields.to_token_stream(),
        Data::Enum(data) => data.variants.to_token_stream(),
        Data::Union(data) => data.fields.to_token_stream(),
    };
    crate::written::digest(&quote!(#(#told)* #shape))
}

/// `const SNAPSHOTS: Option<Snapshots<Self>> = snapshots::<Account>(500, 1, 0x..);`, shown at the type: an error
/// where it lacks what that needs
fn kept(cqrs: &Private, ident: &Ident, snapshots: &Snapshots) -> TokenStream {
    let here = crate::syntax::glue(ident);
    let cqrs = cqrs.at(here);
    let every = Literal::u32_unsuffixed(snapshots.every);
    let version = Literal::u32_unsuffixed(snapshots.version);
    let definition = crate::written::number(snapshots.definition);
    quote_spanned! {here=>
        const SNAPSHOTS: ::core::option::Option<#cqrs::Snapshots<Self>> =
            #cqrs::snapshots::<#ident>(#every, #version, #definition);
    }
}

fn expand(aggregate: &Aggregate) -> TokenStream {
    let Aggregate {
        cqrs,
        carried,
        ident,
        name,
        id,
        snapshots,
    } = aggregate;
    let here = crate::syntax::glue(ident);
    let at = cqrs.at(here);
    let initial = quote_spanned!(here=> fn initial() -> Self { #at::initial::<#ident>() });
    let snapshots = snapshots.as_ref();
    let snapshots = snapshots.map(|snapshots| kept(cqrs, ident, snapshots));
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
            #snapshots

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

    fn definition_of(code: TokenStream) -> u64 {
        definition(&syn::parse2(code).unwrap())
    }

    #[test]
    fn the_definition_is_what_the_state_is_written_as() {
        let plain = definition_of(quote!(
            struct Account {
                open: bool,
            }
        ));
        let same = definition_of(quote!(
            /// An account.
            #[aggregate("account", id = u64, snapshot_every = 7)]
            pub struct Konto {
                /// Whether it is.
                open: bool,
            }
        ));
        assert_eq!(plain, same);
        let others = [
            quote!(
                struct Account {
                    open: u8,
                }
            ),
            quote!(
                struct Account {
                    closed: bool,
                }
            ),
            quote!(
                struct Account {
                    #[serde(skip)]
                    open: bool,
                }
            ),
            quote!(
                #[serde(rename_all = "UPPERCASE")]
                struct Account {
                    open: bool,
                }
            ),
            quote!(
                struct Account {
                    open: bool,
                    balance: u64,
                }
            ),
            quote!(
                enum Account {
                    Open(bool),
                }
            ),
        ];
        for other in others {
            assert_ne!(definition_of(other), plain);
        }
    }

    #[test]
    fn a_version_is_one_of_snapshots() {
        let told = messages(derive(quote!(
            #[aggregate(id = u64, version = 2)]
            struct Account;
        )));
        assert_eq!(told.len(), 1);
        assert!(told[0].contains("write `snapshot_every = 500` beside it"));
    }
}
