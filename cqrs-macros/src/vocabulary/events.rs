//! `#[events]`.

use super::{Kind, Vocabulary, write};
use crate::errors::Errors;
use crate::event_set;
use crate::nouns::event::{self, Event};
use crate::options::{Grammar, Key, Options};
use proc_macro2::TokenStream;
use quote::quote;

const GRAMMAR: Grammar =
    Grammar { attribute: "events", literal: "a category", field: false, options: &[Key::Crate] };

const KIND: Kind = Kind {
    attribute: GRAMMAR.attribute,
    noun: &event::NOUN,
    word: Grammar { options: &[Key::Version], ..event::GRAMMAR },
};

/// Expands the attribute.
pub(crate) fn events(args: TokenStream, item: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let options = Options::in_args(args, &GRAMMAR, &mut errors);
    let expansion = super::parse(&options, item, &KIND, &mut errors)
        .map_or_else(|item| item, |vocabulary| expand(&vocabulary, &mut errors));
    errors.follow(expansion)
}

fn expand(vocabulary: &Vocabulary, errors: &mut Errors) -> TokenStream {
    let events = vocabulary.words.iter().map(|word| {
        let fields = write::fields(word, None, vocabulary);
        let written = write::word(word, &fields, vocabulary);
        let impls = event::expand(&Event {
            cqrs: vocabulary.cqrs.clone(),
            carried: vocabulary.carried.iter().chain(&word.carried).cloned().collect(),
            ident: word.ident.clone(),
            name: word.name.clone(),
            version: word.version,
            tags: event::tags(&word.fields, errors),
            asserted: true,
        });
        quote!(#written #impls)
    });
    let events: Vec<_> = events.collect();
    let written = write::vocabulary(vocabulary);
    let set = write::message_enum(vocabulary);
    let conversions = event_set::conversions(&set);
    let event_set = event_set::expand(&set);
    quote!(#written #conversions #event_set #(#events)*)
}
