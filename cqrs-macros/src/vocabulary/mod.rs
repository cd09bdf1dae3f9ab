//! `#[commands]` and `#[events]`: an enum whose variants become structs.

mod category;
mod commands;
mod events;
mod write;

pub(crate) use commands::commands;
pub(crate) use events::events;
#[cfg(test)]
pub(crate) use {
    commands::GRAMMAR as COMMANDS, commands::WORD as COMMAND_WORD, events::GRAMMAR as EVENTS,
    events::WORD as EVENT_WORD,
};

use crate::errors::Errors;
use crate::names;
use crate::nouns::{self, Noun};
use crate::options::{Grammar, Options, Record};
use crate::paths::Private;
use crate::syntax;
use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::punctuated::Punctuated;
use syn::{Attribute, Fields, Ident, Item, ItemEnum, LitStr, Path, Token, Visibility};

/// The attributes of ours that stand in a vocabulary, and nowhere in what is written from it.
const OURS: [&str; 5] = ["command", "event", "id", "tag", "index"];

/// Our derives: a word is of one noun.
const DERIVES: [&str; 7] = [
    "Command",
    "Event",
    "Query",
    "Aggregate",
    "Projection",
    "Service",
    "Resources",
];

/// Those of them that stand on a variant.
const NOUNS: [&str; 2] = ["command", "event"];

/// What all words of a vocabulary are.
struct Kind {
    /// `commands`
    attribute: &'static str,
    /// `command`
    noun: &'static Noun,
    /// What a variant's own attribute takes.
    word: Grammar,
}

/// The enum as the user wrote it, parted into what stays on it and what goes to the structs.
struct Vocabulary {
    cqrs: Private,
    /// What everything generated carries over.
    carried: Vec<Attribute>,
    /// What stays on the enum.
    attrs: Vec<Attribute>,
    /// What goes to each struct: `#[serde(..)]`, and when it exists.
    shared: Vec<Attribute>,
    /// The user's derives, for enum and structs both.
    derives: Vec<Path>,
    vis: Visibility,
    ident: Ident,
    /// `"account"`, unless that is in error.
    category: Option<LitStr>,
    /// `aggregate = "account"`, where that is another name.
    aggregate: Option<LitStr>,
    words: Vec<Word>,
}

/// A variant, and the struct that is written for it.
struct Word {
    /// What its struct and all its impls carry over.
    carried: Vec<Attribute>,
    /// What goes to the struct.
    attrs: Vec<Attribute>,
    /// What stays on the variant.
    kept: Vec<Attribute>,
    ident: Ident,
    name: String,
    /// Whether the user spelled the name out.
    spelled: bool,
    version: u32,
    version_place: Span,
    /// Of an event: the names that it was stored under before.
    former: Vec<String>,
    record: Record,
    /// With the marks still on them.
    fields: Fields,
}

impl Word {
    /// What everything generated for the word carries over.
    fn carried_in(&self, vocabulary: &Vocabulary) -> Vec<Attribute> {
        vocabulary
            .carried
            .iter()
            .chain(&self.carried)
            .cloned()
            .collect()
    }
}

