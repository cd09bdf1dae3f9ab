//! `#[key(..)]`: which rows an event is for, by expressions over the parameters of the method.

use super::{Extra, Rows, WITHOUT_KEYS};
use crate::errors::Errors;
use crate::syntax;
use crate::verbs::block::Block;
use crate::verbs::signature;
use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{Expr, ExprReference, FnArg, ImplItem, ImplItemFn, Meta, Pat, PatType, Token, Type};

/// A parameter, as the keys see it: the event, the record or the id, by the user's name and type.
pub(super) struct Parameter {
    pattern: Box<Pat>,
    ty: Type,
    value: TokenStream,
}

/// The keys that the method's `#[key(..)]` attributes name.
pub(super) fn rows(
    method: &ImplItemFn,
    event: Option<&PatType>,
    others: &[&PatType],
    extras: &[Extra],
    errors: &mut Errors,
) -> Rows {
    let mut keys = Vec::new();
    let mut attrs = method
        .attrs
        .iter()
        .filter(|attr| syntax::is(attr, "key"))
        .peekable();
    let choice = match method.sig.inputs.first() {
        Some(FnArg::Typed(lent)) if signature::is_transaction(lent) => {
            if let Some(key) = attrs.peek() {
                errors.at(key, WITHOUT_KEYS);
            }
            return Rows::InTables(Box::new(signature::behind(&lent.ty).clone()));
        }
        Some(FnArg::Typed(rows)) => Some(syntax::glue(&rows.ty)),
        _ => None,
    };
    match attrs.peek() {
        None => return choice.map_or(Rows::OfStream, Rows::OfItsChoice),
        Some(attr) if let Some(place) = choice => {
            let message = "a `#[project]` method that takes `rows` names each key itself: leave `#[key(..)]` out";
            errors.at(attr, message);
            return Rows::OfItsChoice(place);
        }
        Some(_) => {}
    }
    let place = attrs.peek().map_or_else(Span::call_site, syntax::glue);
    for attr in attrs {
        let parser = Punctuated::<Expr, Token![,]>::parse_terminated;
        let parsed = match &attr.meta {
            Meta::List(_) => errors.take(attr.parse_args_with(parser)),
            _ => Some(Punctuated::new()),
        };
        match parsed {
            Some(parsed) if parsed.is_empty() => {
                errors.at(
                    attr,
                    "`#[key(..)]` says which row the event is for: write `#[key(event.field)]`",
                );
            }
            parsed => keys.extend(parsed.into_iter().flatten()),
        }
    }
    let ours = Span::mixed_site();
    let event = event.map(|event| parameter(event, quote_spanned!(ours=> &decoded)));
    let others = others.iter().zip(extras).map(|(other, extra)| match extra {
        Extra::Record => parameter(other, quote_spanned!(ours=> event.recorded())),
        Extra::Id(_) => parameter(other, quote_spanned!(ours=> &instance)),
    });
    let parameters: Vec<Parameter> = event.into_iter().chain(others).collect();
    keys_are_over_parameters(&keys, &parameters, errors);
    Rows::Of {
        place,
        keys,
        parameters,
    }
}

/// An error at a name that a key begins with and that no parameter has: most often the event is `_`.
fn keys_are_over_parameters(keys: &[Expr], parameters: &[Parameter], errors: &mut Errors) {
    let mut names = Vec::new();
    for Parameter { pattern, .. } in parameters {
        match &**pattern {
            Pat::Ident(pattern) => names.push(&pattern.ident),
            Pat::Wild(_) => {}
            _ => return, // what a pattern binds is the compiler's to tell
        }
    }
    for name in keys.iter().filter_map(root) {
        if names.contains(&name) {
            continue;
        }
        let message = match parameters.first() {
            Some(Parameter { pattern, ty, .. }) if matches!(**pattern, Pat::Wild(_)) => format!(
                "`{name}` is no parameter of this method: a key is over the parameters, so give the event its name, `{name}: {}`",
                syntax::text(ty)
            ),
            _ => format!(
                "`{name}` is no parameter of this method, and a key is over the parameters: {}",
                listed(&names)
            ),
        };
        errors.at(name, message);
    }
}

fn listed(names: &[&Ident]) -> String {
    let names: Vec<_> = names.iter().map(|name| format!("`{name}`")).collect();
    names.join(", ")
}

/// The variable that an expression begins with, as `event` in `event.lines[0].product.clone()`.
fn root(expression: &Expr) -> Option<&Ident> {
    match expression {
        Expr::Field(field) => root(&field.base),
        Expr::MethodCall(call) => root(&call.receiver),
        Expr::Index(index) => root(&index.expr),
        Expr::Reference(reference) => root(&reference.expr),
        Expr::Unary(unary) => root(&unary.expr),
        Expr::Paren(paren) => root(&paren.expr),
        Expr::Group(group) => root(&group.expr),
        Expr::Path(path) => {
            let variable = |name: &&Ident| {
                name.to_string()
                    .starts_with(|first: char| first.is_lowercase())
            };
            path.path.get_ident().filter(variable)
        }
        _ => None,
    }
}

fn parameter(parameter: &PatType, value: TokenStream) -> Parameter {
    Parameter {
        pattern: parameter.pat.clone(),
        ty: syntax::peeled(&parameter.ty).clone(),
        value,
    }
}

pub(super) fn strip_keys(block: &mut Block) {
    for item in &mut block.item.items {
        if let ImplItem::Fn(method) = item {
            let all = method.attrs.len();
            method.attrs.retain(|attr| !syntax::is(attr, "key"));
            if method.attrs.len() < all {
                // a parameter that the key alone uses is used
                method
                    .attrs
                    .push(syn::parse_quote!(#[allow(unused_variables)]));
            }
        }
    }
}

/// `let event: &Placed = &decoded;` where a key mentions `event`.
pub(super) fn named(
    Parameter { pattern, ty, value }: &Parameter,
    keys: &[Expr],
) -> Option<TokenStream> {
    let mentioned = |ident: &Ident| {
        keys.iter()
            .any(|key| syntax::mentions(quote!(#key), &ident.to_string()))
    };
    match &**pattern {
        Pat::Ident(pattern) => {
            let ident = &pattern.ident;
            mentioned(ident).then(|| quote!(let #ident: #ty = #value;))
        }
        Pat::Wild(_) => None,
        pattern => Some(quote!(#[allow(unused_variables)] let #pattern: #ty = #value;)),
    }
}

/// The key behind a reference, which is shown where the key stands.
pub(super) fn borrowed(key: &Expr) -> TokenStream {
    if let Expr::Reference(_) = key {
        return quote!(#key);
    }
    let here = key.span();
    let reference = ExprReference {
        attrs: Vec::new(),
        and_token: Token![&](here),
        mutability: None,
        expr: Box::new(key.clone()),
    };
    quote!(#reference)
}
