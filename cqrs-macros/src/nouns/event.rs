//! `#[derive(Event)]`.

use super::{Noun, stored};
use crate::errors::Errors;
use crate::fact::{self, Effect, Fact};
use crate::lock;
use crate::names;
use crate::options::{Grammar, Options, Record, Setting};
use crate::paths::Private;
use crate::registration::{self, Entry};
use crate::shape::{self, Line};
use proc_macro2::{Literal, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::{Attribute, Fields, Ident, Member, Type};

pub(crate) const NOUN: Noun = Noun {
    attribute: "event",
    a: "an event",
    not_generic: "its stored name stands for one shape; write one struct for each event",
    derive: "Event",
    mark: "tag",
    mark_takes_options: false,
};

pub(crate) const GRAMMAR: Grammar = Grammar {
    attribute: NOUN.attribute,
    literal: "a name",
    field: false,
    options: &[
        Setting::Version,
        Setting::Was,
        Setting::Record,
        Setting::Crate,
    ],
};

/// An event, under either spelling.
pub(crate) struct Event {
    pub(crate) cqrs: Private,
    /// What everything generated for it carries over.
    pub(crate) carried: Vec<Attribute>,
    pub(crate) ident: Ident,
    pub(crate) name: String,
    pub(crate) version: u32,
    /// Where that is written.
    pub(crate) version_place: Span,
    /// The names that it was stored under before.
    pub(crate) former: Vec<String>,
    pub(crate) shape: Vec<Line>,
    /// The fields by which the log can be queried.
    pub(crate) tags: Vec<(Vec<Attribute>, Ident)>,
    pub(crate) record: Record,
    /// Whether it is a struct, as it must be.
    pub(crate) sound: bool,
}

/// Expands the derive.
pub(crate) fn derive(input: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let event = parse(input, &mut errors);
    let expansion = event.map(|event| {
        let event_itself = expand(&event);
        let held = lock::hold(
            &event.cqrs,
            &event.carried,
            &[(&event.ident, &event.carried[..])],
        );
        quote!(#event_itself #held)
    });
    errors.follow(expansion.unwrap_or_default())
}

fn parse(input: TokenStream, errors: &mut Errors) -> Option<Event> {
    let input = super::read(input, &NOUN, errors)?;
    let options = Options::of(&input.attrs, &GRAMMAR, errors);
    let otherwise = "write one for each event, or all of them as `#[events(\"category\")] enum`";
    let fields = super::struct_fields(&input, &NOUN, otherwise, errors);
    let name = super::stored_name(&options, &input.ident, &NOUN, errors);
    Some(Event {
        cqrs: options.private(),
        carried: crate::syntax::carried(&input.attrs),
        version: options.version.unwrap_or(1),
        version_place: options.version_place.unwrap_or(input.ident.span()),
        former: former(&options, &name, errors),
        name,
        shape: fields
            .map(|fields| shape::lines(&input.attrs, fields))
            .unwrap_or_default(),
        sound: fields.is_some(),
        record: fields.map_or(Record::Unknown, |_| options.record.clone()),
        tags: fields
            .map(|fields| tags(fields, errors))
            .unwrap_or_default(),
        ident: input.ident,
    })
}

/// The names that it was stored under before.
pub(crate) fn former(options: &Options, name: &str, errors: &mut Errors) -> Vec<String> {
    let mut former: Vec<String> = Vec::new();
    for literal in &options.was {
        let Some(was) = names::given(Some(literal), "a stored name", errors) else {
            continue;
        };
        if was == name {
            errors.at(literal, format_args!("`{was}` is its name today"));
        } else if former.contains(&was) {
            errors.at(literal, format_args!("`{was}` is given twice: keep one"));
        } else {
            former.push(was);
        }
    }
    former
}

/// The fields that are tags: a tag is named as its field, so that has a name.
pub(crate) fn tags(fields: &Fields, errors: &mut Errors) -> Vec<(Vec<Attribute>, Ident)> {
    let mut tags = Vec::new();
    for field in super::marked(fields, &NOUN, errors) {
        match field.member {
            Member::Named(name) => tags.push((field.conditions, name)),
            Member::Unnamed(_) => {
                errors.at(
                    &field.mark,
                    "a tag bears the name of its field: give the fields names",
                );
            }
        }
    }
    tags
}

/// What the derive and the vocabulary generate.
pub(crate) fn expand(event: &Event) -> TokenStream {
    let message = message(event);
    let fact = match &event.record {
        Record::No => applied(event),
        Record::Of(aggregate) => recorded(event, aggregate),
        Record::Unknown => TokenStream::new(),
    };
    let emit = emit(event);
    quote!(#message #fact #emit)
}

/// `impl Event for Deposited { .. }`
fn message(event: &Event) -> TokenStream {
    let version = Literal::u32_unsuffixed(event.version);
    let Event {
        cqrs,
        carried,
        ident,
        name,
        ..
    } = event;
    let tags = (!event.tags.is_empty()).then(|| tags_of(event));
    let stored = stored(cqrs, ident, event.sound);
    let former = (!event.former.is_empty()).then(|| {
        let former = &event.former;
        quote!(const FORMER: &'static [&'static ::core::primitive::str] = &[#(#former),*];)
    });
    let shape = event
        .shape
        .iter()
        .map(|Line { conditions, text }| quote!(#(#conditions)* #text));
    let upcast = (event.version > 1).then(|| upcast(event));
    quote! {
        #(#carried)*
        #[automatically_derived]
        impl #cqrs::Event for #ident {
            const NAME: &'static ::core::primitive::str = #name;
            const VERSION: ::core::primitive::u32 = #version;
            #former
            const SHAPE: #cqrs::Shape = #cqrs::Shape::of(&[#(#shape),*]);
            #stored
            #upcast
            #tags
        }
    }
}

/// `fn read_older(event: &RecordedEvent) -> Result<Self, DecodeError> { match schema { 1 => <Self as UpcastFrom<1>>::upcast(event), .. } }`
fn upcast(event: &Event) -> TokenStream {
    let Event {
        cqrs,
        version,
        version_place,
        ..
    } = event;
    let at = cqrs.at(*version_place);
    let older = (1..*version).map(|older| {
        let older = Literal::u32_unsuffixed(older);
        let read =
            quote_spanned!(*version_place=> <Self as #at::UpcastFrom<#older>>::upcast(event));
        quote!(#older => #read,)
    });
    quote! {
        fn read_older(
            event: &#cqrs::RecordedEvent,
        ) -> ::core::result::Result<Self, #cqrs::DecodeError> {
            match event.recorded().schema {
                #(#older)*
                _ => ::core::result::Result::Err(event.of_another_schema::<Self>()),
            }
        }
    }
}

/// `fn tags(&self) -> Tags { Tags::of([("amount", &self.amount)]) }`
fn tags_of(event: &Event) -> TokenStream {
    let Event { cqrs, tags, .. } = event;
    let tags = tags.iter().map(|(conditions, field)| {
        let name = names::plain(field);
        quote_spanned!(crate::syntax::glue(field)=> #(#conditions)* (#name, &self.#field))
    });
    quote! {
        fn tags(&self) -> #cqrs::Tags {
            #cqrs::Tags::of([#(#tags),*])
        }
    }
}

/// `impl<A: Aggregate> Emit<A> for Deposited where (): FactOf<A, Self> { .. }`
fn emit(event: &Event) -> TokenStream {
    let Event {
        cqrs,
        carried,
        ident,
        ..
    } = event;
    let a = crate::verbs::fresh("A", [ident]);
    quote! {
        #(#carried)*
        #[automatically_derived]
        impl<#a: #cqrs::Aggregate> #cqrs::Emit<#a> for #ident
        where
            (): #cqrs::FactOf<#a, Self>,
        {
            type Error = ::core::convert::Infallible;
            const EMITS: #cqrs::Emits = #cqrs::Emits::event::<Self>();

            fn emit(
                self,
                decision: &mut #cqrs::Decision<'_, #a>,
            ) -> ::core::result::Result<(), Self::Error> {
                decision.record(self);
                ::core::result::Result::Ok(())
            }
        }
    }
}

/// `const _: () = applied::<Deposited>();`
fn applied(event: &Event) -> TokenStream {
    let Event {
        cqrs,
        carried,
        ident,
        ..
    } = event;
    quote! {
        #(#carried)*
        const _: () = #cqrs::assert::applied::<#ident>();
    }
}

/// What makes it a fact of an aggregate that does not apply it.
fn recorded(event: &Event, aggregate: &Type) -> TokenStream {
    let Event {
        cqrs,
        carried,
        ident,
        ..
    } = event;
    let ty = syn::parse_quote!(#ident);
    let fact = fact::expand(&Fact {
        cqrs,
        carried,
        event: &ty,
        aggregate,
        effect: Effect::Record,
    });
    let entry = Entry {
        carried,
        what: "record_only",
        of: &ty,
        place: ident.span(),
        needs: None,
    };
    let registration = registration::submit(cqrs, carried, &[entry]);
    quote!(#fact #registration)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::messages;

    #[test]
    fn a_tag_bears_the_name_of_its_field() {
        assert_eq!(
            messages(derive(quote!(
                struct Deposited(#[tag] u64);
            ))),
            ["a tag bears the name of its field: give the fields names"]
        );
    }
}
