//! The `impl` block under a verb.

use super::{Verb, unread};
use crate::errors::Errors;
use crate::options::{Grammar, Options};
use crate::paths::Private;
use crate::registration::{self, Entry};
use crate::syntax;
use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::spanned::Spanned;
use syn::{Attribute, Ident, ImplItem, ImplItemFn, Item, ItemImpl, Type};

/// Our attributes of blocks.
const VERBS: [&str; 5] = ["handle", "apply", "project", "answer", "upcast"];

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

/// Expands an attribute: reads its options and its block, hands them to `expand`, and adds all errors.
pub(super) fn expanded(
    args: TokenStream,
    item: TokenStream,
    verb: &Verb,
    grammar: &Grammar,
    expand: impl FnOnce(Block, Options, &mut Errors) -> TokenStream,
) -> TokenStream {
    let mut errors = Errors::default();
    let options = Options::in_args(args, grammar, &mut errors);
    let expansion = match parse(&options, item, verb, &mut errors) {
        Ok(block) => expand(block, options, &mut errors),
        Err(item) => item,
    };
    errors.follow(expansion)
}

/// Reads the block. In error, what to emit instead of an expansion: the item as it was.
fn parse(
    options: &Options,
    item: TokenStream,
    verb: &Verb,
    errors: &mut Errors,
) -> Result<Block, TokenStream> {
    let mut parsed = match unread::item(item.clone()) {
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
    block_has_one_verb(&mut parsed, verb, errors);
    if !block_is_inherent(&parsed, verb, errors) || !block_is_not_generic(&parsed, verb, errors) {
        return Err(item);
    }
    block_holds_methods(&parsed, verb, errors);
    for item in &mut parsed.items {
        if let ImplItem::Fn(method) = item {
            syntax::refuse_hidden(&mut method.attrs, &["key"], errors);
        }
    }
    let carried = syntax::carried(&parsed.attrs);
    parsed.attrs.push(spared());
    Ok(Block {
        cqrs: options.private(),
        carried,
        target: syntax::peeled(&parsed.self_ty).clone(),
        item: parsed,
    })
}

/// The lints on signatures that a verb prescribes: the method takes `&self` and a reference, needed or not.
fn spared() -> Attribute {
    syn::parse_quote! {
        #[allow(
            clippy::missing_const_for_fn,
            clippy::needless_pass_by_ref_mut,
            clippy::trivially_copy_pass_by_ref,
            clippy::unused_self
        )]
    }
}

impl Block {
    /// The methods, as the user wrote them.
    pub(super) fn methods(&self) -> impl Iterator<Item = &ImplItemFn> {
        self.item.items.iter().filter_map(|item| match item {
            ImplItem::Fn(method) => Some(method),
            _ => None,
        })
    }

    /// The method that takes `message`.
    pub(super) fn method(&self, method: &ImplItemFn, message: Type) -> Method {
        let of_method = syntax::carried(&method.attrs);
        Method {
            carried: self.carried.iter().cloned().chain(of_method).collect(),
            ident: method.sig.ident.clone(),
            message,
        }
    }

    /// The registration of the type that the block is for.
    pub(super) fn entry(&self, what: &'static str) -> Entry<'_> {
        Entry {
            carried: &self.carried,
            what,
            of: &self.target,
            place: self.target.span(),
            needs: None,
        }
    }

    /// The registrations that the block makes, all at once.
    pub(super) fn registrations<'a>(
        &self,
        entries: impl IntoIterator<Item = Entry<'a>>,
    ) -> Option<TokenStream> {
        let entries: Vec<_> = entries.into_iter().collect();
        registration::submit(&self.cqrs, &self.carried, &entries)
    }
}

fn block_is_an_impl(item: &Item, verb: &Verb, errors: &mut Errors) {
    let Verb {
        attribute,
        signature,
        ..
    } = verb;
    let message = match item {
        Item::Fn(method) if method.sig.receiver().is_some() => {
            format!(
                "`#[{attribute}]` goes on the `impl` block around the methods, not on one of them"
            )
        }
        _ => format!(
            "`#[{attribute}]` goes on an `impl` block: write `#[{attribute}] impl Type {{ fn ..{signature} {{ .. }} }}`"
        ),
    };
    errors.at(syntax::head(item), message);
}

/// An error at each other verb on the block, which is taken away.
fn block_has_one_verb(block: &mut ItemImpl, verb: &Verb, errors: &mut Errors) {
    block.attrs.retain(|attr| {
        let other = VERBS.iter().find(|word| syntax::is(attr, word));
        if let Some(other) = other {
            let message = if *other == verb.attribute {
                format!("`#[{other}]` is given twice: keep one")
            } else {
                format!(
                    "a block has one verb: write another `#[{other}] impl` for the methods of that"
                )
            };
            errors.at(attr, message);
        }
        other.is_none()
    });
}

fn block_is_inherent(block: &ItemImpl, verb: &Verb, errors: &mut Errors) -> bool {
    let Some((path, _)) = &block.trait_ else {
        return true;
    };
    let target = syntax::text(&block.self_ty);
    let message = format!(
        "`#[{0}]` goes on an inherent `impl` block: write `#[{0}] impl {target}` without the trait",
        verb.attribute
    );
    errors.at(path, message);
    false
}

fn block_is_not_generic(block: &ItemImpl, verb: &Verb, errors: &mut Errors) -> bool {
    let message = format!(
        "{} block cannot be generic: its methods are registered, each for one type",
        verb.a
    );
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
        errors.at(
            &block.self_ty,
            format_args!("{a} block has methods: write `fn ..{signature}`, or delete it"),
        );
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
            "{a} block holds its methods and nothing else: move this {what} to a plain `impl` block"
        );
        errors.at(name, message);
    }
}

/// What all verbs know of a method.
pub(super) struct Method {
    /// What everything generated for it carries over.
    pub(super) carried: Vec<Attribute>,
    pub(super) ident: Ident,
    /// The type of the command, event or query.
    pub(super) message: Type,
}

impl Method {
    /// The doc line of the routing to `target`.
    pub(super) fn doc(&self, target: &Type) -> String {
        format!(
            " Routes `{}` to `{}`.",
            syntax::text(&self.message),
            syntax::text(target)
        )
    }

    /// The registration of the message.
    pub(super) fn entry(&self, what: &'static str) -> Entry<'_> {
        Entry {
            carried: &self.carried,
            what,
            of: &self.message,
            place: self.ident.span(),
            needs: None,
        }
    }

    fn clashes_with(&self, other: &Self) -> bool {
        let is_certain = |method: &Self| !syntax::is_conditional(&method.carried);
        is_certain(self) && is_certain(other) && syntax::alike(&self.message, &other.message)
    }
}

/// The methods without those whose message an earlier one takes: an error at each such message.
pub(super) fn each_message_once<T>(
    methods: Vec<T>,
    of: impl Fn(&T) -> &Method,
    verb: &Verb,
    errors: &mut Errors,
) -> Vec<T> {
    let mut kept: Vec<T> = Vec::new();
    for candidate in methods {
        let method = of(&candidate);
        if let Some(first) = kept
            .iter()
            .map(&of)
            .find(|first| first.clashes_with(method))
        {
            let (message, [happens, does]) = (syntax::text(&method.message), verb.happens);
            let told = format!(
                "{} `{message}` is {happens} twice: `{}` already {does} it",
                verb.message, first.ident
            );
            errors.at(&method.message, told);
        } else {
            kept.push(candidate);
        }
    }
    kept
}
