//! The derives: one file a noun, and here what they share.

pub(crate) mod aggregate;
pub(crate) mod command;
pub(crate) mod event;
pub(crate) mod id;
pub(crate) mod projection;
pub(crate) mod query;
pub(crate) mod resources;
pub(crate) mod service;

use crate::errors::Errors;
use crate::names;
use crate::options::Options;
use crate::paths::Private;
use crate::syntax;
use proc_macro2::TokenStream;
use quote::quote_spanned;
use syn::{
    Attribute, Data, DeriveInput, Field, Fields, Ident, Index, Member, Meta, Type, Visibility,
};

/// Our attributes that mark a field, and whose fields they mark.
pub(crate) const MARKS: [(&str, &str); 3] = [
    ("id", "a command"),
    ("tag", "an event"),
    ("index", "a projection"),
];

/// What a derive says of the noun that it is for.
pub(crate) struct Noun {
    /// Its attribute: `command`.
    pub(crate) attribute: &'static str,
    /// The noun with its article: `a command`.
    pub(crate) a: &'static str,
    /// Why it cannot be generic, and what to do.
    pub(crate) not_generic: &'static str,
    /// Its derive: `Command`.
    pub(crate) derive: &'static str,
    /// The attribute that marks its fields: `id`, or nothing.
    pub(crate) mark: &'static str,
    /// Whether that takes options, which the noun reads itself.
    pub(crate) mark_takes_options: bool,
}

/// A field that is marked.
#[derive(Clone)]
pub(crate) struct Marked {
    /// The field's name or place.
    pub(crate) member: Member,
    /// The field's type.
    pub(crate) ty: Type,
    /// The field's visibility.
    pub(crate) vis: Visibility,
    /// The mark, to put an error at.
    pub(crate) mark: Attribute,
    /// Under which `#[cfg]` the field stands: a vocabulary sees it unevaluated, a derive never.
    pub(crate) conditions: Vec<Attribute>,
}

/// Reads the type under a derive; nothing if it is generic, since then nothing can be generated.
pub(crate) fn read(input: TokenStream, noun: &Noun, errors: &mut Errors) -> Option<DeriveInput> {
    let input: DeriveInput = errors.take(syn::parse2(input))?;
    if !input.generics.params.is_empty() {
        let message = format!("{} cannot be generic: {}", noun.a, noun.not_generic);
        errors.at(&input.generics, message);
        return None;
    }
    marks_stand_on_fields(&input.attrs, noun, errors);
    noun_stands_on_the_type(&input.data, noun, errors);
    Some(input)
}

/// The fields of a struct; an error that says `otherwise` if it is none.
pub(crate) fn struct_fields<'a>(
    input: &'a DeriveInput,
    noun: &Noun,
    otherwise: &str,
    errors: &mut Errors,
) -> Option<&'a Fields> {
    match &input.data {
        Data::Struct(data) => return Some(&data.fields),
        Data::Enum(data) => errors.at(
            data.enum_token,
            format_args!("{} is a struct: {otherwise}", noun.a),
        ),
        Data::Union(data) => errors.at(
            data.union_token,
            format_args!("{} is a struct: {otherwise}", noun.a),
        ),
    }
    None
}

/// The fields that carry the noun's mark, in order.
pub(crate) fn marked<'a>(
    fields: impl IntoIterator<Item = &'a Field>,
    noun: &Noun,
    errors: &mut Errors,
) -> Vec<Marked> {
    let mut found = Vec::new();
    for (place, field) in (0..).zip(fields) {
        let marks: Vec<_> = field
            .attrs
            .iter()
            .filter(|attr| syntax::is(attr, noun.mark))
            .collect();
        for mark in &marks {
            mark_is_plain(mark, noun, errors);
        }
        match marks[..] {
            [] => {}
            [mark, ..] => found.push(Marked {
                member: member(field, place),
                ty: syntax::ungrouped(field.ty.clone()),
                vis: field.vis.clone(),
                mark: mark.clone(),
                conditions: syntax::conditions(&field.attrs)
                    .into_iter()
                    .cloned()
                    .collect(),
            }),
        }
        if let [_, again, ..] = marks[..] {
            errors.at(
                again,
                format_args!("`#[{}]` is given twice: keep one", noun.mark),
            );
        }
    }
    found
}

pub(crate) fn member(field: &Field, place: u32) -> Member {
    match &field.ident {
        Some(ident) => Member::Named(ident.clone()),
        None => Member::Unnamed(Index {
            index: place,
            span: proc_macro2::Span::call_site(),
        }),
    }
}

fn mark_is_plain(mark: &Attribute, noun: &Noun, errors: &mut Errors) {
    if !matches!(mark.meta, Meta::Path(_)) && !noun.mark_takes_options {
        errors.at(
            mark,
            format_args!("`#[{0}]` takes no options: write `#[{0}]`", noun.mark),
        );
    }
}

fn noun_stands_on_the_type(data: &Data, noun: &Noun, errors: &mut Errors) {
    match data {
        Data::Struct(data) => noun_is_not_on(&data.fields, "type", noun, errors),
        Data::Union(data) => noun_is_not_on(&data.fields.named, "type", noun, errors),
        Data::Enum(data) => {
            for variant in &data.variants {
                noun_is_not_among(&variant.attrs, ["type", "a variant"], noun, errors);
                noun_is_not_on(&variant.fields, "type", noun, errors);
            }
        }
    }
}

/// An error at the noun's own attribute where it stands on a field of its owner.
pub(crate) fn noun_is_not_on<'a>(
    fields: impl IntoIterator<Item = &'a Field>,
    owner: &str,
    noun: &Noun,
    errors: &mut Errors,
) {
    for field in fields {
        noun_is_not_among(&field.attrs, [owner, "a field"], noun, errors);
    }
}

fn noun_is_not_among(
    attrs: &[Attribute],
    [owner, place]: [&str; 2],
    noun: &Noun,
    errors: &mut Errors,
) {
    for attr in attrs.iter().filter(|attr| syntax::is(attr, noun.attribute)) {
        let message = format!(
            "`#[{}(..)]` belongs on the {owner}, not on {place}",
            noun.attribute
        );
        errors.at(attr, message);
    }
}

/// An error at the noun's mark where it does not stand on a field.
pub(crate) fn marks_stand_on_fields(attrs: &[Attribute], noun: &Noun, errors: &mut Errors) {
    for attr in attrs.iter().filter(|attr| attr.path().is_ident(noun.mark)) {
        errors.at(
            attr,
            format_args!("`#[{}]` marks a field: put it on one", noun.mark),
        );
    }
}

/// `const STORED: Stored<Self> = stored::<Deposit>();`, shown at the type: an error where it lacks what that needs,
/// unless its definition is in error anyway
pub(crate) fn stored(cqrs: &Private, ident: &Ident, sound: bool) -> TokenStream {
    let here = syntax::glue(ident);
    let cqrs = cqrs.at(here);
    if !sound {
        return quote_spanned!(here=> const STORED: #cqrs::Stored<Self> = #cqrs::never_stored(););
    }
    quote_spanned!(here=> const STORED: #cqrs::Stored<Self> = #cqrs::stored::<#ident>();)
}

/// The stored name: as given, else the type's name in snake case.
pub(crate) fn stored_name(
    options: &Options,
    ident: &Ident,
    noun: &Noun,
    errors: &mut Errors,
) -> String {
    match &options.literal {
        None => names::default(ident, noun.attribute, errors),
        given => names::given(given.as_ref(), "a stored name", errors)
            .unwrap_or_else(|| names::snake_case(ident)),
    }
}
