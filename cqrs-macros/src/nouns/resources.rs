//! `#[derive(Resources)]`.

use super::Noun;
use crate::errors::Errors;
use crate::options::{Grammar, Options, Setting};
use crate::paths::Private;
use crate::syntax;
use proc_macro2::TokenStream;
use quote::{ToTokens, quote, quote_spanned};
use syn::{Attribute, Field, Fields, Ident, Member, Type};

const NOUN: Noun = Noun {
    attribute: "resources",
    a: "a `Resources` type",
    not_generic: "handlers ask for resources by their types; write those of its fields out",
    derive: "Resources",
    mark: "resource",
    mark_takes_options: false,
};

pub(crate) const GRAMMAR: Grammar = Grammar {
    attribute: NOUN.attribute,
    literal: "",
    field: false,
    options: &[Setting::Crate],
};

/// Of a field's own attribute.
pub(crate) const FIELD: Grammar = Grammar {
    attribute: NOUN.mark,
    literal: "",
    field: false,
    options: &[Setting::Skip],
};

/// What a bus provides.
struct Resources {
    cqrs: Private,
    /// What everything generated for it carries over.
    carried: Vec<Attribute>,
    ident: Ident,
    provided: Vec<Provided>,
}

/// A field that is a resource.
struct Provided {
    member: Member,
    ty: Type,
}

/// Expands the derive.
pub(crate) fn derive(input: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let resources = parse(input, &mut errors);
    errors.follow(
        resources
            .map(|resources| expand(&resources))
            .unwrap_or_default(),
    )
}

fn parse(input: TokenStream, errors: &mut Errors) -> Option<Resources> {
    let input = super::read(input, &NOUN, errors)?;
    let options = Options::of(&input.attrs, &GRAMMAR, errors);
    let otherwise = "each of its fields is one resource";
    let fields = super::struct_fields(&input, &NOUN, otherwise, errors);
    let provided = fields
        .map(|fields| provided(fields, errors))
        .unwrap_or_default();
    Some(Resources {
        cqrs: options.private(),
        carried: syntax::carried(&input.attrs),
        provided: each_type_once(provided, errors),
        ident: input.ident,
    })
}

fn provided(fields: &Fields, errors: &mut Errors) -> Vec<Provided> {
    let mut provided = Vec::new();
    for (place, field) in (0..).zip(fields) {
        if !is_left_out(field, errors) {
            provided.push(Provided {
                member: super::member(field, place),
                ty: syntax::ungrouped(field.ty.clone()),
            });
        }
    }
    provided
}

/// Whether the field is marked `#[resource(skip)]`; an error where it is marked, and nothing is said.
fn is_left_out(field: &Field, errors: &mut Errors) -> bool {
    let before = errors.count();
    let options = Options::of(&field.attrs, &FIELD, errors);
    let mark = field.attrs.iter().find(|attr| syntax::is(attr, NOUN.mark));
    if let Some(mark) = mark
        && !options.names(Setting::Skip)
        && errors.count() == before
    {
        errors.at(
            mark,
            "every field is a resource: write `#[resource(skip)]` to leave this one out, or delete the attribute",
        );
    }
    options.names(Setting::Skip)
}

/// The fields without those whose type an earlier one provides: an error at each such type.
fn each_type_once(provided: Vec<Provided>, errors: &mut Errors) -> Vec<Provided> {
    let mut kept: Vec<Provided> = Vec::new();
    for field in provided {
        match kept
            .iter()
            .find(|first| syntax::alike(&first.ty, &field.ty))
        {
            None => kept.push(field),
            Some(first) => {
                let message = format!(
                    "`{}` is provided twice: `{}` already is one; give one of them a type of its own",
                    syntax::text(&field.ty),
                    first.member.to_token_stream()
                );
                errors.at(&field.ty, message);
            }
        }
    }
    kept
}

fn expand(resources: &Resources) -> TokenStream {
    let found = found(resources);
    let provided = resources
        .provided
        .iter()
        .map(|field| provide(resources, field));
    quote!(#found #(#provided)*)
}

/// `impl Resources for Deps { .. }`
fn found(resources: &Resources) -> TokenStream {
    let Resources {
        cqrs,
        carried,
        ident,
        provided,
    } = resources;
    let find = (!provided.is_empty()).then(|| find(cqrs, provided));
    quote! {
        #(#carried)*
        #[automatically_derived]
        impl #cqrs::Resources for #ident {
            #find
        }
    }
}

/// `fn find(&self, id: TypeId) -> Option<&(dyn Any + Send + Sync)> { found(id, [&self.mailer, ..]) }`
fn find(cqrs: &Private, provided: &[Provided]) -> TokenStream {
    let fields = provided.iter().map(|Provided { member, ty }| {
        let here = syntax::glue(ty);
        quote_spanned!(here=> &self.#member)
    });
    quote! {
        fn find(
            &self,
            id: ::core::any::TypeId,
        ) -> ::core::option::Option<
            &(dyn ::core::any::Any + ::core::marker::Send + ::core::marker::Sync),
        > {
            #cqrs::found(id, [#(#fields),*])
        }
    }
}

/// `impl Provide<Mailer> for Deps { .. }`
fn provide(resources: &Resources, Provided { member, ty }: &Provided) -> TokenStream {
    let Resources {
        cqrs,
        carried,
        ident,
        ..
    } = resources;
    let here = syntax::glue(ty);
    let cqrs = cqrs.at(here);
    quote_spanned! {here=>
        #(#carried)*
        #[automatically_derived]
        impl #cqrs::Provide<#ty> for #ident {
            fn provide(&self) -> &#ty {
                &self.#member
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::messages;

    #[test]
    fn mistakes_are_told_together() {
        let resources = quote! {
            #[resource(skip)]
            struct Deps {
                mailer: Mailer,
                #[resource]
                other: (Mailer),
                #[resource(omit)]
                pool: Pool,
                #[resources(crate = ::renamed)]
                #[resource(skip, skip)]
                clock: Clock,
            }
        };
        assert_eq!(
            messages(derive(resources)),
            [
                "`#[resource]` marks a field: put it on one",
                "`#[resources(..)]` belongs on the type, not on a field",
                "every field is a resource: write `#[resource(skip)]` to leave this one out, or delete the attribute",
                "unknown option `omit`: `#[resource]` takes `skip`",
                "`skip` is given twice: keep one",
                "`Mailer` is provided twice: `mailer` already is one; give one of them a type of its own",
            ]
        );
        for (item, message) in [
            (
                quote!(
                    enum Deps {}
                ),
                "a `Resources` type is a struct: each of its fields is one resource",
            ),
            (
                quote!(
                    struct Deps<M>(M);
                ),
                "a `Resources` type cannot be generic: handlers ask for resources by their types; \
                 write those of its fields out",
            ),
        ] {
            assert_eq!(messages(derive(item)), [message]);
        }
    }
}
