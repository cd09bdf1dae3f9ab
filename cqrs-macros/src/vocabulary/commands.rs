//! `#[commands]`.

use super::{Kind, Vocabulary, Word, write};
use crate::errors::Errors;
use crate::nouns::command::{self, Address, Command};
use crate::options::{Grammar, Key, Options};
use crate::{event_set, syntax};
use proc_macro2::TokenStream;
use quote::quote;
use syn::{Fields, Ident, Member, Type};

const GRAMMAR: Grammar =
    Grammar { attribute: "commands", literal: "a category", field: true, options: &[Key::Crate] };

const KIND: Kind = Kind {
    attribute: GRAMMAR.attribute,
    noun: &command::NOUN,
    word: Grammar { options: &[Key::Version], ..command::GRAMMAR },
};

/// Expands the attribute.
pub(crate) fn commands(args: TokenStream, item: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let options = Options::in_args(args, &GRAMMAR, &mut errors);
    let expansion = super::parse(&options, item, &KIND, &mut errors)
        .map_or_else(|item| item, |vocabulary| expand(&vocabulary, options.field.as_ref(), &mut errors));
    errors.follow(expansion)
}

fn expand(vocabulary: &Vocabulary, id: Option<&(Ident, Type)>, errors: &mut Errors) -> TokenStream {
    let commands = vocabulary.words.iter().map(|word| {
        let (fields, address) = match id {
            Some(id) => with_id(word, id, vocabulary, errors),
            None => {
                let address = command::address(&word.fields, errors);
                (write::fields(word, None, vocabulary), address)
            }
        };
        let written = write::word(word, &fields, vocabulary);
        let impls = command::expand(&Command {
            cqrs: vocabulary.cqrs.clone(),
            carried: vocabulary.carried.iter().chain(&word.carried).cloned().collect(),
            ident: word.ident.clone(),
            name: word.name.clone(),
            version: word.version,
            address,
        });
        quote!(#written #impls)
    });
    let commands: Vec<_> = commands.collect();
    let written = write::vocabulary(vocabulary);
    let conversions = event_set::conversions(&write::message_enum(vocabulary));
    quote!(#written #conversions #(#commands)*)
}

/// The fields of a command to which the vocabulary adds the one that names the instance.
fn with_id(
    word: &Word,
    (name, ty): &(Ident, Type),
    vocabulary: &Vocabulary,
    errors: &mut Errors,
) -> (Fields, Address) {
    let carried = format!("every command of this vocabulary carries `{name}`");
    for field in &word.fields {
        if field.ident.as_ref() == Some(name) {
            errors.at(&field.ident, format_args!("{carried} already: leave this one out"));
        } else if let Some(mark) = field.attrs.iter().find(|attr| syntax::is(attr, "id")) {
            errors.at(mark, format_args!("{carried} as its `#[id]`: a command is for one instance"));
        }
    }
    if let Fields::Unnamed(fields) = &word.fields {
        let message = format!("{carried}, so its other fields have names too: write `{} {{ .. }}`", word.ident);
        errors.at(fields, message);
        return (write::fields(word, None, vocabulary), Address::Unknown);
    }
    let fields = write::fields(word, Some((name, ty)), vocabulary);
    (fields, Address::Field(Member::Named(name.clone()), Box::new(ty.clone())))
}
