//! Derives that stand for serde's and cost next to nothing, so that what ours cost shows beside them.

use proc_macro::{TokenStream, TokenTree};

#[proc_macro_derive(Serialize, attributes(serde))]
pub fn serialize(item: TokenStream) -> TokenStream {
    implemented(
        "impl ::serde::Serialize for NAME {
            fn serialize<S: ::serde::Serializer>(&self, _: S) -> ::core::result::Result<S::Ok, S::Error> {
                loop {}
            }
        }",
        item,
    )
}

#[proc_macro_derive(Deserialize, attributes(serde))]
pub fn deserialize(item: TokenStream) -> TokenStream {
    implemented(
        "impl<'de> ::serde::Deserialize<'de> for NAME {
            fn deserialize<D: ::serde::Deserializer<'de>>(_: D) -> ::core::result::Result<Self, D::Error> {
                loop {}
            }
        }",
        item,
    )
}

fn implemented(text: &str, item: TokenStream) -> TokenStream {
    let is_struct = |token: &TokenTree| matches!(token, TokenTree::Ident(word) if word.to_string() == "struct");
    let name = item.into_iter().skip_while(|token| !is_struct(token)).nth(1);
    let name = name.expect("a struct has a name").to_string();
    text.replace("NAME", &name).parse().expect("it is Rust")
}