/// Reads the enum. In error, what to emit instead of an expansion.
fn parse(
    options: &Options,
    item: TokenStream,
    kind: &Kind,
    errors: &mut Errors,
) -> Result<Vocabulary, TokenStream> {
    let mut item = match syn::parse2::<Item>(item.clone()) {
        Ok(Item::Enum(item)) => item,
        Ok(other) => {
            let Kind {
                attribute, noun, ..
            } = kind;
            let message = format!(
                "`#[{attribute}]` goes on an enum with a variant for each {}; a struct of its own derives `{}`",
                noun.attribute, noun.derive
            );
            errors.at(syntax::head(&other), message);
            return Err(item);
        }
        Err(error) => {
            errors.push(error);
            return Err(item);
        }
    };
    for variant in &mut item.variants {
        syntax::refuse_hidden(&mut variant.attrs, &OURS, errors);
        for field in &mut variant.fields {
            syntax::refuse_hidden(&mut field.attrs, &OURS, errors);
        }
    }
    let category = category(options, &item.ident, kind, errors);
    if !can_be_written(&item, kind, errors) {
        return Err(stripped(item));
    }
    nouns::marks_stand_on_fields(&item.attrs, kind.noun, errors);
    the_enum_is_one_vocabulary(&item.attrs, kind, errors);
    let words = item
        .variants
        .iter()
        .map(|variant| word(variant, &category, kind, errors))
        .collect();
    let (derives, attrs): (Vec<_>, Vec<_>) = item
        .attrs
        .iter()
        .cloned()
        .partition(|attr| attr.path().is_ident("derive"));
    let (of_structs, attrs): (Vec<_>, Vec<_>) = attrs
        .into_iter()
        .filter(|attr| !is_ours(attr))
        .partition(|attr| attr.path().is_ident("serde"));
    let carried = syntax::carried(&item.attrs);
    let vocabulary = Vocabulary {
        cqrs: options.private(),
        shared: carried.iter().cloned().chain(of_structs).collect(),
        carried,
        attrs,
        derives: derives
            .iter()
            .flat_map(|derive| derived(derive, kind, errors))
            .collect(),
        vis: item.vis,
        ident: item.ident,
        category: options
            .literal
            .clone()
            .filter(|name| names::is_stored_name(&name.value())),
        aggregate: options.aggregate.clone(),
        words,
    };
    stored_names_are_unique(&vocabulary, errors);
    Ok(vocabulary)
}

fn category(options: &Options, ident: &Ident, kind: &Kind, errors: &mut Errors) -> String {
    let attribute = kind.attribute;
    if options.literal.is_none() && errors.is_empty() {
        let message = format!(
            "the words of a vocabulary are stored under its category: \
             write it, as in `#[{attribute}(\"account\")]`"
        );
        errors.at(ident, message);
    }
    names::given(options.literal.as_ref(), "a category", errors)
        .unwrap_or_else(|| names::snake_case(ident))
}

fn can_be_written(item: &ItemEnum, kind: &Kind, errors: &mut Errors) -> bool {
    let Noun { a, not_generic, .. } = kind.noun;
    if !item.generics.params.is_empty() {
        errors.at(
            &item.generics,
            format_args!("{a} cannot be generic: {not_generic}"),
        );
    } else if item.variants.is_empty() {
        let noun = kind.noun.attribute;
        errors.at(
            &item.ident,
            format_args!("a vocabulary has words: write a variant for each {noun}"),
        );
    } else {
        return true;
    }
    false
}

fn word(variant: &syn::Variant, category: &str, kind: &Kind, errors: &mut Errors) -> Word {
    let Kind {
        noun,
        word: grammar,
        ..
    } = kind;
    let ident = variant.ident.clone();
    if let Some((_, discriminant)) = &variant.discriminant {
        errors.at(
            discriminant,
            format_args!("{} has no number: its stored name is what is kept", noun.a),
        );
    }
    nouns::marks_stand_on_fields(&variant.attrs, noun, errors);
    foreign_marks_are_refused(&variant.attrs, noun, errors);
    nouns::noun_is_not_on(&variant.fields, "variant", noun, errors);
    for field in &variant.fields {
        foreign_marks_are_refused(&field.attrs, noun, errors);
    }
    let options = Options::of(&variant.attrs, grammar, errors);
    let name =
        names::given(options.literal.as_ref(), "a stored name", errors).unwrap_or_else(|| {
            let name = format!("{category}.{}", names::snake_case(&ident));
            names::check_default(&name, &ident, noun.attribute, errors);
            name
        });
    Word {
        version_place: options.version_place.unwrap_or(ident.span()),
        former: nouns::event::former(&options, &name, errors),
        carried: syntax::carried(&variant.attrs),
        attrs: struct_attrs(&variant.attrs, noun, &name),
        kept: variant_attrs(&variant.attrs, noun, &name),
        ident,
        name,
        spelled: options.literal.is_some(),
        version: options.version.unwrap_or(1),
        record: options.record,
        fields: variant.fields.clone(),
    }
}

