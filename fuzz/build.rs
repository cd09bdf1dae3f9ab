//! Writes the modules of `cqrs-macros` as those of an ordinary library: a crate of macros cannot be called otherwise.

use quote::quote;
use std::path::{Path, PathBuf};
use std::{env, fs};
use syn::{Attribute, Item, ItemFn, Meta};

fn main() {
    let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("../cqrs-macros/src");
    println!("cargo::rerun-if-changed={}", sources.display());
    let written = fs::read_to_string(sources.join("lib.rs")).expect("cqrs-macros has a lib.rs");
    let file = syn::parse_file(&written).expect("it is Rust");

    let (mut items, mut derives, mut attributes) = (Vec::new(), Vec::new(), Vec::new());
    for item in file.items {
        match item {
            Item::Mod(module) if module.content.is_none() => {
                if module.attrs.iter().any(|attr| attr.path().is_ident("cfg")) {
                    continue; // the tests
                }
                let name = &module.ident;
                let path = source_of(&sources, &name.to_string());
                items.push(quote!(#[path = #path] pub(crate) mod #name;));
            }
            Item::Fn(function) => {
                let (name, block) = (&function.sig.ident, &function.block);
                if let Some(derive) = derive(&function) {
                    derives.push(quote!((#derive, #name)));
                    items.push(quote!(fn #name(input: TokenStream) -> TokenStream #block));
                } else if is_attribute(&function) {
                    let called = name.to_string();
                    attributes.push(quote!((#called, #name)));
                    items.push(
                        quote!(fn #name(args: TokenStream, item: TokenStream) -> TokenStream #block),
                    );
                }
            }
            _ => {}
        }
    }
    let library = quote! {
        use proc_macro2::TokenStream;
        #(#items)*
        /// The derives, by name.
        pub static DERIVES: &[(&str, fn(TokenStream) -> TokenStream)] = &[#(#derives),*];
        /// The attributes, by name.
        pub static ATTRIBUTES: &[(&str, fn(TokenStream, TokenStream) -> TokenStream)] = &[#(#attributes),*];
    };
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets it")).join("macros.rs");
    fs::write(out, library.to_string()).expect("cargo made the folder");
}

fn source_of(sources: &Path, module: &str) -> String {
    let file = sources.join(format!("{module}.rs"));
    let folder = sources.join(module).join("mod.rs");
    let found = if file.exists() { file } else { folder };
    found.display().to_string()
}

/// The name of the derive that the function is.
fn derive(function: &ItemFn) -> Option<String> {
    let is = |attr: &&Attribute| attr.path().is_ident("proc_macro_derive");
    match &function.attrs.iter().find(is)?.meta {
        Meta::List(list) => list
            .tokens
            .clone()
            .into_iter()
            .next()
            .map(|name| name.to_string()),
        _ => None,
    }
}

fn is_attribute(function: &ItemFn) -> bool {
    let attrs = &mut function.attrs.iter();
    attrs.any(|attr| attr.path().is_ident("proc_macro_attribute"))
}
