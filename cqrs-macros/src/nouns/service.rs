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
};

const GRAMMAR: Grammar = Grammar {
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

/// `impl Target for Catalog { type Kind = Direct; }`, and what lends it to its `#[answer]` methods
fn expand(service: &Service) -> TokenStream {
    let Service {
        cqrs,
        carried,
        ident,
    } = service;
    let r = crate::verbs::fresh("R", [ident]);
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

        #(#carried)*
        #[automatically_derived]
        impl<#r: #cqrs::Resources + #cqrs::Provide<Self>> #cqrs::Lent<#r> for #ident {
            type Held<'a>
                = &'a Self
            where
                #r: 'a;

            async fn lend<'a>(
                _: &'a #cqrs::Nothing,
                resources: &'a #r,
            ) -> ::core::result::Result<&'a Self, #cqrs::ReadError> {
                ::core::result::Result::Ok(resources.provide())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{assert_expands, messages};

    #[test]
    fn a_service_is_called_directly() {
        let service = quote! {
            #[service(crate = ::renamed)]
            pub struct Catalog {
                products: Mutex<Vec<Product>>,
            }
        };
        assert_expands(
            derive(service),
            r"
#[automatically_derived]
impl ::renamed::__private::Target for Catalog {
    type Kind = ::renamed::__private::Direct;
}
#[automatically_derived]
impl ::renamed::__private::ReadModel for Catalog {
    type Source = ::renamed::__private::Nothing;
}
#[automatically_derived]
impl<
    R: ::renamed::__private::Resources + ::renamed::__private::Provide<Self>,
> ::renamed::__private::Lent<R> for Catalog {
    type Held<'a> = &'a Self where R: 'a;
    async fn lend<'a>(
        _: &'a ::renamed::__private::Nothing,
        resources: &'a R,
    ) -> ::core::result::Result<&'a Self, ::renamed::__private::ReadError> {
        ::core::result::Result::Ok(resources.provide())
    }
}
",
        );
    }

    #[test]
    fn a_service_is_stored_under_no_name_and_is_one_type() {
        assert_eq!(
            messages(derive(quote!(
                #[service("catalog")]
                struct Catalog;
            ))),
            ["`#[service]` takes `crate = ::path`"]
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
