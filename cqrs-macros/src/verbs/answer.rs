//! `#[answer]`: the methods of the block answer queries from a projection.

use super::arguments::{self, Argument};
use super::block::{self, Block, Method};
use super::{Receiver, Verb, signature};
use crate::errors::Errors;
use crate::options::{Grammar, Setting};
use crate::paths::Private;
use crate::syntax;
use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::{Attribute, FnArg, Ident, ImplItemFn, ReturnType, Type};

const VERB: Verb = Verb {
    attribute: "answer",
    a: "an `#[answer]`",
    message: "query",
    happens: ["answered", "answers"],
    signature: "(rows: &Rows<Self>, query: &Query) -> Result<.., ReadError>",
    receiver: Receiver::Source("it reads, and never changes what it reads"),
    foreign: &[
        (
            "Context",
            "an `#[answer]` method has no `Context`, which is that of a command: \
             what it depends on belongs in the query",
        ),
        (
            "Recorded",
            "an `#[answer]` method has no `Recorded`, which is that of an event: what it tells of the \
             record, the `#[project]` method keeps in the row",
        ),
    ],
};

pub(crate) const GRAMMAR: Grammar = Grammar {
    attribute: VERB.attribute,
    literal: "",
    field: false,
    options: &[Setting::Crate],
};

/// A method that answers a query.
struct Answer {
    method: Method,
    call: Call,
}

/// How the method is called.
enum Call {
    /// As the user wrote it.
    Written(Box<Written>),
    /// Not at all: its signature is in error.
    Broken,
}

struct Written {
    is_async: bool,
    reads: Reads,
    arguments: Vec<Argument>,
    returned: Type,
}

/// What the method reads.
enum Reads {
    /// `rows: &Rows<Self>`, shown where that stands
    Rows(Span),
    /// `&self`, the value of a singleton or a service; shown where that stands
    Value(Span),
}

/// Expands the attribute.
pub(crate) fn answer(args: TokenStream, item: TokenStream) -> TokenStream {
    block::expanded(args, item, &VERB, &GRAMMAR, |block, _, errors| {
        let answers = parse(&block, errors);
        let answers = check(answers, errors);
        expand(&block, &answers)
    })
}

fn parse(block: &Block, errors: &mut Errors) -> Vec<Answer> {
    block
        .methods()
        .filter_map(|method| one(block, method, errors))
        .collect()
}

fn one(block: &Block, method: &ImplItemFn, errors: &mut Errors) -> Option<Answer> {
    let before = errors.count();
    let told = signature::read(method, &VERB, errors);
    let (mut arguments, mut returned) = (Vec::new(), None);
    if told.fits {
        arguments = arguments::read(&told.others, &VERB, errors);
        returned = it_returns_the_answer(method, errors);
    }
    let call = match returned {
        Some(returned) if errors.count() == before => Call::Written(Box::new(Written {
            is_async: method.sig.asyncness.is_some(),
            reads: match method.sig.inputs.first()? {
                FnArg::Receiver(receiver) => Reads::Value(syntax::glue(receiver)),
                FnArg::Typed(rows) => Reads::Rows(syntax::glue(&rows.ty)),
            },
            arguments,
            returned,
        })),
        _ => Call::Broken,
    };
    Some(Answer {
        method: block.method(method, told.message?),
        call,
    })
}

fn it_returns_the_answer(method: &ImplItemFn, errors: &mut Errors) -> Option<Type> {
    match &method.sig.output {
        ReturnType::Default => {
            let message = "an `#[answer]` method returns the answer: write `-> Result<Answer, ReadError>`, \
                           or `-> Answer` where nothing can fail";
            errors.at(&method.sig.ident, message);
            None
        }
        ReturnType::Type(_, ty) if signature::is_unnamed(ty) => {
            errors.at(
                ty,
                "an `#[answer]` method returns a named type: callers of the query name it",
            );
            None
        }
        ReturnType::Type(_, ty) => Some(syntax::peeled(ty).clone()),
    }
}

fn check(answers: Vec<Answer>, errors: &mut Errors) -> Vec<Answer> {
    block::each_message_once(answers, |answer| &answer.method, &VERB, errors)
}

