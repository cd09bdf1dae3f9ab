//! `#[handle]`: the methods of the block decide commands.

use super::arguments::{self, Argument};
use super::block::{self, Block, Method};
use super::{Receiver, Verb, signature};
use crate::errors::Errors;
use crate::options::{Grammar, Setting};
use crate::registration::Entry;
use crate::syntax;
use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::{ImplItemFn, ReturnType, Type};

const VERB: Verb = Verb {
    attribute: "handle",
    a: "a `#[handle]`",
    message: "command",
    happens: ["handled", "handles"],
    signature: "(&self, command: &Command) -> Result<.., ..>",
    receiver: Receiver::Shared(
        "an aggregate changes by `#[apply]` methods alone, a service behind a lock",
    ),
    foreign: &[(
        "Recorded",
        "a `#[handle]` method decides before anything is on record: write `context: &Context`, \
         which knows time, actor and correlation",
    )],
};

pub(crate) const GRAMMAR: Grammar = Grammar {
    attribute: VERB.attribute,
    literal: "",
    field: false,
    options: &[Setting::Crate],
};

/// A method that decides a command.
struct Handler {
    method: Method,
    call: Call,
}

/// How the method is called.
enum Call {
    /// As the user wrote it.
    Method {
        is_async: bool,
        arguments: Vec<Argument>,
        output: Box<Type>,
    },
    /// Not at all: its signature is in error.
    Broken,
}

/// Expands the attribute.
pub(crate) fn handle(args: TokenStream, item: TokenStream) -> TokenStream {
    block::expanded(args, item, &VERB, &GRAMMAR, |block, _, errors| {
        let handlers = parse(&block, errors);
        let handlers = check(handlers, errors);
        expand(&block, &handlers)
    })
}

fn parse(block: &Block, errors: &mut Errors) -> Vec<Handler> {
    block
        .methods()
        .filter_map(|method| handler(block, method, errors))
        .collect()
}

fn handler(block: &Block, method: &ImplItemFn, errors: &mut Errors) -> Option<Handler> {
    let before = errors.count();
    let told = signature::read(method, &VERB, errors);
    let (mut arguments, mut output) = (Vec::new(), None);
    if told.fits {
        arguments = arguments::read(&told.others, &VERB, errors);
        output = it_returns_what_happened(method, errors);
    }
    let call = match output {
        Some(output) if errors.count() == before => Call::Method {
            is_async: method.sig.asyncness.is_some(),
            arguments,
            output: Box::new(output),
        },
        _ => Call::Broken,
    };
    Some(Handler {
        method: block.method(method, told.message?),
        call,
    })
}

fn it_returns_what_happened(method: &ImplItemFn, errors: &mut Errors) -> Option<Type> {
    match &method.sig.output {
        // whether that may be, its type says: of a service yes
        ReturnType::Default => {
            let here = syntax::glue(&method.sig.ident);
            Some(syn::parse_quote_spanned!(here=> ()))
        }
        ReturnType::Type(_, ty) if signature::is_unnamed(ty) => {
            let message = "a `#[handle]` method returns a named type: of an aggregate an event, a tuple, array, `Vec` \
                           or `Option` of events, the event enum, or a `Result` of any of them; of a service its answer";
            errors.at(ty, message);
            None
        }
        ReturnType::Type(_, ty) => Some(syntax::peeled(ty).clone()),
    }
}

fn check(handlers: Vec<Handler>, errors: &mut Errors) -> Vec<Handler> {
    block::each_message_once(handlers, |handler| &handler.method, &VERB, errors)
}

