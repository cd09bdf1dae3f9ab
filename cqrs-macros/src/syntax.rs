//! Questions about the user's syntax.

use crate::errors::Errors;
use proc_macro2::{Group, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::token::Bracket;
use syn::{
    AttrStyle, Attribute, Expr, ExprLit, Ident, Item, Lit, LitStr, Meta, MetaNameValue, Path,
    Token, Type,
};

/// The type without the invisible groups of `macro_rules!` and without parentheses around it.
pub(crate) fn ungrouped(ty: Type) -> Type {
    match ty {
        Type::Group(group) => ungrouped(*group.elem),
        Type::Paren(paren) => ungrouped(*paren.elem),
        other => other,
    }
}

/// The same, of a type that is looked at.
pub(crate) fn peeled(ty: &Type) -> &Type {
    match ty {
        Type::Group(group) => peeled(&group.elem),
        Type::Paren(paren) => peeled(&paren.elem),
        other => other,
    }
}

/// The last name in the path of a type: `Context` of `&'a cqrs::Context` is not one, of `cqrs::Context` it is.
pub(crate) fn last_name(ty: &Type) -> Option<&Ident> {
    match peeled(ty) {
        Type::Path(path) => path.path.segments.last().map(|segment| &segment.ident),
        _ => None,
    }
}

/// Whether the attribute is `#[name]`, under whatever path.
pub(crate) fn is(attr: &Attribute, name: &str) -> bool {
    ends_in(attr.path(), name)
}

/// Whether the path's last segment is `name`.
pub(crate) fn ends_in(path: &Path, name: &str) -> bool {
    path.segments
        .last()
        .is_some_and(|segment| segment.ident == name)
}

/// Whether the item is there only under some `#[cfg]`.
pub(crate) fn is_conditional(attrs: &[Attribute]) -> bool {
    attrs.iter().any(|attr| attr.path().is_ident("cfg"))
}

/// The attributes that what is generated for an item carries over: when it exists, and which lints it is spared.
pub(crate) fn carried(attrs: &[Attribute]) -> Vec<Attribute> {
    let mut carried: Vec<Attribute> = attrs.iter().filter_map(carry).collect();
    carried.extend(attrs.iter().filter_map(carry_conditional));
    if attrs.iter().any(|attr| attr.path().is_ident("deprecated")) {
        carried.push(syn::parse_quote!(#[allow(deprecated)]));
    }
    carried
}

/// The lints alone of what stands in a `#[cfg_attr(..)]`, under its condition.
fn carry_conditional(attr: &Attribute) -> Option<Attribute> {
    let (condition, inner) = conditional(attr)?;
    let lints: Vec<TokenStream> = inner
        .into_iter()
        .filter_map(|meta| match meta {
            Meta::List(list) if ends_in(&list.path, "allow") || ends_in(&list.path, "expect") => {
                let lints = list.tokens;
                Some(quote!(allow(#lints)))
            }
            meta if ends_in(meta.path(), "deprecated") => Some(quote!(allow(deprecated))),
            _ => None,
        })
        .collect();
    (!lints.is_empty()).then(|| syn::parse_quote!(#[cfg_attr(#condition, #(#lints),*)]))
}

/// The condition of a `#[cfg_attr(..)]`, and the attributes that it stands for.
fn conditional(attr: &Attribute) -> Option<(Meta, Vec<Meta>)> {
    if !attr.path().is_ident("cfg_attr") {
        return None;
    }
    let parser = Punctuated::<Meta, Token![,]>::parse_terminated;
    let mut metas = attr.parse_args_with(parser).ok()?.into_iter();
    Some((metas.next()?, metas.collect()))
}

/// Takes away each `#[cfg_attr(..)]` that stands for an attribute which we must see, `#[cfg]` or one of ours:
/// an error.
///
/// The compiler decides it where it stands on an item or under a derive; within the item of another attribute
/// it is left as written.
pub(crate) fn refuse_hidden(attrs: &mut Vec<Attribute>, ours: &[&str], errors: &mut Errors) {
    attrs.retain(|attr| {
        let hidden = conditional(attr).and_then(|(_, inner)| {
            inner.into_iter().find(|meta| {
                meta.path().is_ident("cfg") || ours.iter().any(|word| ends_in(meta.path(), word))
            })
        });
        if let Some(hidden) = &hidden {
            let word = hidden.path().segments.last().map(|last| last.ident.to_string());
            let message = format!(
                "`#[{}]` is not seen within a `#[cfg_attr(..)]` here: write it out, and `#[cfg(..)]` beside it",
                word.unwrap_or_default()
            );
            errors.at(hidden, message);
        }
        hidden.is_none()
    });
}

fn carry(attr: &Attribute) -> Option<Attribute> {
    if attr.path().is_ident("cfg") || attr.path().is_ident("allow") {
        return Some(attr.clone());
    }
    // What is expected of the item need not show in what is generated for it.
    match &attr.meta {
        Meta::List(list) if attr.path().is_ident("expect") => {
            let lints = &list.tokens;
            Some(syn::parse_quote!(#[allow(#lints)]))
        }
        _ => None,
    }
}

/// `#[doc = ".."]`, made and not parsed: a vocabulary has many.
pub(crate) fn doc(text: &str) -> Attribute {
    Attribute {
        pound_token: <Token![#]>::default(),
        style: AttrStyle::Outer,
        bracket_token: Bracket::default(),
        meta: Meta::NameValue(MetaNameValue {
            path: Ident::new("doc", Span::call_site()).into(),
            eq_token: <Token![=]>::default(),
            value: Expr::Lit(ExprLit {
                attrs: Vec::new(),
                lit: Lit::Str(LitStr::new(text, Span::call_site())),
            }),
        }),
    }
}

/// The `#[cfg]` attributes alone, for places that take no others.
pub(crate) fn conditions(attrs: &[Attribute]) -> Vec<&Attribute> {
    attrs
        .iter()
        .filter(|attr| attr.path().is_ident("cfg"))
        .collect()
}

/// Whether the identifier occurs anywhere in the tokens, be it in braces within a string.
pub(crate) fn mentions(tokens: TokenStream, ident: &str) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Ident(found) => found == ident,
        TokenTree::Group(group) => mentions(group.stream(), ident),
        TokenTree::Literal(literal) => literal.to_string().contains(&format!("{{{ident}")),
        TokenTree::Punct(_) => false,
    })
}

/// The type with `Self` spelled out as `target`: for an impl of another type than the one the user wrote in.
pub(crate) fn without_self(ty: &Type, target: &Type) -> TokenStream {
    fn spelled_out(tokens: TokenStream, target: &Type) -> TokenStream {
        tokens
            .into_iter()
            .flat_map(|token| match token {
                TokenTree::Ident(ident) if ident == "Self" => {
                    let here = ident.span();
                    let at_self = |mut token: TokenTree| {
                        token.set_span(here);
                        token
                    };
                    target.to_token_stream().into_iter().map(at_self).collect()
                }
                TokenTree::Group(group) => {
                    let inner = spelled_out(group.stream(), target);
                    let mut whole = Group::new(group.delimiter(), inner);
                    whole.set_span(group.span());
                    TokenStream::from(TokenTree::Group(whole))
                }
                other => TokenStream::from(other),
            })
            .collect()
    }
    spelled_out(ty.to_token_stream(), target)
}

/// Whether two pieces of syntax are written alike.
pub(crate) fn alike(a: &impl ToTokens, b: &impl ToTokens) -> bool {
    a.to_token_stream().to_string() == b.to_token_stream().to_string()
}

/// The first word that says what an item is, to put an error at.
pub(crate) fn head(item: &Item) -> TokenStream {
    match item {
        Item::Struct(item) => item.struct_token.to_token_stream(),
        Item::Enum(item) => item.enum_token.to_token_stream(),
        Item::Union(item) => item.union_token.to_token_stream(),
        Item::Fn(item) => item.sig.fn_token.to_token_stream(),
        Item::Impl(item) => item.impl_token.to_token_stream(),
        Item::Mod(item) => item.mod_token.to_token_stream(),
        Item::Trait(item) => item.trait_token.to_token_stream(),
        other => other.to_token_stream(),
    }
}

/// A type as one writes it, without the spaces between its tokens.
pub(crate) fn text(ty: &Type) -> String {
    let mut text = String::new();
    let spaced = peeled(ty).to_token_stream().to_string();
    for token in spaced.split(' ') {
        let word = |c: char| c.is_alphanumeric() || c == '_';
        let follows_word = text.ends_with(|c: char| word(c) || c == ',' || c == '=' || c == '+');
        let begins_word =
            token.starts_with(|c: char| word(c) || matches!(c, '&' | '\'' | '=' | '+'));
        if follows_word && begins_word {
            text.push(' ');
        }
        text.push_str(token);
    }
    text
}

/// The span of what is generated because of some piece of the user's code: ours, shown where that stands.
pub(crate) fn glue(user: &impl Spanned) -> Span {
    Span::call_site().located_at(user.span())
}

/// The lints that some method is spared and the block is not, for what calls them all.
pub(crate) fn spared<'a>(
    methods: impl Iterator<Item = &'a [Attribute]>,
    block: &'a [Attribute],
) -> Vec<&'a Attribute> {
    let mut spared: Vec<&Attribute> = Vec::new();
    for attr in methods
        .flatten()
        .filter(|attr| attr.path().is_ident("allow") || attr.path().is_ident("cfg_attr"))
    {
        let known = block
            .iter()
            .chain(spared.iter().copied())
            .any(|known| alike(known, attr));
        if !known {
            spared.push(attr);
        }
    }
    spared
}
