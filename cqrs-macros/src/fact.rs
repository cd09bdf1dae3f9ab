//! What makes an event a fact of its aggregate: what `#[apply]` and `record = Account` both implement for it.

use crate::paths::Private;
use crate::syntax;
use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::{Attribute, Type};

/// An event and whose fact it is.
pub(crate) struct Fact<'a> {
    pub(crate) cqrs: &'a Private,
    /// What everything generated for it carries over.
    pub(crate) carried: &'a [Attribute],
    pub(crate) event: &'a Type,
    pub(crate) aggregate: &'a Type,
    pub(crate) effect: Effect,
}

/// What the fact does to its aggregate.
pub(crate) enum Effect {
    /// It changes the state, by this method: `Account::deposited`.
    State(TokenStream),
    /// Nothing: it is kept for the record.
    Record,
    /// Its method is in error.
    Unknown,
}

/// The impls.
pub(crate) fn expand(fact: &Fact<'_>) -> TokenStream {
    let mut expansion = applied(fact);
    expansion.extend(emit(fact));
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
        effect,
    } = fact;
    let here = syntax::glue(event);
    let cqrs = cqrs.at(here);
    let apply = match effect {
        Effect::State(method) => method.clone(),
        Effect::Record | Effect::Unknown => quote!(|_, _| {}),
    };
    // the user names the aggregate of a record once, and a name that is wrong is one error
    let aggregate = match effect {
        Effect::Record => quote_spanned!(here=> <#event as #cqrs::Applied>::By),
        Effect::State(..) | Effect::Unknown => quote!(#aggregate),
    };
    quote_spanned! {here=>
        #(#carried)*
        #[automatically_derived]
        impl #cqrs::Emit<#aggregate> for #event {
            type Error = ::core::convert::Infallible;
            const EMITS: #cqrs::Emits = #cqrs::Emits::event::<Self>();

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
