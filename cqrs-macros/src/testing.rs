//! How the tests look at expansions.

use proc_macro2::TokenStream;
use syn::{File, Item, LitStr};

/// Asserts that an expansion is, as one writes it, `expected`, which begins on a line of its own.
#[track_caller]
pub(crate) fn assert_expands(expansion: TokenStream, expected: &str) {
    let file: File = syn::parse2(expansion).expect("an expansion is Rust");
    assert_eq!(
        prettyplease::unparse(&file),
        expected.trim_start_matches('\n')
    );
}

/// The messages of the errors in an expansion, in order.
pub(crate) fn messages(expansion: TokenStream) -> Vec<String> {
    let file: File = syn::parse2(expansion).expect("an expansion is Rust");
    let errors = file.items.iter().filter_map(|item| match item {
        Item::Macro(item) => item.mac.parse_body::<LitStr>().ok(),
        _ => None,
    });
    errors.map(|message| message.value()).collect()
}
