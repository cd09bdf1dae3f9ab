//! Questions about the user's syntax.

use proc_macro2::{Group, Span, TokenStream, TokenTree};
use quote::ToTokens;
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
    if attrs.iter().any(|attr| attr.path().is_ident("deprecated")) {
        carried.push(syn::parse_quote!(#[allow(deprecated)]));
    }
    carried
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
        .filter(|attr| attr.path().is_ident("allow"))
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
