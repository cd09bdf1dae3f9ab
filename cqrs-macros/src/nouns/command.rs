//! `#[derive(Command)]`.

use super::{Marked, Noun, stored};
use crate::errors::Errors;
use crate::options::{Grammar, Options, Setting};
use crate::paths::Private;
use proc_macro2::{Literal, TokenStream};
use quote::{quote, quote_spanned};
use syn::{Attribute, Fields, Ident, Member, Type};

pub(crate) const NOUN: Noun = Noun {
    attribute: "command",
    a: "a command",
    not_generic: "its stored name stands for one shape; write one struct for each command",
    derive: "Command",
    mark: "id",
    mark_takes_options: false,
};

pub(crate) const GRAMMAR: Grammar = Grammar {
    attribute: NOUN.attribute,
    literal: "a name",
    field: false,
    options: &[Setting::Version, Setting::Crate],
};

/// A command, under either spelling.
pub(crate) struct Command {
    pub(crate) cqrs: Private,
    /// What everything generated for it carries over.
    pub(crate) carried: Vec<Attribute>,
    pub(crate) ident: Ident,
    pub(crate) name: String,
    pub(crate) version: u32,
    pub(crate) address: Address,
}

/// Which instance a command is for.
pub(crate) enum Address {
    /// The one that this field names.
    Field(Member, Box<Type>),
    /// None: it is for a service.
    None,
    /// What the user wrote is in error elsewhere, so nothing is said.
    Unknown,
}

/// Expands the derive.
pub(crate) fn derive(input: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let command = parse(input, &mut errors);
    errors.follow(command.map(|command| expand(&command)).unwrap_or_default())
}

fn parse(input: TokenStream, errors: &mut Errors) -> Option<Command> {
    let input = super::read(input, &NOUN, errors)?;
    let options = Options::of(&input.attrs, &GRAMMAR, errors);
    let otherwise =
        "write one for each command, or all of them as `#[commands(\"category\")] enum`";
    let fields = super::struct_fields(&input, &NOUN, otherwise, errors);
    let name = super::stored_name(&options, &input.ident, &NOUN, errors);
    Some(Command {
        cqrs: options.private(),
        carried: crate::syntax::carried(&input.attrs),
        ident: input.ident.clone(),
        name,
        version: options.version.unwrap_or(1),
        address: fields.map_or(Address::Unknown, |fields| address(fields, errors)),
    })
}

/// The field that names the instance.
pub(crate) fn address(fields: &Fields, errors: &mut Errors) -> Address {
    let marked = super::marked(fields, &NOUN, errors);
    one_field_names_the_instance(&marked, errors);
    match marked.into_iter().next() {
        Some(field) => Address::Field(field.member, Box::new(field.ty)),
        None => Address::None,
    }
}

fn one_field_names_the_instance(marked: &[Marked], errors: &mut Errors) {
    for conditional in marked.iter().filter(|field| !field.conditions.is_empty()) {
        errors.at(
            &conditional.mark,
            "an `#[id]` is always there: put no `#[cfg]` on its field",
        );
    }
    for second in marked.iter().skip(1) {
        errors.at(
            &second.mark,
            "a command is for one instance: mark one field `#[id]`",
        );
    }
}

/// What the derive and the vocabulary generate.
pub(crate) fn expand(command: &Command) -> TokenStream {
    let message = message(command);
    let addressed = addressed(command);
    let handled = handled(command);
    quote!(#message #addressed #handled)
}

/// `impl Command for Deposit { .. }`
fn message(command: &Command) -> TokenStream {
    let version = Literal::u32_unsuffixed(command.version);
    let Command {
        cqrs,
        carried,
        ident,
        name,
        ..
    } = command;
    let stored = stored(cqrs, ident, !matches!(command.address, Address::Unknown));
    quote! {
        #(#carried)*
        #[automatically_derived]
        impl #cqrs::Command for #ident {
            const NAME: &'static ::core::primitive::str = #name;
            const VERSION: ::core::primitive::u32 = #version;
            #stored
        }
    }
}

/// `impl Addressed for Deposit { type Id = AccountId; .. }`
fn addressed(command: &Command) -> TokenStream {
    let Command {
        cqrs,
        carried,
        ident,
        address,
        ..
    } = command;
    let Address::Field(field, ty) = address else {
        return TokenStream::new();
    };
    quote! {
        #(#carried)*
        #[automatically_derived]
        impl #cqrs::Addressed for #ident {
            type Id = #ty;

            fn id(&self) -> &Self::Id {
                &self.#field
            }
        }
    }
}

/// `const _: fn() = || { handled::<Deposit>(); Id::<Deposit>::of().is::<AccountId>(); };`
fn handled(command: &Command) -> TokenStream {
    let Command {
        cqrs,
        carried,
        ident,
        address,
        ..
    } = command;
    let here = crate::syntax::glue(ident);
    let cqrs = cqrs.at(here);
    let id = match address {
        // shown at the type alone: all commands of a vocabulary share it, and one mistake is one error
        Address::Field(_, ty) => quote_spanned!(crate::syntax::glue(ty)=> is::<#ty>()),
        Address::None => quote_spanned!(here=> is_absent::<#ident>()),
        Address::Unknown => return TokenStream::new(),
    };
    quote_spanned! {here=>
        #(#carried)*
        const _: fn() = || {
            #cqrs::assert::handled::<#ident>();
            #cqrs::assert::Id::<#ident>::of().#id;
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::messages;

    #[test]
    fn mistakes_are_told_together() {
        let command = quote! {
            #[command("Deposit", versoin = 2)]
            struct Deposit(#[id] A, #[id] B);
        };
        assert_eq!(
            messages(derive(command)),
            [
                "unknown option `versoin`: `#[command]` takes a name in quotes, `version = 2`, `crate = ::path`",
                "a stored name is 1 to 128 characters of `a-z`, `0-9`, `_`, `.` and `-`, the first of them a letter",
                "a command is for one instance: mark one field `#[id]`",
            ]
        );
        assert_eq!(
            messages(derive(quote!(
                enum Deposit {}
            ))),
            [
                "a command is a struct: write one for each command, or all of them as `#[commands(\"category\")] enum`"
            ]
        );
        assert_eq!(
            messages(derive(quote!(
                struct Deposit<T>(T);
            ))),
            [
                "a command cannot be generic: its stored name stands for one shape; write one struct for each command"
            ]
        );
    }
}
