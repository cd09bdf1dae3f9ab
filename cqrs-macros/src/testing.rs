//! How the tests look at expansions.

use crate::{nouns, verbs, vocabulary};
use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::punctuated::Punctuated;
use syn::{Attribute, Fields, File, Item, LitStr, Meta, Path, Token};

/// The messages of the errors in an expansion, in order.
pub(crate) fn messages(expansion: TokenStream) -> Vec<String> {
    let file: File = syn::parse2(expansion).expect("an expansion is Rust");
    let errors = file.items.iter().filter_map(|item| match item {
        Item::Macro(item) => item.mac.parse_body::<LitStr>().ok(),
        _ => None,
    });
    errors.map(|message| message.value()).collect()
}

type Derive = fn(TokenStream) -> TokenStream;
type Attribution = fn(TokenStream, TokenStream) -> TokenStream;

/// Our derives, as `lib.rs` exports them.
pub(crate) const DERIVES: [(&str, Derive); 8] = [
    ("Command", nouns::command::derive),
    ("Event", nouns::event::derive),
    ("Query", nouns::query::derive),
    ("Aggregate", nouns::aggregate::derive),
    ("Projection", nouns::projection::derive),
    ("Service", nouns::service::derive),
    ("Resources", nouns::resources::derive),
    ("Id", nouns::id::derive),
];

/// Our attributes, as `lib.rs` exports them.
pub(crate) const ATTRIBUTES: [(&str, Attribution); 8] = [
    ("commands", vocabulary::commands),
    ("events", vocabulary::events),
    ("handle", verbs::handle::handle),
    ("apply", verbs::apply::apply),
    ("project", verbs::project::project),
    ("answer", verbs::answer::answer),
    ("upcast", verbs::upcast::upcast),
    ("key", |_, item| verbs::key::misplaced(item)),
];

/// The attributes that our derives take.
const HELPERS: [&str; 11] = [
    "command",
    "event",
    "query",
    "aggregate",
    "projection",
    "service",
    "resources",
    "id",
    "tag",
    "index",
    "resource",
];

/// A file as it is once our macros are expanded, and no others.
pub(crate) fn expanded(file: File) -> File {
    File {
        items: file.items.into_iter().flat_map(expanded_item).collect(),
        ..file
    }
}

/// The items that an item becomes.
pub(crate) fn expanded_item(mut item: Item) -> Vec<Item> {
    if let Item::Mod(module) = &mut item
        && let Some((_, items)) = &mut module.content
    {
        *items = std::mem::take(items)
            .into_iter()
            .flat_map(expanded_item)
            .collect();
        return vec![item];
    }
    let Some(attrs) = attrs_of(&mut item) else {
        return vec![item];
    };
    let ours = attrs.iter().enumerate().find_map(|(at, attr)| {
        let known = ATTRIBUTES
            .iter()
            .find(|(name, _)| crate::syntax::is(attr, name));
        known.map(|(_, expand)| (at, *expand))
    });
    if let Some((at, expand)) = ours {
        let args = match attrs.remove(at).meta {
            Meta::List(list) => list.tokens,
            _ => TokenStream::new(),
        };
        return items(expand(args, item.to_token_stream()));
    }
    let derives: Vec<Attribute> = attrs
        .extract_if(.., |attr| attr.path().is_ident("derive"))
        .collect();
    let (ours, theirs): (Vec<Path>, Vec<Path>) = derives
        .iter()
        .flat_map(|derive| {
            let parser = Punctuated::<Path, Token![,]>::parse_terminated;
            derive
                .parse_args_with(parser)
                .expect("a derive lists paths")
        })
        .partition(|path| {
            DERIVES
                .iter()
                .any(|(name, _)| crate::syntax::ends_in(path, name))
        });
    let input = item.to_token_stream();
    let expansions = ours.iter().flat_map(|path| {
        let known = DERIVES
            .iter()
            .find(|(name, _)| crate::syntax::ends_in(path, name));
        known
            .map(|(_, derive)| items(derive(input.clone())))
            .unwrap_or_default()
    });
    let expansions: Vec<Item> = expansions.collect();
    if !ours.is_empty() {
        without_helpers(&mut item);
    }
    if !theirs.is_empty()
        && let Some(attrs) = attrs_of(&mut item)
    {
        attrs.insert(0, syn::parse_quote!(#[derive(#(#theirs),*)]));
    }
    std::iter::once(item).chain(expansions).collect()
}

fn items(expansion: TokenStream) -> Vec<Item> {
    let file: File = syn::parse2(expansion).expect("an expansion is Rust");
    file.items
}

fn attrs_of(item: &mut Item) -> Option<&mut Vec<Attribute>> {
    match item {
        Item::Struct(item) => Some(&mut item.attrs),
        Item::Enum(item) => Some(&mut item.attrs),
        Item::Union(item) => Some(&mut item.attrs),
        Item::Impl(item) => Some(&mut item.attrs),
        Item::Fn(item) => Some(&mut item.attrs),
        Item::Trait(item) => Some(&mut item.attrs),
        Item::Const(item) => Some(&mut item.attrs),
        Item::Static(item) => Some(&mut item.attrs),
        Item::Type(item) => Some(&mut item.attrs),
        Item::Use(item) => Some(&mut item.attrs),
        _ => None,
    }
}

fn without_helpers(item: &mut Item) {
    let is_theirs = |attr: &Attribute| !HELPERS.iter().any(|name| crate::syntax::is(attr, name));
    let of_fields = |fields: &mut Fields| {
        for field in fields {
            field.attrs.retain(is_theirs);
        }
    };
    match item {
        Item::Struct(item) => {
            item.attrs.retain(is_theirs);
            of_fields(&mut item.fields);
        }
        Item::Enum(item) => {
            item.attrs.retain(is_theirs);
            for variant in &mut item.variants {
                variant.attrs.retain(is_theirs);
                of_fields(&mut variant.fields);
            }
        }
        _ => {}
    }
}
