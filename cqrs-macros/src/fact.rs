//! What makes an event a fact of its aggregate: what `#[apply]` and `record = Account` both implement for it.

use crate::paths::Private;
use crate::syntax;
use proc_macro2::TokenStream;
use quote::quote_spanned;
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

/// `impl Applied for Deposited { type By = Account; .. }`
pub(crate) fn expand(fact: &Fact<'_>) -> TokenStream {
    let Fact {
        cqrs,
        carried,
        event,
        aggregate,
        effect,
    } = fact;
    let doc = format!(
        " `{}` is a fact of `{}`.",
        syntax::text(event),
        syntax::text(aggregate)
    );
    let here = syntax::glue(event);
    let cqrs = cqrs.at(here);
    let apply = match effect {
        Effect::State(method) => Some(quote_spanned! {here=>
            fn apply_to(&self, state: &mut Self::By) {
                #method(state, self);
            }
        }),
        Effect::Record | Effect::Unknown => None,
    };
    quote_spanned! {here=>
        #[doc = #doc]
        #(#carried)*
        #[automatically_derived]
        impl #cqrs::Applied for #event {
            type By = #aggregate;

            #apply
        }
    }
}