fn expand(block: &Block, handlers: &[Handler]) -> TokenStream {
    let item = &block.item;
    let entries = handlers.iter().filter_map(|handler| match &handler.call {
        Call::Method { arguments, .. } => Some(Entry {
            needs: Some(arguments::resource_types(arguments)),
            ..handler.method.entry("command")
        }),
        Call::Broken => None,
    });
    let registrations = block.registrations(entries);
    let handlers = handlers.iter().map(|handler| match &handler.call {
        Call::Method {
            is_async,
            arguments,
            output,
        } => called(block, handler, *is_async, arguments, output),
        Call::Broken => broken(block, handler),
    });
    quote!(#item #(#handlers)* #registrations)
}

/// `impl<R: Resources> Handled<R> for Deposit { type By = Account; .. }`
fn called(
    block: &Block,
    handler: &Handler,
    is_async: bool,
    arguments: &[Argument],
    output: &Type,
) -> TokenStream {
    let Block { cqrs, target, .. } = block;
    let Method {
        carried,
        ident,
        message: command,
    } = &handler.method;
    let doc = handler.method.doc(target);
    let named = [target, command, output].into_iter();
    let r = super::fresh("R", named.chain(arguments::types(arguments)));
    let bounded = arguments::bounded(cqrs, &r, arguments);
    let (context, resources) = (
        arguments::context(arguments),
        arguments::resources(arguments),
    );
    let takes_context = arguments
        .iter()
        .any(|it| matches!(it, Argument::Context))
        .then(|| {
            quote!(
                const TAKES_CONTEXT: ::core::primitive::bool = true;
            )
        });
    let passed = arguments::passed(cqrs, arguments);
    let call = quote!(by.#ident(self #passed));
    let future = if is_async {
        call
    } else {
        quote!(::core::future::ready(#call))
    };
    let output = syntax::without_self(output, target);
    let here = Span::call_site().located_at(ident.span());
    let handle = quote_spanned! {here=>
        fn handle(
            &self,
            by: &#target,
            #context: &#cqrs::Context,
            #resources: &#r,
        ) -> impl ::core::future::Future<Output = Self::Output> + ::core::marker::Send {
            #future
        }
    };
    let here = syntax::glue(command);
    let cqrs = cqrs.at(here);
    quote_spanned! {here=>
        #[doc = #doc]
        #(#carried)*
        #[automatically_derived]
        impl<#bounded> #cqrs::Handled<#r> for #command {
            type By = #target;
            type Output = #output;

            #takes_context

            #handle
        }
    }
}

/// The call of a handler whose signature is in error, so that this is the only one.
fn broken(block: &Block, handler: &Handler) -> TokenStream {
    let Method {
        carried,
        message: command,
        ..
    } = &handler.method;
    let Block { cqrs, target, .. } = block;
    let r = super::fresh("R", [target, command]);
    quote! {
        #(#carried)*
        #[automatically_derived]
        impl<#r: #cqrs::Resources> #cqrs::Handled<#r> for #command {
            type By = #target;
            type Output = #cqrs::Broken;

            fn handle(
                &self,
                _: &#target,
                _: &#cqrs::Context,
                _: &#r,
            ) -> impl ::core::future::Future<Output = Self::Output> + ::core::marker::Send {
                #cqrs::broken()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::messages;

    #[test]
    fn mistakes_are_told_together() {
        let block = quote! {
            impl Account {
                const LIMIT: u64 = 1;
                fn helper(&self) -> bool { true }
                fn named(&self, name: &str) -> bool { true }
                fn owned(&self, command: Open) -> Opened { Opened }
                fn silent(&self, command: &Close) {}
                unsafe fn generic<T>(&self, command: &Deposit) -> impl Clone {}
                fn withdraw(&self, command: &Withdraw, amount: u64) -> Withdrawn { Withdrawn }
                fn again(&self, command: &Withdraw) -> Withdrawn { Withdrawn }
            }
        };
        assert_eq!(
            messages(handle(quote!(), block)),
            [
                "a `#[handle]` block holds its methods and nothing else: move this constant to a plain `impl` block",
                "a `#[handle]` method takes `&self`, then the command: write `fn helper(&self, command: &Command) \
                 -> Result<.., ..>`, or move it to a plain `impl` block",
                "`&str` is no command: move `named` to a plain `impl` block",
                "a `#[handle]` method borrows the command: write `&Open`",
                "a `#[handle]` method cannot be generic: name the types",
                "a `#[handle]` method cannot be `unsafe`: it is called from safe code, at run time",
                "a `#[handle]` method returns a named type: of an aggregate an event, a tuple, array, `Vec` or `Option` \
                 of events, the event enum, or a `Result` of any of them; of a service its answer",
                "after the command, a `#[handle]` method takes resources of the bus, borrowed and by their type: \
                 write `&u64`",
                "command `Withdraw` is handled twice: `withdraw` already handles it",
            ]
        );
    }

    #[test]
    fn the_block_is_a_plain_one() {
        assert_eq!(
            messages(handle(quote!(), quote!(impl Handler for Account {}))),
            [
                "`#[handle]` goes on an inherent `impl` block: write `#[handle] impl Account` without the trait"
            ]
        );
        assert_eq!(
            messages(handle(
                quote!(),
                quote!(
                    impl<T> Account<T> {}
                )
            )),
            [
                "a `#[handle]` block cannot be generic: its methods are registered, each for one type"
            ]
        );
        assert_eq!(
            messages(handle(quote!(), quote!(impl Account {}))),
            ["a `#[handle]` block has methods: \
                 write `fn ..(&self, command: &Command) -> Result<.., ..>`, or delete it"]
        );
        assert_eq!(
            messages(handle(
                quote!(strict),
                quote!(
                    fn open() {}
                )
            )),
            [
                "unknown option `strict`: `#[handle]` takes `crate = ::path`",
                "`#[handle]` goes on an `impl` block: write `#[handle] impl Type { fn ..(&self, command: &Command) -> Result<.., ..> { .. } }`",
            ]
        );
    }
}
