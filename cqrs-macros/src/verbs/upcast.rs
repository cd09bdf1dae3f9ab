//! `#[upcast]`: the methods of the block read what older versions of an event wrote.

use super::block::{self, Block};
use super::{Receiver, Verb, signature};
use crate::errors::Errors;
use crate::options::{Grammar, Setting};
use crate::syntax;
use proc_macro2::{Literal, Span, TokenStream};
use quote::{quote, quote_spanned};
use std::num::NonZeroU32;
use syn::{
    Attribute, FnArg, GenericArgument, ImplItem, ImplItemFn, LitInt, Meta, PatType, PathArguments,
    ReturnType, Type,
};

const VERB: Verb = Verb {
    foreign: &[],
    attribute: "upcast",
    a: "an `#[upcast]`",
    message: "old shape",
    happens: ["read", "reads"],
    signature: "(old: OldShape) -> Self",
    receiver: Receiver::Shared("there is no event yet"),
};

pub(crate) const GRAMMAR: Grammar = Grammar {
    attribute: VERB.attribute,
    literal: "",
    field: false,
    options: &[Setting::Crate],
};

/// The attribute that names the version.
const FROM: &str = "from";

/// A method that reads one version.
struct Upcaster<'a> {
    carried: Vec<Attribute>,
    method: &'a ImplItemFn,
    from: From,
    old: Type,
    /// Whether it takes `at: &Recorded`.
    dated: bool,
    /// What it returns, in a `Result` or not.
    next: Type,
}

/// The version whose data a method takes.
struct From {
    version: u32,
    place: Span,
}

/// Expands the attribute.
pub(crate) fn upcast(args: TokenStream, item: TokenStream) -> TokenStream {
    block::expanded(args, item, &VERB, &GRAMMAR, |block, _, errors| {
        let impls = {
            let upcasters = parse(&block, errors);
            let upcasters = each_version_once(upcasters, errors);
            each_leads_on(&upcasters, &block, errors);
            let impls = upcasters
                .iter()
                .map(|upcaster| expand(&block, &upcasters, upcaster));
            quote!(#(#impls)*)
        };
        let item = without_marks(block);
        quote!(#item #impls)
    })
}

fn parse<'a>(block: &'a Block, errors: &mut Errors) -> Vec<Upcaster<'a>> {
    block
        .methods()
        .filter_map(|method| upcaster(block, method, errors))
        .collect()
}

fn upcaster<'a>(
    block: &Block,
    method: &'a ImplItemFn,
    errors: &mut Errors,
) -> Option<Upcaster<'a>> {
    let before = errors.count();
    let from = from(method, errors);
    signature::method_is_plain(method, &VERB, errors);
    let reason = "what is on record is read without waiting";
    signature::it_is_not_async(&method.sig, &VERB, reason, errors);
    let parameters = parameters(method, errors);
    let next = next(method, errors);
    let ((old, dated), next, from) = (parameters?, next?, from?);
    if errors.count() > before {
        return None;
    }
    let carried = block.carried.iter().cloned();
    Some(Upcaster {
        carried: carried.chain(syntax::carried(&method.attrs)).collect(),
        method,
        from,
        old: syntax::ungrouped(old.clone()),
        dated,
        next,
    })
}

/// The version in `#[from(1)]`.
fn from(method: &ImplItemFn, errors: &mut Errors) -> Option<From> {
    let mut marks = method.attrs.iter().filter(|attr| is_mark(attr));
    let Some(mark) = marks.next() else {
        let name = &method.sig.ident;
        let message = format!(
            "which version wrote what `{name}` reads? Write `#[from(1)]` over it, or move it to a plain `impl` block"
        );
        errors.at(name, message);
        return None;
    };
    if let Some(again) = marks.next() {
        errors.at(
            again,
            "`#[from(..)]` is given twice: a method reads one version",
        );
    }
    let version = match &mark.meta {
        Meta::List(list) => list.parse_args::<LitInt>().ok(),
        Meta::Path(_) | Meta::NameValue(_) => None,
    };
    let number = version
        .as_ref()
        .and_then(|version| version.base10_parse::<NonZeroU32>().ok());
    let Some((number, version)) = number.zip(version) else {
        errors.at(
            mark,
            "`#[from(..)]` takes the version whose data the method reads, as in `#[from(1)]`",
        );
        return None;
    };
    Some(From {
        version: number.get(),
        place: version.span(),
    })
}

