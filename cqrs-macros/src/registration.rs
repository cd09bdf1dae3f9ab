//! How a type is registered for the whole program to find.

use crate::paths::Private;
use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::{Attribute, Ident, Type};

/// `inventory::submit! { Registration::event::<Deposited>(concat!(file!(), ":", line!())) }`, the place being
/// that of `named`.
pub(crate) fn submit(
    cqrs: &Private,
    carried: &[Attribute],
    what: &str,
    of: &Type,
    named: Span,
) -> TokenStream {
    let what = Ident::new(what, Span::call_site());
    let place = place(named);
    submitted(
        cqrs,
        carried,
        &quote!(#cqrs::Registration::#what::<#of>(#place)),
    )
}

/// The registration of a command, with how it is called by its name, and the resources that its method asks for.
pub(crate) fn submit_command<'a>(
    cqrs: &Private,
    carried: &[Attribute],
    command: &Type,
    needs: impl IntoIterator<Item = &'a Type>,
    named: Span,
) -> TokenStream {
    let place = place(named);
    let needs: Vec<_> = needs.into_iter().collect();
    let needing =
        (!needs.is_empty()).then(|| quote!(.needing(&[#(#cqrs::Need::of::<#needs>()),*])));
    submitted(
        cqrs,
        carried,
        &quote! {
            #cqrs::Registration::command::<#command>(
                #place,
                |call| #cqrs::Called::<#command>::of().call(call),
            )#needing
        },
    )
}

fn place(named: Span) -> TokenStream {
    let file = quote_spanned!(named=> ::core::file!());
    let line = quote_spanned!(named=> ::core::line!());
    quote!(::core::concat!(#file, ":", #line))
}

fn submitted(cqrs: &Private, carried: &[Attribute], registration: &TokenStream) -> TokenStream {
    let submit = quote!(#cqrs::inventory::submit! { #registration });
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
