//! Every macro, given calls of macros that were changed token by token.
//!
//! It never panics. What it writes is Rust wherever what it was given is, and an attribute leaves the user's item there.
#![no_main]

use cqrs_fuzz::input::{Call, Which};
use cqrs_fuzz::mutation::{Dice, change, cross};
use libfuzzer_sys::{Corpus, fuzz_crossover, fuzz_mutator, fuzz_target, fuzzer_mutate};
use proc_macro2::{TokenStream, TokenTree};
use syn::{Fields, File, ImplItem, Item};

fuzz_target!(|data: &[u8]| -> Corpus { run(data) });

fn run(data: &[u8]) -> Corpus {
    let Some(call) = read(data) else {
        return Corpus::Reject;
    };
    let expansion = call.expand();
    let Ok(item) = syn::parse2::<Item>(call.seen()) else {
        return Corpus::Keep;
    };
    let args = match &call.which {
        Which::Derive(_) => TokenStream::new(),
        Which::Attribute(_, args) => args.clone(),
    };
    if is_beyond_syn(&item) || [call.item.clone(), args].into_iter().any(has_type_self) {
        return Corpus::Keep;
    }
    let text = expansion.to_string();
    let file: File = match syn::parse2(expansion) {
        Ok(file) => file,
        Err(error) => panic!("the expansion is not Rust: {error}\n{call}\n---\n{text}"),
    };
    if matches!(call.which, Which::Attribute(..)) {
        for name in names(&item) {
            assert!(
                mentions(&text.parse::<TokenStream>().unwrap_or_default(), &name),
                "`{name}` is gone\n{call}\n---\n{text}"
            );
        }
    }
    drop(file);
    Corpus::Keep
}

fn read(data: &[u8]) -> Option<Call> {
    Call::read(str::from_utf8(data).ok()?)
}

/// Whether the parser let something through that it has no syntax for, or the compiler none.
fn is_beyond_syn(item: &Item) -> bool {
    let unnamed = |fields: &Fields| {
        fields
            .iter()
            .any(|field| field.ident.as_ref().is_some_and(|ident| ident == "_"))
    };
    match item {
        Item::Verbatim(_) => true,
        Item::Impl(item) => item
            .items
            .iter()
            .any(|item| matches!(item, ImplItem::Verbatim(_))),
        Item::Struct(item) => unnamed(&item.fields),
        Item::Enum(item) => item.variants.iter().any(|variant| unnamed(&variant.fields)),
        Item::Union(item) => unnamed(&Fields::Named(item.fields.clone())),
        _ => false,
    }
}

/// Whether some type seems to be `self` or the like: that is Rust in some places and none in others, and means nothing.
fn has_type_self(tokens: TokenStream) -> bool {
    let mut in_type = false;
    tokens.into_iter().any(|token| match token {
        TokenTree::Punct(punct) => {
            in_type = match punct.as_char() {
                '&' | '\'' => in_type,
                punct => ":<>=,".contains(punct),
            };
            false
        }
        TokenTree::Ident(ident) if ident == "mut" => false,
        TokenTree::Ident(ident) => {
            let is_keyword = ["self", "super", "crate"]
                .iter()
                .any(|keyword| ident == keyword);
            std::mem::take(&mut in_type) && is_keyword
        }
        TokenTree::Group(group) => {
            in_type = false;
            has_type_self(group.stream())
        }
        TokenTree::Literal(_) => {
            in_type = false;
            false
        }
    })
}

/// The names that the user gave: the item's, or those of its methods.
fn names(item: &Item) -> Vec<String> {
    match item {
        Item::Struct(item) => vec![item.ident.to_string()],
        Item::Enum(item) => vec![item.ident.to_string()],
        Item::Fn(item) => vec![item.sig.ident.to_string()],
        Item::Impl(item) => item
            .items
            .iter()
            .filter_map(|item| match item {
                ImplItem::Fn(method) => Some(method.sig.ident.to_string()),
                _ => None,
            })
            .collect(),
        _ => Vec::new(),
    }
}

fn mentions(tokens: &TokenStream, name: &str) -> bool {
    tokens.clone().into_iter().any(|token| match token {
        TokenTree::Ident(ident) => ident == name,
        TokenTree::Group(group) => mentions(&group.stream(), name),
        _ => false,
    })
}

fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    let mut dice = Dice::new(seed);
    match read(&data[..size]) {
        Some(mut call) if dice.below(8) > 0 => {
            change(&mut call, &mut dice);
            put(&call.to_string(), data, max_size).unwrap_or(size)
        }
        _ => fuzzer_mutate(data, size, max_size),
    }
});

fuzz_crossover!(|one: &[u8], other: &[u8], out: &mut [u8], seed: u32| {
    let mut dice = Dice::new(seed);
    let most = out.len();
    match (read(one), read(other)) {
        (Some(mut call), Some(other)) => {
            cross(&mut call, &other, &mut dice);
            put(&call.to_string(), out, most).unwrap_or_default()
        }
        _ => 0,
    }
});

/// Writes the text over the bytes, if there is room for it.
fn put(text: &str, bytes: &mut [u8], most: usize) -> Option<usize> {
    let room = bytes.get_mut(..text.len())?;
    if text.len() > most {
        return None;
    }
    room.copy_from_slice(text.as_bytes());
    Some(text.len())
}