fn is_mark(attr: &Attribute) -> bool {
    attr.path().is_ident(FROM)
}

/// The type of the old shape, and whether the record follows.
fn parameters<'a>(method: &'a ImplItemFn, errors: &mut Errors) -> Option<(&'a Type, bool)> {
    let signature = &method.sig;
    if let Some(receiver) = signature.receiver() {
        errors.at(
            receiver,
            "an `#[upcast]` method takes no `self`: there is no event yet, it makes one of what is on record",
        );
        return None;
    }
    let typed: Vec<&PatType> = signature
        .inputs
        .iter()
        .filter_map(|input| match input {
            FnArg::Typed(typed) => Some(typed),
            FnArg::Receiver(_) => None,
        })
        .collect();
    let [old, others @ ..] = &typed[..] else {
        let name = &signature.ident;
        let message = format!(
            "an `#[upcast]` method takes what the old version wrote: write `fn {name}{}`",
            VERB.signature
        );
        errors.at(name, message);
        return None;
    };
    if let Type::Reference(reference) = syntax::peeled(&old.ty) {
        let owned = syntax::text(&reference.elem);
        errors.at(
            &old.ty,
            format_args!("an `#[upcast]` method takes what is read for it alone: write `{owned}`"),
        );
    }
    let dated = match others {
        [] => false,
        [at, surplus @ ..] => {
            if !signature::is_reference_to(&at.ty, "Recorded") {
                errors.at(
                    &at.ty,
                    "after the old shape, an `#[upcast]` method takes the event's record: write `at: &Recorded`",
                );
            }
            let message = "an `#[upcast]` method takes the old shape and its record, and nothing else: \
                           what is on record is read alike everywhere";
            signature::nothing_follows(surplus, message, errors);
            true
        }
    };
    Some((&old.ty, dated))
}

/// The type that it returns, out of its `Result`.
fn next(method: &ImplItemFn, errors: &mut Errors) -> Option<Type> {
    let message = "an `#[upcast]` method returns `Self`, or what the method from the next version takes; or a `Result` of either";
    let ReturnType::Type(_, ty) = &method.sig.output else {
        errors.at(&method.sig.ident, message);
        return None;
    };
    if signature::is_unit(ty) || signature::is_unnamed(ty) {
        errors.at(ty, message);
        return None;
    }
    Some(syntax::ungrouped(out_of_result(ty).clone()))
}

fn out_of_result(ty: &Type) -> &Type {
    let peeled = syntax::peeled(ty);
    if let Type::Path(path) = peeled
        && let Some(last) = path.path.segments.last()
        && last.ident.to_string().ends_with("Result")
        && let PathArguments::AngleBracketed(arguments) = &last.arguments
        && let Some(GenericArgument::Type(ok)) = arguments.args.first()
    {
        return syntax::peeled(ok);
    }
    peeled
}

/// The methods without those whose version another reads.
fn each_version_once<'a>(upcasters: Vec<Upcaster<'a>>, errors: &mut Errors) -> Vec<Upcaster<'a>> {
    let mut kept: Vec<Upcaster<'a>> = Vec::new();
    for upcaster in upcasters {
        let same = |first: &&Upcaster<'_>| {
            first.from.version == upcaster.from.version
                && !syntax::is_conditional(&first.carried)
                && !syntax::is_conditional(&upcaster.carried)
        };
        if let Some(first) = kept.iter().find(same) {
            let message = format!(
                "version {} is read twice: `{}` already reads it",
                upcaster.from.version, first.method.sig.ident
            );
            errors.push(syn::Error::new(upcaster.from.place, message));
        } else {
            kept.push(upcaster);
        }
    }
    kept
}

