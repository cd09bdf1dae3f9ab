//! `#[commands]`.

use super::{Kind, Vocabulary, Word, category, write};
use crate::errors::Errors;
use crate::nouns::command::{self, Address, Command};
use crate::options::{Grammar, Options, Setting};
use crate::{event_set, syntax};
use proc_macro2::TokenStream;
use quote::quote;
use syn::{Fields, Ident, Member, Type};

pub(crate) const GRAMMAR: Grammar = Grammar {
    attribute: "commands",
    literal: "a category",
    field: true,
    options: &[Setting::Aggregate, Setting::Crate],
};

const KIND: Kind = Kind {
    attribute: GRAMMAR.attribute,
    noun: &command::NOUN,
    word: WORD,
};

/// Of a variant's own attribute.
pub(crate) const WORD: Grammar = Grammar {
    options: &[Setting::Version],
    ..command::GRAMMAR
};

/// A word with what is written for it.
struct Written<'a> {
    word: &'a Word,
    fields: Fields,
    command: Command,
}

/// Expands the attribute.
pub(crate) fn commands(args: TokenStream, item: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let options = Options::in_args(args, &GRAMMAR, &mut errors);
    let expansion = match super::parse(&options, item, &KIND, &mut errors) {
        Ok(vocabulary) => {
            let words = vocabulary.words.iter();
            let commands: Vec<_> = words
                .map(|word| model(word, options.field.as_ref(), &vocabulary, &mut errors))
                .collect();
            expand(&vocabulary, &commands)
        }
        Err(item) => item,
    };
    errors.follow(expansion)
}

fn model<'a>(
    word: &'a Word,
    id: Option<&(Ident, Type)>,
    vocabulary: &Vocabulary,
    errors: &mut Errors,
) -> Written<'a> {
    let (fields, address) = match id {
        Some((name, ty)) => {
            let address = common_address(word, name, ty, errors);
            (write::fields(word, Some((name, ty)), vocabulary), address)
        }
        None => (
            write::fields(word, None, vocabulary),
            command::address(&word.fields, errors),
        ),
    };
    let command = Command {
        cqrs: vocabulary.cqrs.clone(),
        carried: word.carried_in(vocabulary),
        ident: word.ident.clone(),
        name: word.name.clone(),
        version: word.version,
        address,
    };
    Written {
        word,
        fields,
        command,
    }
}

/// The address of a command to which the vocabulary adds the field that names the instance.
fn common_address(word: &Word, name: &Ident, ty: &Type, errors: &mut Errors) -> Address {
    let carried = format!("every command of this vocabulary carries `{name}`");
    for field in &word.fields {
        if field.ident.as_ref() == Some(name) {
            errors.at(
                &field.ident,
                format_args!("{carried} already: leave this one out"),
            );
        } else if let Some(mark) = field.attrs.iter().find(|attr| syntax::is(attr, "id")) {
            errors.at(
                mark,
                format_args!("{carried} as its `#[id]`: a command is for one instance"),
            );
        }
    }
    if let Fields::Unnamed(fields) = &word.fields {
        let ident = &word.ident;
        errors.at(
            fields,
            format_args!("{carried}, so its other fields have names too: write `{ident} {{ .. }}`"),
        );
        return Address::Unknown;
    }
    Address::Field(Member::Named(name.clone()), Box::new(ty.clone()))
}

fn expand(vocabulary: &Vocabulary, commands: &[Written<'_>]) -> TokenStream {
    let written = write::vocabulary(vocabulary);
    let conversions = event_set::conversions(&write::message_enum(vocabulary));
    let commands = commands.iter().map(
        |Written {
             word,
             fields,
             command,
         }| {
            let structure = write::word(word, fields, vocabulary);
            let impls = command::expand(command);
            quote!(#structure #impls)
        },
    );
    let category = category::asserted(vocabulary, &KIND, "CommandOf");
    quote!(#written #conversions #(#commands)* #category)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::messages;

    #[test]
    fn mistakes_are_told_together() {
        let vocabulary = quote! {
            enum AccountCommand {
                Open(String),
                Deposit { account: AccountId },
                Withdraw { #[id] #[tag] from: AccountId } = 3,
            }
        };
        assert_eq!(
            messages(commands(quote!("account", account: AccountId), vocabulary)),
            [
                "a command has no number: its stored name is what is kept",
                "`#[tag]` has no meaning on a command: it marks a field of an event",
                "every command of this vocabulary carries `account`, so its other fields have names too: write `Open { .. }`",
                "every command of this vocabulary carries `account` already: leave this one out",
                "every command of this vocabulary carries `account` as its `#[id]`: a command is for one instance",
            ]
        );
        assert_eq!(
            messages(commands(
                quote!("account"),
                quote!(
                    struct Open;
                )
            )),
            [
                "`#[commands]` goes on an enum with a variant for each command; a struct of its own derives `Command`"
            ]
        );
        assert_eq!(
            messages(commands(
                quote!(),
                quote!(
                    enum Account {}
                )
            )),
            [
                "the words of a vocabulary are stored under its category: write it, as in `#[commands(\"account\")]`",
                "a vocabulary has words: write a variant for each command",
            ]
        );
    }
}
