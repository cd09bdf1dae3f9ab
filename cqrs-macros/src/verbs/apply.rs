//! `#[apply]`: the methods of the block change an aggregate's state by events.

use super::block::{self, Block, Method};
use super::{Receiver, Verb, signature};
use crate::errors::Errors;
use crate::event_set::{self, MessageEnum, Variant};
use crate::fact::{self, Effect, Fact};
use crate::options::{Grammar, Setting};
use crate::syntax;
use crate::written;
use proc_macro2::TokenStream;
use quote::quote;
use std::iter;
use syn::{Ident, ImplItemFn, ReturnType, Visibility};

const VERB: Verb = Verb {
    attribute: "apply",
    a: "an `#[apply]`",
    message: "event",
    happens: ["applied", "applies"],
    signature: "(&mut self, event: &Event)",
    receiver: Receiver::Exclusive("it changes the state by what happened"),
    foreign: &[("Context", SURPLUS), ("Recorded", SURPLUS)],
};

const SURPLUS: &str = "an `#[apply]` method takes the event and nothing else: what the state is to know of it belongs in the event";

pub(crate) const GRAMMAR: Grammar = Grammar {
    attribute: VERB.attribute,
    literal: "",
    field: false,
    options: &[Setting::Enum, Setting::Crate],
};

/// A method that applies an event.
struct Applier {
    method: Method,
    /// Whether it can be called: not if its signature is in error.
    sound: bool,
    /// The digest of it as it is written.
    written: u64,
}

/// The enum that the block writes.
struct Set {
    vis: Visibility,
    events: MessageEnum,
}

/// Expands the attribute.
pub(crate) fn apply(args: TokenStream, item: TokenStream) -> TokenStream {
    block::expanded(args, item, &VERB, &GRAMMAR, |block, options, errors| {
        let appliers = parse(&block, errors);
        let appliers = check(appliers, errors);
        let set = options
            .set
            .map(|named| set(&block, &appliers, named, errors));
        expand(&block, &appliers, set.as_ref())
    })
}

fn parse(block: &Block, errors: &mut Errors) -> Vec<Applier> {
    block
        .methods()
        .filter_map(|method| applier(block, method, errors))
        .collect()
}

fn applier(block: &Block, method: &ImplItemFn, errors: &mut Errors) -> Option<Applier> {
    let before = errors.count();
    let told = signature::read(method, &VERB, errors);
    if told.fits {
        signature::nothing_follows(&told.others, SURPLUS, errors);
        let reason = "state is folded from what is on record, without waiting";
        signature::it_is_not_async(&method.sig, &VERB, reason, errors);
        it_returns_nothing(method, errors);
    }
    Some(Applier {
        method: block.method(method, told.message?),
        sound: errors.count() == before,
        written: written::digest(method),
    })
}

fn it_returns_nothing(method: &ImplItemFn, errors: &mut Errors) {
    if let ReturnType::Type(_, ty) = &method.sig.output
        && !signature::is_unit(ty)
    {
        errors.at(
            ty,
            "an `#[apply]` method returns nothing: what has happened cannot be refused",
        );
    }
}

fn check(appliers: Vec<Applier>, errors: &mut Errors) -> Vec<Applier> {
    block::each_message_once(appliers, |applier| &applier.method, &VERB, errors)
}

/// The enum that the option `enum = ..` asks for.
fn set(
    block: &Block,
    appliers: &[Applier],
    (vis, ident): (Option<Visibility>, Ident),
    errors: &mut Errors,
) -> Set {
    let variants = named_apart(appliers.iter().filter_map(variant), errors);
    let of_variants = variants.iter().map(|variant| &variant.carried[..]);
    let spared = syntax::spared(of_variants, &block.carried);
    Set {
        vis: vis.unwrap_or_else(|| syn::parse_quote!(pub)),
        events: MessageEnum {
            cqrs: block.cqrs.clone(),
            carried: block.carried.iter().chain(spared).cloned().collect(),
            ident,
            variants,
        },
    }
}

