//! `#[apply]`: the methods of the block change an aggregate's state by events.

use super::block::{self, Block};
use super::{Receiver, Verb, signature};
use crate::errors::Errors;
use crate::event_set::{self, MessageEnum, Variant};
use crate::options::{Grammar, Key, Options};
use crate::syntax;
use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Attribute, Ident, ImplItemFn, ReturnType, Type, Visibility};

const VERB: Verb = Verb {
    attribute: "apply",
    a: "an `#[apply]`",
    message: "event",
    signature: "(&mut self, event: &Event)",
    receiver: Receiver::Exclusive("it changes the state by what happened"),
};

const GRAMMAR: Grammar = Grammar {
    attribute: VERB.attribute,
    literal: "",
    field: false,
    options: &[Key::Enum, Key::Crate],
};

/// A method that applies an event.
struct Applier {
    /// What everything generated for it carries over.
    carried: Vec<Attribute>,
    ident: Ident,
    event: Type,
    /// Whether it can be called: not if its signature is in error.
    sound: bool,
}

/// The enum that the block writes.
struct Set {
    vis: Visibility,
    ident: Ident,
}

/// Expands the attribute.
pub(crate) fn apply(args: TokenStream, item: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let options = Options::in_args(args, &GRAMMAR, &mut errors);
    let expansion = match block::parse(&options, item, &VERB, &mut errors) {
        Ok(block) => {
            let appliers = parse(&block, &mut errors);
            let appliers = check(appliers, &mut errors);
            let set = options.set.map(|(vis, ident)| Set {
                vis: vis.unwrap_or_else(|| syn::parse_quote!(pub)),
                ident,
            });
            expand(&block, &appliers, set.as_ref(), &mut errors)
        }
        Err(item) => item,
    };
    errors.follow(expansion)
}

fn parse(block: &Block, errors: &mut Errors) -> Vec<Applier> {
    block.methods().filter_map(|method| applier(block, method, errors)).collect()
}

fn applier(block: &Block, method: &ImplItemFn, errors: &mut Errors) -> Option<Applier> {
    let before = errors.count();
    let told = signature::read(method, &VERB, errors);
    if told.fits {
        let surplus = "an `#[apply]` method takes the event and nothing else: \
                       what the state is to know of it belongs in the event";
        signature::nothing_follows(&told.others, surplus, errors);
        let reason = "state is folded from what is on record, without waiting";
        signature::it_is_not_async(&method.sig, &VERB, reason, errors);
        it_returns_nothing(method, errors);
    }
    Some(Applier {
        carried: block.carried_by(method),
        ident: method.sig.ident.clone(),
        event: told.message?,
        sound: errors.count() == before,
    })
}

fn it_returns_nothing(method: &ImplItemFn, errors: &mut Errors) {
    if let ReturnType::Type(_, ty) = &method.sig.output
        && !signature::is_unit(ty)
    {
        errors.at(ty, "an `#[apply]` method returns nothing: what has happened cannot be refused");
    }
}

fn check(appliers: Vec<Applier>, errors: &mut Errors) -> Vec<Applier> {
    let messages = appliers.iter().map(|a| (&a.ident, &a.event, &a.carried[..]));
    let told =
        |event: &str, first: &Ident| format!("event `{event}` is applied twice: `{first}` already applies it");
    let kept = block::each_message_has_one_method(messages, told, errors);
    appliers.into_iter().zip(kept).filter_map(|(applier, kept)| kept.then_some(applier)).collect()
}

