//! `#[events]`.

use super::{Kind, Vocabulary, Word, write};
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
    options: &[Setting::Crate],
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
    let all: Vec<_> = events.iter().map(|(_, event)| event).collect();
    let held = lock::hold(&vocabulary.cqrs, &vocabulary.carried, &all);
    let events = events.iter().map(|(word, event)| {
        let structure = write::word(word, &write::fields(word, None, vocabulary), vocabulary);
        let impls = event::expand(event);
        quote!(#structure #impls)
    });
    quote!(#written #conversions #event_set #(#events)* #held)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{assert_expands, messages};

    #[test]
    fn the_enum_is_a_set_of_events() {
        let vocabulary = quote! {
            pub(crate) enum AccountEvent {
                Opened { #[tag] owner: String },
                #[cfg(feature = "closing")]
                Closed(u8),
            }
        };
        assert_expands(events(quote!("account"), vocabulary), ACCOUNT_EVENT);
    }

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

    const ACCOUNT_EVENT: &str = r#"
#[derive(::core::fmt::Debug, ::core::clone::Clone, ::core::cmp::PartialEq)]
#[allow(
    dead_code,
    clippy::enum_variant_names,
    reason = "a vocabulary stands, whoever uses it whole, and its words are names of structs"
)]
pub(crate) enum AccountEvent {
    /// The event `account.opened`.
    Opened(Opened),
    /// The event `account.closed`.
    #[cfg(feature = "closing")]
    Closed(Closed),
}
#[automatically_derived]
impl ::core::convert::From<Opened> for AccountEvent {
    fn from(message: Opened) -> Self {
        Self::Opened(message)
    }
}
#[cfg(feature = "closing")]
#[automatically_derived]
impl ::core::convert::From<Closed> for AccountEvent {
    fn from(message: Closed) -> Self {
        Self::Closed(message)
    }
}
#[automatically_derived]
impl ::cqrs_core::__private::EventSet for AccountEvent {
    const EVENTS: &'static [::cqrs_core::__private::EventType] = &[
        ::cqrs_core::__private::EventType::of::<Opened>(),
        #[cfg(feature = "closing")]
        ::cqrs_core::__private::EventType::of::<Closed>(),
    ];
    fn decode(
        event: &::cqrs_core::__private::RecordedEvent,
    ) -> ::core::result::Result<Self, ::cqrs_core::__private::DecodeError> {
        ::core::result::Result::Ok(
            match event.name_among(Self::EVENTS) {
                <Opened as ::cqrs_core::__private::Event>::NAME => {
                    Self::Opened(event.decode::<Opened>()?.into_owned())
                }
                #[cfg(feature = "closing")]
                <Closed as ::cqrs_core::__private::Event>::NAME => {
                    Self::Closed(event.decode::<Closed>()?.into_owned())
                }
                _ => {
                    return ::core::result::Result::Err(::cqrs_core::__private::DecodeError::Unknown {
                        at: event.place(),
                        by: ::core::any::type_name::<Self>(),
                    });
                }
            },
        )
    }
    fn event_type(&self) -> ::cqrs_core::__private::EventType {
        match *self {
            Self::Opened(_) => ::cqrs_core::__private::EventType::of::<Opened>(),
            #[cfg(feature = "closing")]
            Self::Closed(_) => ::cqrs_core::__private::EventType::of::<Closed>(),
        }
    }
}
const _: () = {
    #[cfg(feature = "closing")]
    type Conditional1 = Closed;
    #[cfg(not(all(feature = "closing")))]
    type Conditional1 = ();
    #[automatically_derived]
    impl<A: ::cqrs_core::__private::Aggregate> ::cqrs_core::__private::Emit<A>
    for AccountEvent
    where
        Opened: ::cqrs_core::__private::Emit<A, Error = ::core::convert::Infallible>,
        Conditional1: ::cqrs_core::__private::Emit<
            A,
            Error = ::core::convert::Infallible,
        >,
    {
        type Error = ::core::convert::Infallible;
        const EMITS: ::cqrs_core::__private::Emits = ::cqrs_core::__private::Emits::any_of(
            <Self as ::cqrs_core::__private::EventSet>::EVENTS,
        );
        fn emit(
            self,
            decision: &mut ::cqrs_core::__private::Decision<'_, A>,
        ) -> ::core::result::Result<(), Self::Error> {
            match self {
                Self::Opened(event) => {
                    ::cqrs_core::__private::Emit::emit(event, decision)
                }
                #[cfg(feature = "closing")]
                Self::Closed(event) => {
                    ::cqrs_core::__private::Emit::emit(event, decision)
                }
            }
        }
    }
};
/// The event `account.opened`.
#[derive(
    ::core::fmt::Debug,
    ::core::clone::Clone,
    ::core::cmp::PartialEq,
    ::cqrs_core::__private::serde::Serialize,
    ::cqrs_core::__private::serde::Deserialize,
)]
#[serde(crate = "::cqrs_core::__private::serde")]
pub(crate) struct Opened {
    /// The `owner`.
    pub(crate) owner: String,
}
#[automatically_derived]
impl ::cqrs_core::__private::Event for Opened {
    const NAME: &'static ::core::primitive::str = "account.opened";
    const VERSION: ::core::primitive::u32 = 1;
    fn tags(&self) -> ::cqrs_core::__private::Tags {
        ::cqrs_core::__private::Tags::of([("owner", &self.owner)])
    }
}
const _: () = ::cqrs_core::__private::assert::applied::<Opened>();
/// The event `account.closed`.
#[derive(
    ::core::fmt::Debug,
    ::core::clone::Clone,
    ::core::cmp::PartialEq,
    ::cqrs_core::__private::serde::Serialize,
    ::cqrs_core::__private::serde::Deserialize,
)]
#[serde(crate = "::cqrs_core::__private::serde")]
#[cfg(feature = "closing")]
pub(crate) struct Closed(pub(crate) u8);
#[cfg(feature = "closing")]
#[automatically_derived]
impl ::cqrs_core::__private::Event for Closed {
    const NAME: &'static ::core::primitive::str = "account.closed";
    const VERSION: ::core::primitive::u32 = 1;
}
#[cfg(feature = "closing")]
const _: () = ::cqrs_core::__private::assert::applied::<Closed>();
"#;
}
