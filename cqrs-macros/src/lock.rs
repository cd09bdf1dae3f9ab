//! How events are held to `events.lock`.

use crate::errors::Errors;
use crate::options::{Grammar, Options, Setting};
use crate::paths::Private;
use crate::syntax;
use proc_macro2::{Ident, TokenStream};
use quote::{quote, quote_spanned};
use syn::Attribute;

/// Holds each event to the lock of its crate, if that has one, and in tests hands them to the lock's own.
///
/// Each has its name and what everything generated for it carries over; `carried` is what they have in common.
pub(crate) fn hold(
    cqrs: &Private,
    carried: &[Attribute],
    events: &[(&Ident, &[Attribute])],
) -> TokenStream {
    let held = events.iter().map(|(ident, carried)| {
        let name = crate::names::plain(ident);
        let conditions = syntax::conditions(carried);
        let here = syntax::glue(ident);
        let hold = quote_spanned!(ident.span()=> LOCK.hold::<#ident>(#name));
        quote_spanned!(here=> #(#conditions)* const _: () = #hold;)
    });
    let golden = events.iter().map(|(ident, carried)| {
        let conditions = syntax::conditions(carried);
        quote!(#(#conditions)* #cqrs::Golden::of::<#ident>())
    });
    quote! {
        #(#carried)*
        const _: () = {
            const LOCK: #cqrs::Lock = #cqrs::lock!();
            #(#held)*
            #[cfg(test)]
            #cqrs::inventory::submit! {
                LOCK.goldens(&[#(#golden),*])
            }
        };
    }
}

const GRAMMAR: Grammar = Grammar {
    attribute: "events_lock",
    literal: "a path",
    field: false,
    options: &[Setting::Crate],
};

/// Expands `events_lock!(..)`.
///
/// With `EVENTS_LOCK` in the environment the file is about to be written, and may not be there yet: then nothing
/// is held to it.
pub(crate) fn events_lock(args: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let options = Options::in_args(args, &GRAMMAR, &mut errors);
    let cqrs = options.private();
    let file = options
        .literal
        .as_ref()
        .map_or_else(|| "events.lock".to_owned(), syn::LitStr::value);
    let path = format!("/{file}");
    let place = options
        .literal
        .as_ref()
        .map_or_else(proc_macro2::Span::call_site, syn::LitStr::span);
    let path = quote! {
        ::core::concat!(::core::env!("CARGO_MANIFEST_DIR"), #path)
    };
    let is_written = std::env::var_os("EVENTS_LOCK").is_some_and(|mode| !mode.is_empty());
    let lock = if is_written {
        quote!(#cqrs::Lock::NONE_YET)
    } else {
        let text = quote_spanned!(place=> ::core::include_str!(#path));
        quote! {{
            const TEXT: &::core::primitive::str = #text;
            const EVENTS: &[#cqrs::Locked] = &#cqrs::index::<{ #cqrs::count(TEXT) }>(TEXT);
            #cqrs::Lock::of(TEXT, EVENTS)
        }}
    };
    errors.follow(quote! {
        #[doc(hidden)]
        #[allow(long_running_const_eval)]
        pub(crate) const __EVENTS_LOCK: #cqrs::Lock = {
            // so that a build knows of another mode
            const _: ::core::option::Option<&::core::primitive::str> =
                ::core::option_env!("EVENTS_LOCK");
            #lock
        };

        #[cfg(test)]
        mod events_lock {
            #[test]
            fn holds() {
                #cqrs::verify(#path, ::core::module_path!());
            }
        }
    })
}