fn expand(block: &Block, answers: &[Answer]) -> TokenStream {
    let item = &block.item;
    let sound = answers
        .iter()
        .filter(|answer| matches!(answer.call, Call::Written(_)));
    let registrations = block.registrations(sound.map(|answer| answer.method.entry("query")));
    let answers = answers.iter().map(|answer| match &answer.call {
        Call::Written(written) => called(block, answer, written),
        Call::Broken => broken(block, answer),
    });
    quote!(#item #(#answers)* #registrations)
}

/// `impl<R: Resources> Answered<R> for Richest { type By = Balance; .. }`
fn called(block: &Block, answer: &Answer, written: &Written) -> TokenStream {
    let Block { cqrs, target, .. } = block;
    let Method {
        carried,
        ident,
        message: query,
    } = &answer.method;
    let Written {
        arguments,
        returned,
        ..
    } = written;
    let doc = answer.method.doc(target);
    let named = [target, query, returned].into_iter();
    let r = super::fresh("R", named.chain(arguments::types(arguments)));
    let bounded = arguments::bounded(cqrs, &r, arguments);
    let (source, resources, lent, fits) = match &written.reads {
        Reads::Rows(here) => (
            quote!(#cqrs::Rows<#target>),
            arguments::resources(arguments),
            None,
            many_rows(block, carried, *here),
        ),
        Reads::Value(here) => (
            quote!(<#target as #cqrs::ReadModel>::Source),
            quote!(resources),
            Some(quote!(where #target: #cqrs::Lent<#r>)),
            one_value(block, carried, *here),
        ),
    };
    let (value, error) = answer_types(cqrs, returned, target);
    let body = body(cqrs, target, ident, written);
    let here = Span::call_site().located_at(ident.span());
    let function = quote_spanned! {here=>
        async fn answer(
            &self,
            source: &#source,
            #resources: &#r,
        ) -> ::core::result::Result<Self::Value, #cqrs::QueryError<Self::Error>> {
            #body
        }
    };
    let here = syntax::glue(query);
    let cqrs = cqrs.at(here);
    quote_spanned! {here=>
        #[doc = #doc]
        #(#carried)*
        #[automatically_derived]
        impl<#bounded> #cqrs::Answered<#r> for #query #lent {
            type By = #target;
            type Value = #value;
            type Error = #error;

            #function
        }

        #fits
    }
}

/// `const _: fn() = || Value::<Total>::of().is_one();`, shown at `&self`
fn one_value(block: &Block, carried: &[Attribute], here: Span) -> TokenStream {
    let target = &block.target;
    let cqrs = block.cqrs.at(here);
    quote_spanned! {here=>
        #(#carried)*
        const _: fn() = || #cqrs::assert::Value::<#target>::of().is_one();
    }
}

/// `const _: fn() = || Keys::<Balance>::of().are_many();`, shown at `&Rows<Self>`
fn many_rows(block: &Block, carried: &[Attribute], here: Span) -> TokenStream {
    let target = &block.target;
    let cqrs = block.cqrs.at(here);
    quote_spanned! {here=>
        #(#carried)*
        const _: fn() = || #cqrs::assert::Keys::<#target>::of().are_many();
    }
}

/// The value and the error of what the method returns: of a `Result`, whatever its alias, or of anything else.
fn answer_types(cqrs: &Private, returned: &Type, target: &Type) -> (TokenStream, TokenStream) {
    let here = syntax::glue(returned);
    let is_result = is_result(returned);
    let returned = syntax::without_self(returned, target);
    if is_result {
        let cqrs = cqrs.at(here);
        let part = |name: Ident| quote_spanned!(here=> <#returned as #cqrs::Fallible>::#name);
        (
            part(Ident::new("Value", here)),
            part(Ident::new("Error", here)),
        )
    } else {
        (quote!(#returned), quote!(::core::convert::Infallible))
    }
}

fn is_result(ty: &Type) -> bool {
    syntax::last_name(ty).is_some_and(|name| name.to_string().ends_with("Result"))
}

/// The call, with what it reads before it, and its result turned into that of the query.
fn body(cqrs: &Private, target: &Type, ident: &Ident, written: &Written) -> TokenStream {
    let Written {
        is_async,
        reads,
        arguments,
        returned,
    } = written;
    let passed = arguments::passed(cqrs, arguments);
    let awaited = is_async.then(|| quote!(.await));
    let (read, call) = match reads {
        Reads::Rows(_) => {
            let path = super::path(target, ident);
            (
                TokenStream::new(),
                quote!(#path(source, self #passed)#awaited),
            )
        }
        Reads::Value(here) => {
            let lent =
                quote!(let lent = <#target as #cqrs::Lent<_>>::lend(source, resources).await?;);
            (
                lent,
                quote_spanned!(*here=> lent.#ident(self #passed)#awaited),
            )
        }
    };
    let result = if is_result(returned) {
        quote!(#cqrs::Fallible::into_result(#call).map_err(#cqrs::QueryError::Failed))
    } else {
        quote!(::core::result::Result::Ok(#call))
    };
    quote!(#read #result)
}

/// The call of an answer whose signature is in error, so that this is the only one.
fn broken(block: &Block, answer: &Answer) -> TokenStream {
    let Method {
        carried,
        message: query,
        ..
    } = &answer.method;
    let Block { cqrs, target, .. } = block;
    let r = super::fresh("R", [target, query]);
    quote! {
        #(#carried)*
        #[automatically_derived]
        impl<#r: #cqrs::Resources> #cqrs::Answered<#r> for #query {
            type By = #target;
            type Value = #cqrs::Broken;
            type Error = ::core::convert::Infallible;

            async fn answer(
                &self,
                _: &<#target as #cqrs::ReadModel>::Source,
                _: &#r,
            ) -> ::core::result::Result<Self::Value, #cqrs::QueryError<Self::Error>> {
                #cqrs::broken().await
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
            impl Balance {
                fn one(&mut self, query: &One) -> u64 { 1 }
                fn two(rows: &mut Rows<Self>, query: Two, context: &Context) {}
                fn three(limit: usize) -> u64 { 3 }
            }
        };
        assert_eq!(
            messages(answer(quote!(), block)),
            [
                "an `#[answer]` method takes `rows: &Rows<Self>` (a singleton `&self`): \
                 it reads, and never changes what it reads",
                "an `#[answer]` method borrows what it reads: write `&Rows<Self>`",
                "an `#[answer]` method borrows the query: write `&Two`",
                "an `#[answer]` method has no `Context`, which is that of a command: \
                 what it depends on belongs in the query",
                "an `#[answer]` method returns the answer: write `-> Result<Answer, ReadError>`, \
                 or `-> Answer` where nothing can fail",
                "an `#[answer]` method takes `rows: &Rows<Self>` (a singleton `&self`), then the query: write \
                 `fn three(rows: &Rows<Self>, query: &Query) -> Result<.., ReadError>`, or move it to a plain `impl` block",
            ]
        );
    }
}
