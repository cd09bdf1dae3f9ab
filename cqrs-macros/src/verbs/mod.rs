//! The attributes of `impl` blocks: one file a verb, and here what they share.

pub(crate) mod answer;
pub(crate) mod apply;
mod arguments;
mod block;
pub(crate) mod handle;
pub(crate) mod key;
pub(crate) mod project;
mod signature;
mod unread;
pub(crate) mod upcast;

use crate::syntax;
use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote};
use syn::{Ident, Type};

/// What a verb says of its block and methods.
struct Verb {
    /// `handle`
    attribute: &'static str,
    /// With its article: `a #[handle]`
    a: &'static str,
    /// What a method of it is for: `command`
    message: &'static str,
    /// What happens to the message, and what the method does: `handled`, `handles`
    happens: [&'static str; 2],
    /// A signature to copy, after the name: `(&self, command: &Command) -> Result<Event, Error>`
    signature: &'static str,
    /// The receiver, and why.
    receiver: Receiver,
    /// The types of parameters that only methods of other verbs take, each with what is said of it.
    foreign: &'static [(&'static str, &'static str)],
}

/// What stands before the message in a verb's signature.
enum Receiver {
    /// `&self`
    Shared(&'static str),
    /// `&mut self`
    Exclusive(&'static str),
    /// `&mut self`, which is a row; or `rows: &mut RowsMut<Self>`, or `tables: &Transaction`
    Row(&'static str),
    /// `rows: &Rows<Self>`, or `&self` of a singleton
    Source(&'static str),
}

/// A name for a type parameter that none of the user's tokens mentions: the wanted one, or it with a number.
pub(crate) fn fresh(wanted: &str, tokens: impl IntoIterator<Item = impl ToTokens>) -> Ident {
    let tokens: TokenStream = tokens
        .into_iter()
        .map(|part| part.to_token_stream())
        .collect();
    let mut name = wanted.to_owned();
    let mut number = 1;
    while syntax::mentions(tokens.clone(), &name) {
        number += 1;
        name = format!("{wanted}{number}");
    }
    Ident::new(&name, Span::call_site())
}

/// The path of an inherent method: `Account::opened`.
fn path(target: &Type, method: &Ident) -> TokenStream {
    match target {
        Type::Path(path)
            if path.qself.is_none() && path.path.segments.iter().all(|s| s.arguments.is_none()) =>
        {
            quote!(#target::#method)
        }
        _ => quote!(<#target>::#method),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use syn::parse_quote;

    #[test]
    fn a_fresh_name_is_in_no_token() {
        let types: [Type; 2] = [parse_quote!(Result<R, [R2; 4]>), parse_quote!(Error)];
        assert_eq!(fresh("R", &types), "R3");
        assert_eq!(fresh("A", &types), "A");
    }

    #[test]
    fn paths_are_plain_where_they_can_be() {
        assert_eq!(
            path(&parse_quote!(bank::Account), &parse_quote!(open)).to_string(),
            "bank :: Account :: open"
        );
        assert_eq!(
            path(&parse_quote!(Account<u8>), &parse_quote!(open)).to_string(),
            "< Account < u8 > > :: open"
        );
    }
}
