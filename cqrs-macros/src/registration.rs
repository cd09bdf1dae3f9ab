//! How types are registered for the whole program to find.

use crate::paths::Private;
use crate::syntax;
use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::{Attribute, Ident, Type};

/// What one method or block says of a type.
pub(crate) struct Entry<'a> {
    /// What everything generated for it carries over.
    pub(crate) carried: &'a [Attribute],
    /// The function of `Registration`: `command`.
    pub(crate) what: &'static str,
    pub(crate) of: &'a Type,
    /// Where it stands.
    pub(crate) place: Span,
    /// Of a command: the resources that its method asks for.
    pub(crate) needs: Option<Vec<&'a Type>>,
}

/// `inventory::submit! { Registrations(&[Registration::command::<Deposit>(concat!(file!(), ":", line!())), ..]) }`
///
/// One for a whole block: each is a static, a function and their checks, the dearest part of an expansion.
pub(crate) fn submit(
    cqrs: &Private,
    block: &[Attribute],
    entries: &[Entry<'_>],
) -> Option<TokenStream> {
    if entries.is_empty() {
        return None;
    }
    let registrations = entries.iter().map(|entry| {
        let Entry {
            carried,
            what,
            of,
            place,
            needs,
        } = entry;
        let conditions = syntax::conditions(carried);
        let what = Ident::new(what, Span::call_site());
        let file = quote_spanned!(*place=> ::core::file!());
        let line = quote_spanned!(*place=> ::core::line!());
        let place = quote!(::core::concat!(#file, ":", #line));
        let arguments = match needs {
            None => quote!((#place)),
            Some(needs) => {
                let needing = (!needs.is_empty())
                    .then(|| quote!(.needing(&[#(#cqrs::Need::of::<#needs>()),*])));
                quote!((#place, |call| #cqrs::Called::<#of>::of().call(call)) #needing)
            }
        };
        quote! {
            #(#conditions)*
            #cqrs::Registration::#what::<#of> #arguments
        }
    });
    let submit = quote! {
        #cqrs::inventory::submit! {
            #cqrs::Registrations(&[#(#registrations),*])
        }
    };
    let spared = syntax::spared(entries.iter().map(|entry| entry.carried), block);
    let is_plain = spared.is_empty() && block.iter().all(|attr| attr.path().is_ident("cfg"));
    Some(if is_plain {
        quote!(#(#block)* #submit)
    } else {
        quote! {
            #(#block)*
            #(#spared)*
            const _: () = {
                #submit
            };
        }
    })
}