fn foreign_marks_are_refused(attrs: &[Attribute], noun: &Noun, errors: &mut Errors) {
    for attr in attrs {
        if let Some(other) = NOUNS
            .iter()
            .find(|other| syntax::is(attr, other))
            .filter(|other| **other != noun.attribute)
        {
            errors.at(
                attr,
                format_args!(
                    "`#[{other}(..)]` is not for {}: write `#[{}(..)]`",
                    noun.a, noun.attribute
                ),
            );
        }
        let foreign = nouns::MARKS
            .iter()
            .find(|(mark, _)| *mark != noun.mark && attr.path().is_ident(mark));
        if let Some((mark, owner)) = foreign {
            errors.at(
                attr,
                format_args!(
                    "`#[{mark}]` has no meaning on {}: it marks a field of {owner}",
                    noun.a
                ),
            );
        }
    }
}

/// Everything that the user wrote on the variant, after a line of documentation.
fn struct_attrs(attrs: &[Attribute], noun: &Noun, name: &str) -> Vec<Attribute> {
    let doc = generated_doc(attrs, noun, name);
    doc.into_iter()
        .chain(attrs.iter().filter(|attr| !is_ours(attr)).cloned())
        .collect()
}

/// The documentation, and what decides whether the variant exists and may be used.
fn variant_attrs(attrs: &[Attribute], noun: &Noun, name: &str) -> Vec<Attribute> {
    let doc = generated_doc(attrs, noun, name);
    let kept = |attr: &&Attribute| {
        ["doc", "cfg", "deprecated"]
            .iter()
            .any(|kept| attr.path().is_ident(kept))
    };
    doc.into_iter()
        .chain(attrs.iter().filter(kept).cloned())
        .collect()
}

fn generated_doc(attrs: &[Attribute], noun: &Noun, name: &str) -> Option<Attribute> {
    let doc = format!(" The {} `{name}`.", noun.attribute);
    (!attrs.iter().any(|attr| attr.path().is_ident("doc"))).then(|| syntax::doc(&doc))
}

fn is_ours(attr: &Attribute) -> bool {
    let ours = OURS.iter().chain(&["commands", "events"]);
    ours.into_iter().any(|ours| syntax::is(attr, ours))
}

/// Neither of two kinds, nor with what is said of one word: an error at each such attribute.
fn the_enum_is_one_vocabulary(attrs: &[Attribute], kind: &Kind, errors: &mut Errors) {
    for attr in attrs {
        if ["commands", "events"]
            .iter()
            .any(|word| syntax::is(attr, word))
        {
            let message =
                "an enum is one vocabulary: write another enum for the words of the other kind";
            errors.at(attr, message);
        } else if NOUNS.iter().any(|word| syntax::is(attr, word)) {
            let message = format!(
                "`#[{}(..)]` belongs on a variant: what is said of all of them stands in `#[{}(..)]`",
                kind.noun.attribute, kind.attribute
            );
            errors.at(attr, message);
        }
    }
}

/// The traits in a `#[derive(..)]`.
fn derived(derive: &Attribute, kind: &Kind, errors: &mut Errors) -> Vec<Path> {
    let parser = Punctuated::<Path, Token![,]>::parse_terminated;
    let paths = errors.take(derive.parse_args_with(parser));
    let (nouns, derived): (Vec<_>, Vec<_>) = paths
        .into_iter()
        .flatten()
        .partition(|path| DERIVES.iter().any(|noun| syntax::ends_in(path, noun)));
    for path in nouns {
        let message = format!(
            "each variant is {} already, by `#[{}]`: leave this out",
            kind.noun.a, kind.attribute
        );
        errors.at(path, message);
    }
    derived
}

fn stored_names_are_unique(vocabulary: &Vocabulary, errors: &mut Errors) {
    let words = &vocabulary.words;
    for (at, word) in words.iter().enumerate() {
        let first = words.iter().take(at).find(|first| first.name == word.name);
        if let Some(first) = first
            && !syntax::is_conditional(&word.carried)
            && !syntax::is_conditional(&first.carried)
        {
            let message = format!(
                "`{}` is already the stored name of `{}`: it needs its own",
                word.name, first.ident
            );
            errors.at(&word.ident, message);
        }
    }
}

/// The enum without our attributes, for when nothing can be written from it.
fn stripped(mut item: ItemEnum) -> TokenStream {
    item.attrs.retain(|attr| !is_ours(attr));
    for variant in &mut item.variants {
        variant.attrs.retain(|attr| !is_ours(attr));
        for field in &mut variant.fields {
            field.attrs.retain(|attr| !is_ours(attr));
        }
    }
    quote!(#item)
}
