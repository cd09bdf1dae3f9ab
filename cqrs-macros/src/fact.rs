//! What makes an event a fact of its aggregate: what `#[apply]` and `record = Account` both implement for it.

use crate::paths::Private;
use crate::{registration, syntax};
use proc_macro2::{Span, TokenStream};
use quote::quote_spanned;
use syn::{Attribute, Type};

/// An event and whose fact it is.
pub(crate) struct Fact<'a> {
    pub(crate) cqrs: &'a Private,
    /// What everything generated for it carries over.
    pub(crate) carried: &'a [Attribute],
    pub(crate) event: &'a Type,
    pub(crate) aggregate: &'a Type,
    /// What changes the state by it: `Account::deposited`.
    pub(crate) apply: TokenStream,
    /// How it is registered, and where; nothing where its definition is in error.
    pub(crate) registered: Option<(&'static str, Span)>,
}

/// The impls, and the event's registration.
pub(crate) fn expand(fact: &Fact<'_>) -> TokenStream {
    let mut expansion = applied(fact);
    expansion.extend(emit(fact));
    if let Some((what, place)) = fact.registered {
        let Fact {
            cqrs,
            carried,
            event,
            ..
        } = fact;
        expansion.extend(registration::submit(cqrs, carried, what, event, place));
    }
    expansion
}

/// `impl Applied for Deposited { type By = Account; }`
fn applied(fact: &Fact<'_>) -> TokenStream {
    let Fact {
        cqrs,
        carried,
        event,
        aggregate,
        ..
    } = fact;
    let doc = format!(
        " `{}` is a fact of `{}`.",
        syntax::text(event),
        syntax::text(aggregate)
    );
    let here = syntax::glue(event);
    let cqrs = cqrs.at(here);
    quote_spanned! {here=>
        #[doc = #doc]
        #(#carried)*
        #[automatically_derived]
        impl #cqrs::Applied for #event {
            type By = #aggregate;
        }
    }
}

/// `impl Emit<Account> for Deposited { .. }`
fn emit(fact: &Fact<'_>) -> TokenStream {
    let Fact {
        cqrs,
        carried,
        event,
        aggregate,
        apply,
        ..
    } = fact;
    let here = syntax::glue(event);
    let cqrs = cqrs.at(here);
    quote_spanned! {here=>
        #(#carried)*
        #[automatically_derived]
        impl #cqrs::Emit<#aggregate> for #event {
            type Error = ::core::convert::Infallible;

            fn emit(
                self,
                decision: &mut #cqrs::Decision<'_, #aggregate>,
            ) -> ::core::result::Result<(), Self::Error> {
                decision.record(self, #apply);
                ::core::result::Result::Ok(())
            }
        }
    }
}