fn variant(applier: &Applier) -> Option<Variant> {
    let Method {
        carried,
        message: event,
        ..
    } = &applier.method;
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
            first.ident == variant.ident
                && first.conditions.is_empty()
                && variant.conditions.is_empty()
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

fn expand(block: &Block, appliers: &[Applier], set: Option<&Set>) -> TokenStream {
    let item = &block.item;
    let fold = fold(block, appliers);
    let facts = appliers.iter().map(|applier| fact(block, applier));
    let sound = appliers.iter().filter(|applier| applier.sound);
    let events = sound.map(|applier| applier.method.entry("event"));
    let registrations = block.registrations(iter::once(block.entry("aggregate")).chain(events));
    let set = set.map(|set| event_enum(block, set));
    quote!(#item #fold #(#facts)* #registrations #set)
}

/// `impl Apply for Account { .. }`
fn fold(block: &Block, appliers: &[Applier]) -> TokenStream {
    let Block {
        cqrs,
        carried,
        target,
        ..
    } = block;
    let types = appliers.iter().map(|applier| {
        let Method {
            carried,
            message: event,
            ..
        } = &applier.method;
        let conditions = syntax::conditions(carried);
        quote!(#(#conditions)* #cqrs::EventType::of::<#event>())
    });
    let methods = appliers.iter().map(|applier| {
        let conditions = syntax::conditions(&applier.method.carried);
        let written = written::number(applier.written);
        quote!(#(#conditions)* #written)
    });
    let arms = appliers
        .iter()
        .filter(|applier| applier.sound)
        .map(|applier| {
            let Method {
                carried,
                ident,
                message: event,
            } = &applier.method;
            let conditions = syntax::conditions(carried);
            let method = super::path(target, ident);
            quote! {
                #(#conditions)*
                <#event as #cqrs::Event>::NAME => #cqrs::apply(self, event, #method),
            }
        });
    let spared = syntax::spared(
        appliers.iter().map(|applier| &applier.method.carried[..]),
        carried,
    );
    quote! {
        #(#spared)*
        #(#carried)*
        #[automatically_derived]
        impl #cqrs::Apply for #target {
            const EVENTS: &'static [#cqrs::EventType] = &[#(#types),*];
            const FOLD: &'static [::core::primitive::u64] = &[#(#methods),*];

            fn apply(
                &mut self,
                event: &#cqrs::Fact<'_>,
            ) -> ::core::result::Result<(), #cqrs::DecodeError> {
                match event.name_among(Self::EVENTS) {
                    #(#arms)*
                    _ => ::core::result::Result::Err(event.unexpected::<Self>()),
                }
            }
        }
    }
}

/// What makes the event a fact of the aggregate.
fn fact(block: &Block, applier: &Applier) -> TokenStream {
    let Block { cqrs, target, .. } = block;
    let Method {
        carried,
        ident,
        message: event,
    } = &applier.method;
    fact::expand(&Fact {
        cqrs,
        carried,
        event,
        aggregate: target,
        effect: if applier.sound {
            Effect::State(super::path(target, ident))
        } else {
            Effect::Unknown
        },
    })
}

/// `pub enum AccountEvent { Opened(Opened), .. }` and what it implements
fn event_enum(block: &Block, Set { vis, events }: &Set) -> TokenStream {
    let MessageEnum {
        carried,
        ident,
        variants,
        ..
    } = events;
    let doc = format!(" The events of `{}`.", syntax::text(&block.target));
    let variants = variants.iter().map(
        |Variant {
             conditions,
             ident,
             ty,
             ..
         }| {
            let doc = format!(" The event `{}`.", syntax::text(ty));
            quote!(#[doc = #doc] #(#conditions)* #ident(#ty))
        },
    );
    let conversions = event_set::conversions(events);
    let event_set = event_set::expand(events);
    quote! {
        #[doc = #doc]
        #[allow(clippy::enum_variant_names)]
        #(#carried)*
        #vis enum #ident {
            #(#variants),*
        }

        #conversions
        #event_set
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::messages;

    #[test]
    fn the_block_writes_its_enum_where_that_is_asked() {
        let block = quote!(impl Account { fn deposited(&mut self, event: &Deposited) {} });
        let expansion = apply(quote!(enum = pub(crate) AccountEvent), block).to_string();
        let written = "pub (crate) enum AccountEvent { # [doc = \" The event `Deposited`.\"] Deposited (Deposited) }";
        assert!(expansion.contains(written), "{expansion}");
        assert!(
            expansion.contains(":: EventSet for AccountEvent"),
            "{expansion}"
        );
    }

    #[test]
    fn mistakes_are_told_together() {
        let block = quote! {
            impl Account {
                async fn opened(&self, event: &Opened, at: &Recorded) -> bool { true }
                fn first(&mut self, event: &Deposited) {}
                fn second(&mut self, event: &Deposited) {}
            }
        };
        assert_eq!(
            messages(apply(quote!(), block)),
            [
                "an `#[apply]` method takes `&mut self`: it changes the state by what happened",
                "an `#[apply]` method takes the event and nothing else: \
                 what the state is to know of it belongs in the event",
                "an `#[apply]` method cannot be `async`: state is folded from what is on record, without waiting",
                "an `#[apply]` method returns nothing: what has happened cannot be refused",
                "event `Deposited` is applied twice: `first` already applies it",
            ]
        );
    }
}
