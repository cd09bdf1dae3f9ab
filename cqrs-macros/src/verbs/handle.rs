//! `#[handle]`: the methods of the block decide commands.

use super::arguments::{self, Argument};
use super::block::{self, Block};
use super::{Receiver, Verb, signature};
use crate::errors::Errors;
use crate::options::{Grammar, Key, Options};
use crate::syntax;
use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::{Attribute, Ident, ImplItemFn, ReturnType, Type};

const VERB: Verb = Verb {
    attribute: "handle",
    a: "a `#[handle]`",
    message: "command",
    signature: "(&self, command: &Command) -> Result<Event, Error>",
    receiver: Receiver::Shared("it decides, and only `#[apply]` methods change state"),
};

const GRAMMAR: Grammar =
    Grammar { attribute: VERB.attribute, literal: "", field: false, options: &[Key::Crate] };

/// A method that decides a command.
struct Handler {
    /// What everything generated for it carries over.
    carried: Vec<Attribute>,
    ident: Ident,
    command: Type,
    call: Call,
}

/// How the method is called.
enum Call {
    /// As the user wrote it.
    Method { is_async: bool, arguments: Vec<Argument>, output: Box<Type> },
    /// Not at all: its signature is in error.
    Broken,
}

/// Expands the attribute.
pub(crate) fn handle(args: TokenStream, item: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let options = Options::in_args(args, &GRAMMAR, &mut errors);
    let expansion = match block::parse(&options, item, &VERB, &mut errors) {
        Ok(block) => {
            let handlers = parse(&block, &mut errors);
            let handlers = check(handlers, &mut errors);
            expand(&block, &handlers)
        }
        Err(item) => item,
    };
    errors.follow(expansion)
}

fn parse(block: &Block, errors: &mut Errors) -> Vec<Handler> {
    block.methods().filter_map(|method| handler(block, method, errors)).collect()
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
        Some(output) if errors.count() == before => {
            Call::Method { is_async: method.sig.asyncness.is_some(), arguments, output: Box::new(output) }
        }
        _ => Call::Broken,
    };
    Some(Handler {
        carried: block.carried_by(method),
        ident: method.sig.ident.clone(),
        command: told.message?,
        call,
    })
}

fn it_returns_what_happened(method: &ImplItemFn, errors: &mut Errors) -> Option<Type> {
    match &method.sig.output {
        ReturnType::Default => {
            let message = "a `#[handle]` method returns what happened: write `-> Result<Event, Error>`, \
                           or `-> Event` where it cannot refuse";
            errors.at(&method.sig.ident, message);
            None
        }
        ReturnType::Type(_, ty) if signature::is_unnamed(ty) => {
            let message = "a `#[handle]` method returns a named type: an event, a tuple, array, `Vec` or `Option` \
                           of events, the event enum, or a `Result` of any of them";
            errors.at(ty, message);
            None
        }
        ReturnType::Type(_, ty) => Some(syntax::peeled(ty).clone()),
    }
}

fn check(handlers: Vec<Handler>, errors: &mut Errors) -> Vec<Handler> {
    let messages = handlers.iter().map(|h| (&h.ident, &h.command, &h.carried[..]));
    let told = |command: &str, first: &Ident| {
        format!("command `{command}` is handled twice: `{first}` already handles it")
    };
    let kept = block::each_message_has_one_method(messages, told, errors);
    handlers.into_iter().zip(kept).filter_map(|(handler, kept)| kept.then_some(handler)).collect()
}

fn expand(block: &Block, handlers: &[Handler]) -> TokenStream {
    let item = &block.item;
    let handlers = handlers.iter().map(|handler| {
        let handled = handled(block, handler);
        let handle = match &handler.call {
            Call::Method { is_async, arguments, output } => called(block, handler, *is_async, arguments, output),
            Call::Broken => broken(block, handler),
        };
        quote!(#handled #handle)
    });
    quote!(#item #(#handlers)*)
}

/// `impl Handled for Deposit { type By = Account; }`
fn handled(block: &Block, Handler { carried, command, .. }: &Handler) -> TokenStream {
    let Block { cqrs, target, .. } = block;
    let doc = format!(" Routes `{}` to `{}`.", syntax::text(command), syntax::text(target));
    let here = syntax::glue(command);
    let cqrs = cqrs.at(here);
    quote_spanned! {here=>
        #[doc = #doc]
        #(#carried)*
        #[automatically_derived]
        impl #cqrs::Handled for #command {
            type By = #target;
        }
    }
}

/// `impl<R: Resources> Handle<Deposit, R> for Account { .. }`, and its registration
fn called(
    block: &Block,
    handler: &Handler,
    is_async: bool,
    arguments: &[Argument],
    output: &Type,
) -> TokenStream {
    let Block { cqrs, target, .. } = block;
    let Handler { carried, ident, command, .. } = handler;
    let r = super::fresh("R", [target, command, output]);
    let bounded = arguments::bounded(cqrs, &r, arguments);
    let (context, resources) = (arguments::context(arguments), arguments::resources(arguments));
    let passed = arguments::passed(cqrs, arguments);
    let call = quote!(self.#ident(command #passed));
    let future = if is_async { call } else { quote!(::core::future::ready(#call)) };
    let here = Span::call_site().located_at(ident.span());
    let handle = quote_spanned! {here=>
        fn handle(
            &self,
            command: &#command,
            #context: &#cqrs::Context,
            #resources: &#r,
        ) -> impl ::core::future::Future<Output = Self::Output> + ::core::marker::Send {
            #future
        }
    };
    let registration = super::registration(cqrs, carried, "command", command, ident.span());
    let here = syntax::glue(command);
    let cqrs = cqrs.at(here);
    quote_spanned! {here=>
        #(#carried)*
        #[automatically_derived]
        impl<#bounded> #cqrs::Handle<#command, #r> for #target {
            type Output = #output;

            #handle
        }

        #registration
    }
}

/// The call of a handler whose signature is in error, so that this is the only one.
fn broken(block: &Block, Handler { carried, command, .. }: &Handler) -> TokenStream {
    let Block { cqrs, target, .. } = block;
    let r = super::fresh("R", [target, command]);
    quote! {
        #(#carried)*
        #[automatically_derived]
        impl<#r: #cqrs::Resources> #cqrs::Handle<#command, #r> for #target {
            type Output = #cqrs::Broken;

            fn handle(
                &self,
                _: &#command,
                _: &#cqrs::Context,
                _: &#r,
            ) -> impl ::core::future::Future<Output = Self::Output> + ::core::marker::Send {
                #cqrs::broken()
            }
        }
    }
}
