//! Writes one input of the target `macros` for each use of a macro in Rust files: `seeds FOLDER FILE..`.

use cqrs_fuzz::{ATTRIBUTES, DERIVES};
use quote::ToTokens;
use std::collections::HashSet;
use std::path::PathBuf;
use std::{env, fs};
use syn::punctuated::Punctuated;
use syn::{Attribute, Item, Meta, Path, Stmt, Token};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = env::args_os().skip(1);
    let folder = PathBuf::from(arguments.next().ok_or("seeds FOLDER FILE..")?);
    fs::create_dir_all(&folder)?;
    let mut seeds = HashSet::new();
    for file in arguments {
        // a case of a mistake need not be Rust
        if let Ok(file) = syn::parse_file(&fs::read_to_string(file)?) {
            for item in &file.items {
                of_item(item, &mut seeds);
            }
        }
    }
    for (place, seed) in seeds.iter().enumerate() {
        fs::write(folder.join(format!("seed-{place:04}")), seed)?;
    }
    println!("{} calls of macros", seeds.len());
    Ok(())
}

fn of_item(item: &Item, seeds: &mut HashSet<String>) {
    let mut item = item.clone();
    let inner: Vec<Item> = match &item {
        Item::Mod(module) => module
            .content
            .iter()
            .flat_map(|(_, items)| items.clone())
            .collect(),
        Item::Fn(function) => {
            let statements = function.block.stmts.iter();
            statements
                .filter_map(|stmt| {
                    if let Stmt::Item(item) = stmt {
                        Some(item.clone())
                    } else {
                        None
                    }
                })
                .collect()
        }
        _ => Vec::new(),
    };
    for item in &inner {
        of_item(item, seeds);
    }
    let Some(attrs) = attrs(&mut item) else {
        return;
    };
    let calls: Vec<String> = attrs.iter().flat_map(calls).collect();
    attrs.retain(|attr| calls_of(attr).is_none());
    for call in calls {
        seeds.insert(format!("{call}\n{}", item.to_token_stream()));
    }
}

fn attrs(item: &mut Item) -> Option<&mut Vec<Attribute>> {
    match item {
        Item::Struct(item) => Some(&mut item.attrs),
        Item::Enum(item) => Some(&mut item.attrs),
        Item::Union(item) => Some(&mut item.attrs),
        Item::Impl(item) => Some(&mut item.attrs),
        Item::Fn(item) => Some(&mut item.attrs),
        Item::Trait(item) => Some(&mut item.attrs),
        Item::Mod(item) => Some(&mut item.attrs),
        _ => None,
    }
}

fn calls(attr: &Attribute) -> Vec<String> {
    calls_of(attr).unwrap_or_default()
}

/// The calls of our macros that an attribute makes, if it makes any.
fn calls_of(attr: &Attribute) -> Option<Vec<String>> {
    if attr.path().is_ident("derive") {
        let paths = attr
            .parse_args_with(Punctuated::<Path, Token![,]>::parse_terminated)
            .ok()?;
        let calls: Vec<String> = paths
            .iter()
            .filter_map(|path| path.segments.last())
            .filter(|derive| DERIVES.iter().any(|(name, _)| derive.ident == name))
            .map(|derive| format!("derive {}", derive.ident))
            .collect();
        return (!calls.is_empty()).then_some(calls);
    }
    let name = attr.path().segments.last()?.ident.to_string();
    ATTRIBUTES
        .iter()
        .find(|(attribute, _)| *attribute == name)?;
    let args = match &attr.meta {
        Meta::List(list) => list.tokens.to_string().replace('\n', " "),
        _ => String::new(),
    };
    Some(vec![format!("{name}({args})")])
}
