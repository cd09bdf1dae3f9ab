//! Parses an `impl` block without its methods' bodies. They are the user's, of any length, and go back as they
//! came: to read them would cost the build the most.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use syn::parse::discouraged::Speculative;
use syn::parse::{ParseStream, Parser};
use syn::{
    Attribute, Block, Expr, FnModifiers, ImplItem, ImplItemFn, Item, Signature, Stmt, braced, token,
};

/// The item, as `syn::parse2` reads it, but that bodies of methods are one verbatim expression.
pub(super) fn item(tokens: TokenStream) -> syn::Result<Item> {
    let mut header: Vec<TokenTree> = tokens.clone().into_iter().collect();
    let Some(TokenTree::Group(block)) = header.pop() else {
        return syn::parse2(tokens);
    };
    let mut empty = Group::new(block.delimiter(), TokenStream::new());
    empty.set_span(block.span());
    header.push(TokenTree::Group(empty));
    match syn::parse2(header.into_iter().collect()) {
        Ok(Item::Impl(mut parsed)) if block.delimiter() == Delimiter::Brace => {
            let (attrs, items) = Parser::parse2(content, block.stream())?;
            parsed.attrs.extend(attrs);
            parsed.items = items;
            Ok(Item::Impl(parsed))
        }
        _ => syn::parse2(tokens),
    }
}

fn content(input: ParseStream<'_>) -> syn::Result<(Vec<Attribute>, Vec<ImplItem>)> {
    let attrs = input.call(Attribute::parse_inner)?;
    let mut items = Vec::new();
    while !input.is_empty() {
        items.push(impl_item(input)?);
    }
    Ok((attrs, items))
}

fn impl_item(input: ParseStream<'_>) -> syn::Result<ImplItem> {
    let ahead = input.fork();
    let attrs = ahead.call(Attribute::parse_outer)?;
    let vis = ahead.parse()?;
    let sig = match ahead.parse::<Signature>() {
        Ok(sig) if ahead.peek(token::Brace) => sig,
        _ => return input.parse(), // not a method, or one that syn has something to say of
    };
    let body;
    let brace_token = braced!(body in ahead);
    let body = Expr::Verbatim(body.parse()?);
    input.advance_to(&ahead);
    Ok(ImplItem::Fn(ImplItemFn {
        attrs,
        vis,
        modifiers: FnModifiers::default(),
        sig,
        block: Block {
            brace_token,
            stmts: vec![Stmt::Expr(body, None)],
        },
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use quote::{ToTokens, quote};

    #[test]
    fn a_block_goes_back_as_it_came() {
        let block = quote! {
            /// Decides.
            #[cfg(all())]
            impl bank::Account {
                #![allow(unused)]
                const LIMIT: fn() -> u64 = { limit };
                type Id = u64;
                /// Opens.
                pub(crate) async fn open(&self, command: &Open<{ N }>) -> fn() -> u64 where [(); { 1 }]: Sized {
                    #![allow(dead_code)]
                    let x = what syn does not read;
                    |x| { x }
                }
                fn empty(&self) {}
                default fn other(&self) -> u64 { 1 }
                fn without_body(&self);
                some::macro_call! { fn inner() {} }
            }
        };
        let parsed = item(block.clone()).unwrap();
        assert!(matches!(parsed, Item::Impl(_)));
        assert_eq!(parsed.to_token_stream().to_string(), block.to_string());
    }

    #[test]
    fn what_is_no_block_is_read_as_ever() {
        for other in [
            quote!(
                struct Account {
                    balance: u64,
                }
            ),
            quote!(
                fn open() {
                    1
                }
            ),
            quote!(
                struct Account;
            ),
        ] {
            let parsed = item(other.clone()).unwrap();
            assert_eq!(parsed.to_token_stream().to_string(), other.to_string());
        }
        for broken in [quote!(), quote!(impl Account { fn open(&self) -> { 1 } })] {
            let told = item(broken.clone()).err().map(|error| error.to_string());
            let ever = syn::parse2::<Item>(broken)
                .err()
                .map(|error| error.to_string());
            assert!(told.is_some());
            assert_eq!(told, ever);
        }
    }
}
