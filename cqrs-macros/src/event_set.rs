//! The event enum: what `#[events]` and `#[apply(enum = ..)]` implement for it.

use crate::paths::Private;
use crate::syntax;
use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::{Attribute, Ident, Type};

/// An enum whose variants hold messages of one kind.
pub(crate) struct MessageEnum {
    pub(crate) cqrs: Private,
    /// What everything generated for it carries over.
    pub(crate) carried: Vec<Attribute>,
    pub(crate) ident: Ident,
    pub(crate) variants: Vec<Variant>,
}

/// A variant and the message that it holds.
pub(crate) struct Variant {
    /// The `#[cfg]` under which it exists.
    pub(crate) conditions: Vec<Attribute>,
    /// What an item that is generated for it carries over.
    pub(crate) carried: Vec<Attribute>,
    pub(crate) ident: Ident,
    pub(crate) ty: Type,
}

/// `impl From<Opened> for AccountEvent { .. }`, for each variant.
pub(crate) fn conversions(set: &MessageEnum) -> TokenStream {
    let MessageEnum {
        carried: of_set,
        ident,
        variants,
        ..
    } = set;
    let conversions = variants.iter().map(
        |Variant {
             carried,
             ident: variant,
             ty,
             ..
         }| {
            quote! {
                #(#of_set)*
                #(#carried)*
                #[automatically_derived]
                impl ::core::convert::From<#ty> for #ident {
                    fn from(message: #ty) -> Self {
                        Self::#variant(message)
                    }
                }
            }
        },
    );
    quote!(#(#conversions)*)
}

/// `EventSet` and `Emit` for an enum of events.
pub(crate) fn expand(set: &MessageEnum) -> TokenStream {
    let event_set = event_set(set);
    let emit = emit(set);
    quote!(#event_set #emit)
}

/// `impl EventSet for AccountEvent { .. }`
fn event_set(set: &MessageEnum) -> TokenStream {
    let MessageEnum {
        cqrs,
        carried,
        ident,
        variants,
    } = set;
    let types = variants.iter().map(
        |Variant { conditions, ty, .. }| quote!(#(#conditions)* #cqrs::EventType::of::<#ty>()),
    );
    let decoded = variants.iter().map(
        |Variant {
             conditions,
             ident,
             ty,
             ..
         }| {
            let owned = quote_spanned!(syntax::glue(ty)=> event.decode::<#ty>()?.into_owned());
            quote! {
                #(#conditions)*
                <#ty as #cqrs::Event>::NAME => Self::#ident(#owned),
            }
        },
    );
    let type_of = variants.iter().map(
        |Variant {
             conditions,
             ident,
             ty,
             ..
         }| { quote!(#(#conditions)* Self::#ident(_) => #cqrs::EventType::of::<#ty>(),) },
    );
    quote! {
        #(#carried)*
        #[automatically_derived]
        impl #cqrs::EventSet for #ident {
            const EVENTS: &'static [#cqrs::EventType] = &[#(#types),*];

            fn decode(
                event: &#cqrs::RecordedEvent,
            ) -> ::core::result::Result<Self, #cqrs::DecodeError> {
                ::core::result::Result::Ok(match event.name_among(Self::EVENTS) {
                    #(#decoded)*
                    _ => return ::core::result::Result::Err(event.not_in_set::<Self>()),
                })
            }

            fn event_type(&self) -> #cqrs::EventType {
                match *self {
                    #(#type_of)*
                }
            }
        }
    }
}

/// `impl<A: Aggregate> Emit<A> for AccountEvent where Opened: Emit<A, Error = Infallible>, .. { .. }`
fn emit(set: &MessageEnum) -> TokenStream {
    let MessageEnum {
        cqrs,
        carried,
        ident,
        variants,
    } = set;
    let aggregate = crate::verbs::fresh("A", variants.iter().map(|variant| &variant.ty));
    let (aliases, emitters): (Vec<_>, Vec<_>) = variants
        .iter()
        .enumerate()
        .map(|variant| emitter(cqrs, variant))
        .unzip();
    let emitted = variants.iter().map(
        |Variant {
             conditions, ident, ..
         }| {
            quote!(#(#conditions)* Self::#ident(event) => #cqrs::Emit::emit(event, decision),)
        },
    );
    let emit = quote! {
        #(#carried)*
        #[automatically_derived]
        impl<#aggregate: #cqrs::Aggregate> #cqrs::Emit<#aggregate> for #ident
        where
            #(#emitters: #cqrs::Emit<#aggregate, Error = ::core::convert::Infallible>,)*
        {
            type Error = ::core::convert::Infallible;
            const EMITS: #cqrs::Emits =
                #cqrs::Emits::any_of(<Self as #cqrs::EventSet>::EVENTS);

            fn emit(
                self,
                decision: &mut #cqrs::Decision<'_, #aggregate>,
            ) -> ::core::result::Result<(), Self::Error> {
                match self {
                    #(#emitted)*
                }
            }
        }
    };
    if aliases.iter().all(TokenStream::is_empty) {
        return emit;
    }
    quote! {
        #(#carried)*
        const _: () = {
            #(#aliases)*
            #emit
        };
    }
}

/// What stands for a variant in the bounds of [`emit`], which cannot carry a `#[cfg]`: its type, or an alias
/// of nothing where the variant does not exist.
fn emitter(cqrs: &Private, (place, variant): (usize, &Variant)) -> (TokenStream, TokenStream) {
    let Variant { conditions, ty, .. } = variant;
    if conditions.is_empty() {
        return (TokenStream::new(), quote!(#ty));
    }
    let alias = crate::verbs::fresh(&format!("Conditional{place}"), [ty]);
    let predicates = conditions
        .iter()
        .filter_map(|cfg| cfg.meta.require_list().ok())
        .map(|cfg| &cfg.tokens);
    let aliases = quote! {
        #(#conditions)*
        type #alias = #ty;
        #[cfg(not(all(#(#predicates),*)))]
        type #alias = #cqrs::Absent;
    };
    (aliases, quote!(#alias))
}