fn expand(block: &Block, appliers: &[Applier], set: Option<&Set>, errors: &mut Errors) -> TokenStream {
    let item = &block.item;
    let fold = fold(block, appliers);
    let appliers_impls = appliers.iter().map(|applier| {
        let applied = applied(block, applier);
        let emit = emit(block, applier);
        quote!(#applied #emit)
    });
    let set = set.map(|set| event_enum(block, appliers, set, errors));
    quote!(#item #fold #(#appliers_impls)* #set)
}

/// `impl Apply for Account { .. }`, and its registration
fn fold(block: &Block, appliers: &[Applier]) -> TokenStream {
    let Block { cqrs, carried, target, .. } = block;
    let types = appliers.iter().map(|Applier { carried, event, .. }| {
        let conditions = syntax::conditions(carried);
        quote!(#(#conditions)* #cqrs::EventType::of::<#event>())
    });
    let arms = appliers.iter().filter(|applier| applier.sound).map(|Applier { carried, ident, event, .. }| {
        let conditions = syntax::conditions(carried);
        quote! {
            #(#conditions)*
            <#event as #cqrs::Event>::NAME => self.#ident(&*event.decode::<#event>()?),
        }
    });
    let registration = super::registration(cqrs, carried, "aggregate", target, target.span());
    let spared = syntax::spared(appliers.iter().map(|applier| &applier.carried), carried);
    quote! {
        #(#spared)*
        #(#carried)*
        #[automatically_derived]
        impl #cqrs::Apply for #target {
            const EVENTS: &'static [#cqrs::EventType] = &[#(#types),*];

            fn apply(
                &mut self,
                event: &#cqrs::RecordedEvent,
            ) -> ::core::result::Result<(), #cqrs::DecodeError> {
                match event.name() {
                    #(#arms)*
                    _ => return ::core::result::Result::Err(event.unexpected::<Self>()),
                }
                ::core::result::Result::Ok(())
            }
        }

        #registration
    }
}

/// `impl Applied for Deposited { type By = Account; }`
fn applied(block: &Block, Applier { carried, event, .. }: &Applier) -> TokenStream {
    let Block { cqrs, target, .. } = block;
    let doc = format!(" `{}` is a fact of `{}`.", syntax::text(event), syntax::text(target));
    let here = syntax::glue(event);
    let cqrs = cqrs.at(here);
    quote_spanned! {here=>
        #[doc = #doc]
        #(#carried)*
        #[automatically_derived]
        impl #cqrs::Applied for #event {
            type By = #target;
        }
    }
}

/// `impl Emit<Account> for Deposited { .. }`, and the event's registration
fn emit(block: &Block, applier: &Applier) -> TokenStream {
    let Block { cqrs, target, .. } = block;
    let Applier { carried, ident, event, sound } = applier;
    let (apply, registration) = if *sound {
        let registration = super::registration(cqrs, carried, "event", event, ident.span());
        (super::path(target, ident), registration)
    } else {
        (quote!(|_, _| {}), TokenStream::new())
    };
    let here = syntax::glue(event);
    let cqrs = cqrs.at(here);
    quote_spanned! {here=>
        #(#carried)*
        #[automatically_derived]
        impl #cqrs::Emit<#target> for #event {
            type Error = ::core::convert::Infallible;

            fn emit(
                self,
                decision: &mut #cqrs::Decision<'_, #target>,
            ) -> ::core::result::Result<(), Self::Error> {
                decision.record(self, #apply);
                ::core::result::Result::Ok(())
            }
        }

        #registration
    }
}

/// `pub enum AccountEvent { Opened(Opened), .. }` and what it implements
fn event_enum(block: &Block, appliers: &[Applier], Set { vis, ident }: &Set, errors: &mut Errors) -> TokenStream {
    let Block { cqrs, carried, target, .. } = block;
    let variants = named_apart(appliers.iter().filter_map(variant), errors);
    let doc = format!(" The events of `{}`.", syntax::text(target));
    let written = variants.iter().map(|Variant { conditions, ident, ty, .. }| {
        let doc = format!(" The event `{}`.", syntax::text(ty));
        quote!(#[doc = #doc] #(#conditions)* #ident(#ty))
    });
    let spared = syntax::spared(appliers.iter().map(|applier| &applier.carried), carried);
    let carried: Vec<Attribute> = carried.clone();
    let written = quote! {
        #[doc = #doc]
        #(#spared)*
        #(#carried)*
        #vis enum #ident {
            #(#written),*
        }
    };
    if variants.is_empty() {
        return written;
    }
    let set = MessageEnum { cqrs: cqrs.clone(), carried, ident: ident.clone(), variants };
    let conversions = event_set::conversions(&set);
    let event_set = event_set::expand(&set);
    quote!(#written #conversions #event_set)
}

fn variant(Applier { carried, event, .. }: &Applier) -> Option<Variant> {
    Some(Variant {
        conditions: syntax::conditions(carried).into_iter().cloned().collect(),
        carried: carried.clone(),
        ident: syntax::last_name(event)?.clone(),
        ty: event.clone(),
    })
}

/// The variants, without those that an earlier one leaves no name: an error at each of their types.
fn named_apart(variants: impl Iterator<Item = Variant>, errors: &mut Errors) -> Vec<Variant> {
    let mut apart: Vec<Variant> = Vec::new();
    for variant in variants {
        let is_taken = apart.iter().any(|first| {
            first.ident == variant.ident && first.conditions.is_empty() && variant.conditions.is_empty()
        });
        if is_taken {
            let message = format!(
                "the event enum has a variant `{}` already: give one of the two events another name",
                variant.ident
            );
            errors.at(&variant.ty, message);
        } else {
            apart.push(variant);
        }
    }
    apart
}
