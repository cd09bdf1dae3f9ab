//! How a type is registered for the whole program to find.

use crate::paths::Private;
use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::{Attribute, Ident, Type};

/// `inventory::submit! { Registration::command::<Deposit>(concat!(file!(), ":", line!())) }`, the place being
/// that of `named`.
pub(crate) fn submit(
    cqrs: &Private,
    carried: &[Attribute],
    what: &str,
    of: &Type,
    named: Span,
) -> TokenStream {
    let what = Ident::new(what, Span::call_site());
    let file = quote_spanned!(named=> ::core::file!());
    let line = quote_spanned!(named=> ::core::line!());
    let submit = quote! {
        #cqrs::inventory::submit! {
            #cqrs::Registration::#what::<#of>(::core::concat!(#file, ":", #line))
        }
    };
    if carried.iter().all(|attr| attr.path().is_ident("cfg")) {
        return quote!(#(#carried)* #submit);
    }
    quote! {
        #(#carried)*
        const _: () = {
            #submit
        };
    }
}
