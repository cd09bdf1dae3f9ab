//! The `impl` block under a verb.

use super::Verb;
use crate::errors::Errors;
use crate::options::Options;
use crate::paths::Private;
use crate::syntax;
use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{Attribute, Ident, ImplItem, ImplItemFn, Item, ItemImpl, Type};

/// A block, known to be an inherent one without type parameters.
pub(super) struct Block {
    pub(super) cqrs: Private,
    /// What everything generated carries over.
    pub(super) carried: Vec<Attribute>,
    /// The type that the block is for.
    pub(super) target: Type,
    /// The block itself.
    pub(super) item: ItemImpl,
}

/// Reads the block. In error, what to emit instead of an expansion: the item as it was.
pub(super) fn parse(
    options: &Options,
    item: TokenStream,
    verb: &Verb,
    errors: &mut Errors,
) -> Result<Block, TokenStream> {
    let parsed = match syn::parse2::<Item>(item.clone()) {
        Ok(Item::Impl(parsed)) => parsed,
        Ok(other) => {
            block_is_an_impl(&other, verb, errors);
            return Err(item);
        }
        Err(error) => {
            errors.push(error);
            return Err(item);
        }
    };
    if !block_is_inherent(&parsed, verb, errors) || !block_is_not_generic(&parsed, verb, errors) {
        return Err(item);
    }
    block_holds_methods(&parsed, verb, errors);
    Ok(Block {
        cqrs: options.private(),
        carried: syntax::carried(&parsed.attrs),
        target: syntax::peeled(&parsed.self_ty).clone(),
        item: parsed,
    })
}

impl Block {
    /// The methods, as the user wrote them.
    pub(super) fn methods(&self) -> impl Iterator<Item = &ImplItemFn> {
        self.item.items.iter().filter_map(|item| match item {
            ImplItem::Fn(method) => Some(method),
            _ => None,
        })
    }

    /// What is generated for a method carries over.
    pub(super) fn carried_by(&self, method: &ImplItemFn) -> Vec<Attribute> {
        let of_method = syntax::carried(&method.attrs);
        self.carried.iter().cloned().chain(of_method).collect()
    }
}

fn block_is_an_impl(item: &Item, verb: &Verb, errors: &mut Errors) {
    let Verb { attribute, signature, .. } = verb;
    let message = format!(
        "`#[{attribute}]` goes on an `impl` block, each of whose methods it makes one: \
         write `#[{attribute}] impl Type {{ fn ..{signature} {{ .. }} }}`"
    );
    errors.at(syntax::head(item), message);
}

fn block_is_inherent(block: &ItemImpl, verb: &Verb, errors: &mut Errors) -> bool {
    let Some((path, _)) = &block.trait_ else { return true };
    let target = syntax::text(&block.self_ty);
    let message = format!(
        "`#[{0}]` goes on an inherent `impl` block: write `#[{0}] impl {target}` without the trait",
        verb.attribute
    );
    errors.at(path, message);
    false
}

fn block_is_not_generic(block: &ItemImpl, verb: &Verb, errors: &mut Errors) -> bool {
    let message = format!("{} block cannot be generic: its methods are registered, each for one type", verb.a);
    if !block.generics.params.is_empty() {
        errors.at(&block.generics, message);
    } else if let Some(bounds) = &block.generics.where_clause {
        errors.at(bounds, message);
    } else {
        return true;
    }
    false
}

fn block_holds_methods(block: &ItemImpl, verb: &Verb, errors: &mut Errors) {
    let Verb { a, signature, .. } = verb;
    if block.items.is_empty() {
        errors.at(&block.self_ty, format_args!("{a} block has methods: write `fn ..{signature}`, or delete it"));
    }
    for item in &block.items {
        let (name, what): (TokenStream, _) = match item {
            ImplItem::Fn(_) => continue,
            ImplItem::Const(item) => (item.ident.to_token_stream(), "constant"),
            ImplItem::Type(item) => (item.ident.to_token_stream(), "type"),
            ImplItem::Macro(item) => (item.mac.path.to_token_stream(), "macro"),
            other => (quote!(#other), "item"),
        };
        let message = format!(
"{a} block holds only its methods: move this {what} to a plain `impl` block"
        );
        errors.at(name, message);
    }
}

/// An error at each message that two methods of the block take; the first keeps it.
pub(super) fn each_message_has_one_method<'a>(
    methods: impl IntoIterator<Item = (&'a Ident, &'a Type, &'a [Attribute])>,
    told: impl Fn(&str, &Ident) -> String,
    errors: &mut Errors,
) -> Vec<bool> {
    let mut seen: Vec<(&Ident, &Type, bool)> = Vec::new();
    methods
        .into_iter()
        .map(|(ident, message, attrs)| {
            let conditional = syntax::is_conditional(attrs);
            let first = seen.iter().find(|(_, earlier, was_conditional)| {
                !conditional && !was_conditional && syntax::alike(earlier, &message)
            });
            if let Some((first, ..)) = first {
                errors.at(message, told(&syntax::text(message), first));
                return false;
            }
            seen.push((ident, message, conditional));
            true
        })
        .collect()
}