impl Upcaster<'_> {
    /// Whether it makes today's event.
    fn is_last(&self, block: &Block) -> bool {
        syntax::text(&self.next) == "Self" || syntax::alike(&self.next, &block.target)
    }

    /// The method that takes what it returns.
    fn following<'a>(&self, upcasters: &'a [Self]) -> Option<&'a Self> {
        let version = self.from.version.checked_add(1)?;
        upcasters
            .iter()
            .find(|upcaster| upcaster.from.version == version)
    }
}

/// An error at the return type of a method that makes neither the event nor what another takes.
fn each_leads_on(upcasters: &[Upcaster<'_>], block: &Block, errors: &mut Errors) {
    for upcaster in upcasters {
        if !upcaster.is_last(block) && upcaster.following(upcasters).is_none() {
            let next = syntax::text(&upcaster.next);
            let message = format!(
                "nothing takes this `{next}`: return `Self`, or write `#[from({})] fn ..(old: {next}) -> Self` in this block",
                upcaster.from.version.saturating_add(1)
            );
            errors.at(&upcaster.next, message);
        }
    }
}

/// `impl UpcastFrom<1> for Deposited { .. }`, and that there is a later version.
fn expand(block: &Block, upcasters: &[Upcaster<'_>], first: &Upcaster<'_>) -> TokenStream {
    let Block { cqrs, target, .. } = block;
    let Upcaster {
        carried, from, old, ..
    } = first;
    let mut steps = TokenStream::new();
    let (mut dated, mut upcaster) = (first.dated, first);
    while let Some(following) = upcaster
        .following(upcasters)
        .filter(|_| !upcaster.is_last(block))
    {
        let step = step(block, upcaster, &following.old);
        steps.extend(quote!(let old = #step?;));
        dated |= following.dated;
        upcaster = following;
    }
    let last = step(block, upcaster, &syn::parse_quote!(Self));
    let at = if dated { quote!(at) } else { quote!(_) };
    let version = Literal::u32_unsuffixed(from.version);
    let doc = format!(
        " What version {} of `{}` wrote.",
        from.version,
        syntax::text(target)
    );
    let later = quote_spanned! {from.place=>
        ::core::assert!(
            <#target as #cqrs::Event>::VERSION > #version,
            "this is no older version of the event: raise `version` on it, or delete the method"
        )
    };
    quote! {
        #[doc = #doc]
        #(#carried)*
        #[automatically_derived]
        impl #cqrs::UpcastFrom<#version> for #target {
            fn upcast(
                event: &#cqrs::RecordedEvent,
            ) -> ::core::result::Result<Self, #cqrs::DecodeError> {
                #cqrs::upcast(event, |old: #old, #at| {
                    #steps
                    #last
                })
            }
        }
        #(#carried)*
        const _: () = #later;
    }
}

/// `Upcasted::<WithoutNote>::upcasted(Deposited::in_cents(old))`
fn step(block: &Block, upcaster: &Upcaster<'_>, next: &Type) -> TokenStream {
    let Block { cqrs, target, .. } = block;
    let path = super::path(target, &upcaster.method.sig.ident);
    let at = upcaster.dated.then(|| quote!(, at));
    let here = syntax::glue(&upcaster.next);
    let cqrs = cqrs.at(here);
    quote_spanned!(here=> #cqrs::Upcasted::<#next>::upcasted(#path(old #at)))
}

/// The block, without what only this verb understands.
fn without_marks(block: Block) -> TokenStream {
    let mut item = block.item;
    // the old value is the method's, whatever it takes of it
    let spared = syn::parse_quote!(#[allow(clippy::needless_pass_by_value)]);
    item.attrs.push(spared);
    for inner in &mut item.items {
        if let ImplItem::Fn(method) = inner {
            method.attrs.retain(|attr| !is_mark(attr));
        }
    }
    quote!(#item)
}
