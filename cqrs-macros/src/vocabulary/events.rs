//! `#[events]`.

use super::{Kind, Vocabulary, Word, category, write};
use crate::errors::Errors;
use crate::event_set;
use crate::lock;
use crate::nouns::event::{self, Event};
use crate::options::{Grammar, Options, Setting};
use crate::shape::{self, Line};
use proc_macro2::TokenStream;
use quote::quote;

pub(crate) const GRAMMAR: Grammar = Grammar {
    attribute: "events",
    literal: "a category",
    field: false,
    options: &[Setting::Aggregate, Setting::Crate],
};

const KIND: Kind = Kind {
    attribute: GRAMMAR.attribute,
    noun: &event::NOUN,
    word: WORD,
};

/// Of a variant's own attribute.
pub(crate) const WORD: Grammar = Grammar {
    options: &[Setting::Version, Setting::Was, Setting::Record],
    ..event::GRAMMAR
};

/// Expands the attribute.
pub(crate) fn events(args: TokenStream, item: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let options = Options::in_args(args, &GRAMMAR, &mut errors);
    let expansion = match super::parse(&options, item, &KIND, &mut errors) {
        Ok(vocabulary) => {
            let words = vocabulary.words.iter();
            let events: Vec<_> = words
                .map(|word| (word, model(word, &vocabulary, &mut errors)))
                .collect();
            expand(&vocabulary, &events)
        }
        Err(item) => item,
    };
    errors.follow(expansion)
}

fn model(word: &Word, vocabulary: &Vocabulary, errors: &mut Errors) -> Event {
    Event {
        cqrs: vocabulary.cqrs.clone(),
        carried: word.carried_in(vocabulary),
        ident: word.ident.clone(),
        name: word.name.clone(),
        version: word.version,
        version_place: word.version_place,
        former: word.former.clone(),
        shape: shape(word, vocabulary),
        tags: event::tags(&word.fields, errors),
        record: word.record.clone(),
        sound: true,
    }
}

/// What bears on the whole stands on the enum or the variant.
fn shape(word: &Word, vocabulary: &Vocabulary) -> Vec<Line> {
    let attrs = vocabulary.shared.iter().chain(&word.attrs);
    shape::lines(&attrs.cloned().collect::<Vec<_>>(), &word.fields)
}

fn expand(vocabulary: &Vocabulary, events: &[(&Word, Event)]) -> TokenStream {
    let written = write::vocabulary(vocabulary);
    let set = write::message_enum(vocabulary);
    let conversions = event_set::conversions(&set);
    let event_set = event_set::expand(&set);
    let all: Vec<_> = events
        .iter()
        .map(|(_, event)| (&event.ident, &event.carried[..]))
        .collect();
    let held = lock::hold(&vocabulary.cqrs, &vocabulary.carried, &all);
    let events = events.iter().map(|(word, event)| {
        let structure = write::word(word, &write::fields(word, None, vocabulary), vocabulary);
        let impls = event::expand(event);
        quote!(#structure #impls)
    });
    let category = category::asserted(vocabulary, &KIND, "EventOf");
    quote!(#written #conversions #event_set #(#events)* #held #category)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::messages;

    #[test]
    fn stored_names_are_unique() {
        let vocabulary = quote! {
            enum AccountEvent {
                Opened,
                #[event("account.opened")]
                Started,
                #[cfg(all())]
                #[event("account.opened")]
                Founded,
            }
        };
        assert_eq!(
            messages(events(quote!("account"), vocabulary)),
            ["`account.opened` is already the stored name of `Opened`: it needs its own"]
        );
    }
}
