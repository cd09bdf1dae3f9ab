//! What is asserted of a vocabulary's category: it is the stored name of the aggregate.

use super::{Kind, Vocabulary, write};
use crate::syntax;
use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};

/// `const _: () = vocabulary::is_of("events", "account", None, &[EventOf::<Opened>::AGGREGATE, ..]);`
///
/// One for all words that are named after the category, so that one mistake is one error, at the category.
pub(super) fn asserted(vocabulary: &Vocabulary, kind: &Kind, of: &str) -> Option<TokenStream> {
    let Vocabulary {
        cqrs,
        category,
        aggregate,
        words,
        ..
    } = vocabulary;
    let category = category.as_ref()?;
    let attribute = kind.attribute;
    let of = Ident::new(of, Span::call_site());
    let aggregates: Vec<_> = words
        .iter()
        .filter(|word| !word.spelled)
        .map(|word| {
            let conditions = syntax::conditions(&word.carried);
            let ident = &word.ident;
            quote!(#(#conditions)* #cqrs::vocabulary::#of::<#ident>::AGGREGATE)
        })
        .collect();
    if aggregates.is_empty() {
        return None;
    }
    let stated = aggregate.as_ref().map_or_else(
        || quote!(::core::option::Option::None),
        |name| quote!(::core::option::Option::Some(#name)),
    );
    let carried = write::message_enum(vocabulary).carried;
    let here = category.span();
    let at = cqrs.at(here);
    let is_of = quote_spanned! {here=>
        #at::vocabulary::is_of(#attribute, #category, #stated, &[#(#aggregates),*])
    };
    Some(quote! {
        #(#carried)*
        const _: () = {
            #[allow(unused_imports)]
            use #cqrs::vocabulary::Unowned as _;
            #is_of
        };
    })
}
